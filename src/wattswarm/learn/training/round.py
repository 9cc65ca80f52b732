"""One round of training: play a sequence in every lane, then learn from it; what a runner repeats."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import jax
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.contract import Learner, Metrics
from wattswarm.learn.problem import Problem
from wattswarm.learn.training.collect import Walk, rollout

Round = tuple[Any, Walk, Metrics, Float[Array, "time lane"]]


@runtime_checkable
class LearnsThroughProblem(Protocol):
    """A learner that differentiates the problem itself, and therefore plays its own rounds."""

    def train_step(self, problem: Problem, state: Any, walk: Walk, key: PRNGKeyArray) -> Round:
        """Play and learn, as the function `train_step` does for all others."""
        ...


def train_step(problem: Problem, learner: Learner, state: Any, walk: Walk, key: PRNGKeyArray) -> Round:
    """Play `learner.sequence` steps in every lane and learn from them.

    Args:
        problem: what is played.
        learner: who plays; one that differentiates the problem does so in its own way.
        state: of the learner.
        walk: where the lanes stand.
        key: draws exploration and minibatches.

    Returns:
        State, where the lanes stand now, metrics, and the score of every step.
    """
    if isinstance(learner, LearnsThroughProblem):
        return learner.train_step(problem, state, walk, key)
    play, learn = jax.random.split(key)
    walk, trajectory, scores = rollout(problem, learner, state, walk, play, learner.sequence)
    state, metrics = learner.update(state, trajectory, learn)
    return state, walk, metrics, scores

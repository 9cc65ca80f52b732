"""One round of training: play a sequence in every environment, then learn from it; what a runner repeats."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import jax
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.contract import Learner, Metrics
from wattswarm.learn.problem import Problem
from wattswarm.learn.training.collect import RolloutState, rollout

Round = tuple[Any, RolloutState, Metrics, Float[Array, "time env"]]


@runtime_checkable
class LearnsThroughProblem(Protocol):
    """A learner that differentiates the problem itself, and therefore plays its own rounds."""

    def train_step(self, problem: Problem, state: Any, start: RolloutState, key: PRNGKeyArray) -> Round:
        """Play and learn, as the function `train_step` does for all others."""
        ...


def train_step(
    problem: Problem, learner: Learner, state: Any, start: RolloutState, key: PRNGKeyArray
) -> Round:
    """Play `learner.sequence` steps in every environment and learn from them.

    Args:
        learner: who plays; one that differentiates the problem does so in its own way.
        key: draws exploration and minibatches.

    Returns:
        State of the learner and of the environments after, metrics, and the score of every step.
    """
    if isinstance(learner, LearnsThroughProblem):
        return learner.train_step(problem, state, start, key)
    play, learn = jax.random.split(key)
    start, trajectory, scores = rollout(problem, learner, state, start, play, learner.sequence)
    state, metrics = learner.update(state, trajectory, learn)
    return state, start, metrics, scores

"""Plays lanes of episodes side by side with a learner and keeps what it learns from."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.contract import Learner, Step, Trajectory
from wattswarm.learn.problem import Problem, Seen


class Walk(NamedTuple):
    """Where every lane stands, leading axis [lane]."""

    state: Any
    seen: Seen
    first: Float[Array, " lane"]
    memory: Any


def set_out(problem: Problem, learner: Learner, key: PRNGKeyArray, lanes: int) -> Walk:
    """Start an episode in every lane."""
    return fresh_walk(problem, learner, *jax.vmap(problem.reset)(jax.random.split(key, lanes)))


def fresh_walk(problem: Problem, learner: Learner, states: Any, seen: Seen) -> Walk:
    """Return lanes that stand at the start of an episode, their memories empty.

    Args:
        problem: what is played.
        learner: who plays.
        states: of the problem, leading axis [lane].
        seen: what is seen there, leading axis [lane].
    """
    lanes = seen.features.shape[0]
    empty = learner.begin(problem.layout)
    memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (lanes, *x.shape)), empty)
    return Walk(states, seen, jnp.ones(lanes, seen.features.dtype), memory)


def rollout(
    problem: Problem, learner: Learner, state: Any, walk: Walk, key: PRNGKeyArray | None, steps: int
) -> tuple[Walk, Trajectory, Float[Array, "time lane"]]:
    """Play on for some steps in every lane.

    Args:
        problem: what is played.
        learner: who plays.
        state: of the learner.
        walk: where the lanes stand.
        key: draws exploration; None plays greedily.
        steps: of each lane.

    Returns:
        Where the lanes stand then, what was lived, and the score of every step.
    """
    lanes = walk.first.shape[0]

    def advance(carry: tuple[Walk, Seen, Any], keys: PRNGKeyArray | None) -> tuple[Any, Any]:
        walk = carry[0]
        act = jax.vmap(learner.act, in_axes=(None, 0, 0, 0, None if keys is None else 0))
        memory, acts = act(state, walk.memory, walk.seen, walk.first, keys)
        states, turn = jax.vmap(problem.step)(walk.state, acts.controls)
        lived = Step(walk.seen, walk.first, walk.memory, acts, turn.reward, turn.discount)
        return (Walk(states, turn.seen, turn.first, memory), turn.following, memory), (lived, turn.score)

    keys = None if key is None else jax.random.split(key, (steps, lanes))
    begin = (walk, walk.seen, walk.memory)
    (walk, closing, memory), (lived, scores) = jax.lax.scan(advance, begin, keys, length=steps)
    return walk, Trajectory(lived, closing, memory), scores


def evaluate(
    problem: Problem, learner: Learner, state: Any, key: PRNGKeyArray, lanes: int
) -> Float[Array, " lane"]:
    """Play one greedy episode in every lane and return its score; a problem's end stops the counting."""
    walk = set_out(problem, learner, key, lanes)
    _, played, scores = rollout(problem, learner, state, walk, None, problem.horizon)
    later = jnp.cumsum(played.steps.first, axis=0) > 1.0
    return jnp.where(later, 0.0, scores).sum(axis=0)

"""Plays episodes in several environments side by side with a learner and collects what it learns from."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.contract import Learner, Trajectory, Transition
from wattswarm.learn.problem import Problem
from wattswarm.tasks import Observation


class RolloutState(NamedTuple):
    """State of every environment, leading axis [env]."""

    state: Any
    observation: Observation
    first: Float[Array, " env"]
    memory: Any


def start_rollout(problem: Problem, learner: Learner, key: PRNGKeyArray, environments: int) -> RolloutState:
    return rollout_from(problem, learner, *jax.vmap(problem.reset)(jax.random.split(key, environments)))


def rollout_from(problem: Problem, learner: Learner, states: Any, observation: Observation) -> RolloutState:
    """Return environments at the start of an episode, with empty memories.

    Args:
        states: of the problem, leading axis [env].
        observation: of these states, leading axis [env].
    """
    environments = observation.features.shape[0]
    empty = learner.begin(problem.layout)
    memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (environments, *x.shape)), empty)
    return RolloutState(states, observation, jnp.ones(environments, observation.features.dtype), memory)


def rollout(
    problem: Problem, learner: Learner, state: Any, start: RolloutState, key: PRNGKeyArray | None, steps: int
) -> tuple[RolloutState, Trajectory, Float[Array, "time env"]]:
    """Play some steps in every environment.

    Args:
        key: draws exploration; None plays greedily.

    Returns:
        State of the environments after, the trajectory, and the score of every step.
    """
    environments = start.first.shape[0]

    def advance(carry: tuple[RolloutState, Observation, Any], keys: PRNGKeyArray | None) -> tuple[Any, Any]:
        now = carry[0]
        act = jax.vmap(learner.act, in_axes=(None, 0, 0, 0, None if keys is None else 0))
        memory, action = act(state, now.memory, now.observation, now.first, keys)
        states, timestep = jax.vmap(problem.step)(now.state, action.controls)
        reward, discount = timestep.reward, timestep.discount
        transition = Transition(now.observation, now.first, now.memory, action, reward, discount)
        after = RolloutState(states, timestep.observation, timestep.first, memory)
        return (after, timestep.next_observation, memory), (transition, timestep.score)

    keys = None if key is None else jax.random.split(key, (steps, environments))
    begin = (start, start.observation, start.memory)
    (end, closing, memory), (transitions, scores) = jax.lax.scan(advance, begin, keys, length=steps)
    return end, Trajectory(transitions, closing, memory), scores


def evaluate(
    problem: Problem, learner: Learner, state: Any, key: PRNGKeyArray, environments: int
) -> Float[Array, " env"]:
    """Play one greedy episode in every environment and return its score up to the problem's end."""
    start = start_rollout(problem, learner, key, environments)
    _, played, scores = rollout(problem, learner, state, start, None, problem.horizon)
    later = jnp.cumsum(played.steps.first, axis=0) > 1.0
    return jnp.where(later, 0.0, scores).sum(axis=0)

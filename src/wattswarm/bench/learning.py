"""What learners are timed on: whole rounds of play and updates, on a public problem or on a trivial one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.bench.measure import finish
from wattswarm.learn import Layout, Learner, Problem
from wattswarm.learn.algorithms.value import Tabular
from wattswarm.learn.parts import evenly
from wattswarm.learn.training import start_rollout, train_step
from wattswarm.tasks import Observation, Timestep

VEHICLES = 1060
"""Deciders of paper 000: 1000 vehicles and 60 stations."""


class LevelState(NamedTuple):
    """What every agent of `Levels` holds, and the hour."""

    level: Float[Array, " agent"]
    at: Int[Array, ""]


class Levels(eqx.Module):
    """A day of agents that fill and empty a store of ten levels at an hourly price: little work a step."""

    agents: int = eqx.field(static=True)

    @property
    def layout(self) -> Layout:
        """Level and hour of each agent, and five moves."""
        names = tuple(f"vehicle {number}" for number in range(self.agents))
        moves = tuple((float(move),) for move in (-2, -1, 0, 1, 2))
        return Layout("levels", names, ("level", "hour"), 1, ("move",), moves)

    @property
    def horizon(self) -> int:
        return 24

    def reset(self, key: PRNGKeyArray) -> tuple[LevelState, Observation]:
        """Start the day at random levels."""
        level = jnp.floor(jax.random.uniform(key, (self.agents,), maxval=10.0))
        state = LevelState(level, jnp.zeros((), jnp.int32))
        return state, self._observation(state)

    def step(self, state: LevelState, controls: Float[Array, "agent control"]) -> tuple[LevelState, Timestep]:
        """Move each level, pay for the hour, and go on at midnight as the day before ended."""
        level = jnp.clip(state.level + controls[:, 0], 0.0, 9.0)
        reward = (state.level - level) * (1.0 + jnp.cos(state.at * (jnp.pi / 12.0)))
        again = state.at + 1 >= self.horizon
        following = LevelState(level, state.at + 1)
        next_state = LevelState(level, jnp.where(again, 0, state.at + 1))
        one = jnp.ones((), level.dtype)
        timestep = Timestep(
            self._observation(next_state),
            reward,
            again * one,
            one,
            self._observation(following),
            reward.mean(),
        )
        return next_state, timestep

    def _observation(self, state: LevelState) -> Observation:
        hour = jnp.broadcast_to(state.at.astype(state.level.dtype), state.level.shape)
        shape = (self.agents, 1)
        return Observation(
            features=jnp.stack([state.level, hour], axis=-1),
            centre=state.level[:1],
            mask=jnp.ones((self.agents, 5), bool),
            low=jnp.full(shape, -2.0, state.level.dtype),
            high=jnp.full(shape, 2.0, state.level.dtype),
        )


@dataclass(frozen=True)
class Training:
    """A training to be timed."""

    problem: Callable[[], Problem]
    """Makes what is learned on."""
    learner: Callable[[int], Learner]
    """Makes who learns, for so many updates."""
    rounds: int
    """Of play and update in one run."""
    deciders: int = 1
    """Units of work in a step, 1 to count steps."""


TABULAR = Training(
    lambda: Levels(VEHICLES),
    lambda updates: Tabular(
        updates=updates, bins=(evenly("level", 0.0, 10.0, 10), evenly("hour", 0.0, 24.0, 24)), sequence=24
    ),
    rounds=365,
    deciders=VEHICLES,
)
"""A year of hours of 1,060 agents with a table of 240 states and five choices each."""


def training_of_paper(room: str, name: str) -> Training:
    """Return a training that the module `speed` of a paper states under a name, for this benchmark."""
    training: Training = getattr(import_module(f"wattswarm.papers.{room}.speed"), name)
    return training


def compile_training(training: Training) -> tuple[Callable[[int], object], int, float]:
    """Compile the rounds of a training as the runner compiles them.

    Returns:
        A run by its number, its units of work, and the CPU time of compiling [s].

    Raises:
        ArithmeticError: training returned a number that is not finite.
    """
    problem, learner = training.problem(), training.learner(training.rounds)
    start, key = jax.random.split(jax.random.key(0))
    state = learner.init(start, problem.layout)
    start = start_rollout(problem, learner, start, learner.environments)

    def play(state: Any, start: Any, key: PRNGKeyArray) -> Any:
        def one(carry: tuple[Any, Any], key: PRNGKeyArray) -> tuple[Any, Any]:
            state, start, metrics, scores = train_step(problem, learner, *carry, key)
            return (state, start), (metrics, scores.mean())

        (state, _), reported = jax.lax.scan(one, (state, start), jax.random.split(key, training.rounds))
        return eqx.filter(state, eqx.is_inexact_array), reported

    began = time.process_time()
    compiled = jax.jit(play).lower(state, start, key).compile()
    spent = time.process_time() - began
    values = jax.tree.leaves(finish(compiled(state, start, key)))
    if not all(bool(jnp.isfinite(each).all()) for each in values):
        raise ArithmeticError("the benchmark's training returned a number that is not finite")
    work = training.rounds * learner.environments * learner.sequence * training.deciders
    return lambda at: compiled(state, start, jax.random.fold_in(key, at)), work, spent

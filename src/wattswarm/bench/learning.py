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
from wattswarm.learn import Layout, Learner, Problem, Seen, Turn
from wattswarm.learn.algorithms.value import Tabular
from wattswarm.learn.parts import evenly
from wattswarm.learn.training import set_out, train_step

VEHICLES = 1060
"""Deciders of paper 000: 1000 vehicles and 60 stations."""


class Hold(NamedTuple):
    """What every agent of `Levels` holds, and the hour."""

    level: Float[Array, " agent"]
    at: Int[Array, ""]


class Levels(eqx.Module):
    """A day of agents that fill and empty a store of ten levels at an hourly price: next to no work a step.

    Args:
        agents: how many.
    """

    agents: int = eqx.field(static=True)

    @property
    def layout(self) -> Layout:
        """Level and hour of each agent, and five moves."""
        names = tuple(f"vehicle {number}" for number in range(self.agents))
        moves = tuple((float(move),) for move in (-2, -1, 0, 1, 2))
        return Layout("levels", names, ("level", "hour"), 1, ("move",), moves)

    @property
    def horizon(self) -> int:
        """Hours of an episode."""
        return 24

    def reset(self, key: PRNGKeyArray) -> tuple[Hold, Seen]:
        """Start the day at random levels."""
        level = jnp.floor(jax.random.uniform(key, (self.agents,), maxval=10.0))
        hold = Hold(level, jnp.zeros((), jnp.int32))
        return hold, self._seen(hold)

    def step(self, hold: Hold, controls: Float[Array, "agent control"]) -> tuple[Hold, Turn]:
        """Move each level, pay for the hour, and go on at midnight as the day before ended."""
        level = jnp.clip(hold.level + controls[:, 0], 0.0, 9.0)
        reward = (hold.level - level) * (1.0 + jnp.cos(hold.at * (jnp.pi / 12.0)))
        again = hold.at + 1 >= self.horizon
        following = Hold(level, hold.at + 1)
        next_hold = Hold(level, jnp.where(again, 0, hold.at + 1))
        one = jnp.ones((), level.dtype)
        turn = Turn(self._seen(next_hold), reward, again * one, one, self._seen(following), reward.mean())
        return next_hold, turn

    def _seen(self, hold: Hold) -> Seen:
        hour = jnp.broadcast_to(hold.at.astype(hold.level.dtype), hold.level.shape)
        shape = (self.agents, 1)
        return Seen(
            features=jnp.stack([hold.level, hour], axis=-1),
            centre=hold.level[:1],
            mask=jnp.ones((self.agents, 5), bool),
            low=jnp.full(shape, -2.0, hold.level.dtype),
            high=jnp.full(shape, 2.0, hold.level.dtype),
        )


@dataclass(frozen=True)
class Training:
    """A training to be timed.

    Args:
        problem: makes what is learned on.
        learner: makes who learns, for so many updates.
        rounds: of play and update in one run.
        deciders: units of work in a step, 1 to count steps.
    """

    problem: Callable[[], Problem]
    learner: Callable[[int], Learner]
    rounds: int
    deciders: int = 1


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
    """Return a training that a paper states for this benchmark; nobody but a user knows papers, by name.

    Args:
        room: of the paper.
        name: of the training in the room's `speed`.
    """
    training: Training = getattr(import_module(f"wattswarm.papers.{room}.speed"), name)
    return training


def compile_training(training: Training) -> tuple[Callable[[int], object], int, float]:
    """Compile the rounds of a training as the runner compiles them.

    Args:
        training: what to time.

    Returns:
        A run by its number, its units of work, and the CPU time of compiling [s].

    Raises:
        ArithmeticError: training returned a number that is not finite.
    """
    problem, learner = training.problem(), training.learner(training.rounds)
    start, key = jax.random.split(jax.random.key(0))
    state = learner.init(start, problem.layout)
    walk = set_out(problem, learner, start, learner.lanes)

    def play(state: Any, walk: Any, key: PRNGKeyArray) -> Any:
        def one(stand: tuple[Any, Any], key: PRNGKeyArray) -> tuple[Any, Any]:
            state, walk, metrics, scores = train_step(problem, learner, *stand, key)
            return (state, walk), (metrics, scores.mean())

        (state, _), told = jax.lax.scan(one, (state, walk), jax.random.split(key, training.rounds))
        return eqx.filter(state, eqx.is_inexact_array), told

    began = time.process_time()
    compiled = jax.jit(play).lower(state, walk, key).compile()
    spent = time.process_time() - began
    values = jax.tree.leaves(finish(compiled(state, walk, key)))
    if not all(bool(jnp.isfinite(each).all()) for each in values):
        raise ArithmeticError("the benchmark's training returned a number that is not finite")
    work = training.rounds * learner.lanes * learner.sequence * training.deciders
    return lambda at: compiled(state, walk, jax.random.fold_in(key, at)), work, spent

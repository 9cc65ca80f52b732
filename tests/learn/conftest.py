"""Small problems that all learners meet: the two-step game and a pool of one-day episodes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import jax.numpy as jnp
import pytest
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.problem import Layout, TaskProblem
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.tasks import Observation, Timestep, pool_scenario
from wattswarm.tasks.pool.task import sound_pool

CAPACITIES_KWH = (300.0, 500.0, 800.0)


class Stage(NamedTuple):
    """Where the two-step game stands: 0 at the start, 1 and 2 in its matrices."""

    at: Int[Array, ""]


class TwoStepGame:
    """The first of two agents chooses a matrix, then both play it: 7 for sure, or up to 8 together.

    Source:
        Rashid et al. (2018), section 5 and table 1; what is best earns 8, additive values end at 7.
    """

    layout = Layout(
        problem="two-step game",
        agents=("first", "second"),
        features=("start", "sure", "risky"),
        centre=3,
        controls=("move",),
        choices=((0.0,), (1.0,)),
    )
    horizon = 2
    payoffs = ((7.0, 7.0), (7.0, 7.0)), ((0.0, 1.0), (1.0, 8.0))

    def reset(self, _key: PRNGKeyArray) -> tuple[Stage, Observation]:
        """Start again."""
        return Stage(jnp.zeros((), jnp.int32)), self.see(jnp.zeros((), jnp.int32))

    def see(self, at: Int[Array, ""]) -> Observation:
        """Return what both agents see at a stage."""
        code = jnp.eye(3, dtype=jnp.float32)[at]
        zeros = jnp.zeros((2, 1), jnp.float32)
        return Observation(jnp.stack([code, code]), code, jnp.ones((2, 2), bool), zeros, zeros + 1.0)

    def step(self, state: Stage, controls: Float[Array, "agent control"]) -> tuple[Stage, Timestep]:
        """Choose the matrix, then play it; both agents are paid what it says."""
        move = jnp.round(controls[:, 0]).astype(jnp.int32)
        opening = state.at == 0
        paid = jnp.asarray(self.payoffs, jnp.float32)[jnp.maximum(state.at - 1, 0), move[0], move[1]]
        paid = jnp.where(opening, 0.0, paid)
        at = jnp.where(opening, 1 + move[0], 0)
        over = (~opening).astype(jnp.float32)
        observation = self.see(at)
        return Stage(at), Timestep(observation, jnp.stack([paid, paid]), over, 1.0 - over, observation, paid)


@pytest.fixture(scope="session")
def two_step_game() -> TwoStepGame:
    """The two-step game."""
    return TwoStepGame()


@pytest.fixture(scope="session")
def tiny_pool() -> TaskProblem:
    """Three stations with storage for a day of 24 hours, generated prices, 3 x 2 choices."""
    days = [
        pool_scenario(
            start=date(2024, 3, day), days=1, seed=day, capacity_kwh=CAPACITIES_KWH, ahead_h=HOURLY_H
        )
        for day in (4, 6)
    ]
    return TaskProblem(sound_pool(days), (3, 2))

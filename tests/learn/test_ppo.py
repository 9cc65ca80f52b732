"""PPO and its kin: what is replayed is what was lived, and they learn to buy low and sell high."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn.iac import iac
from wattswarm.learn.ippo import ippo
from wattswarm.learn.learner import Trajectory
from wattswarm.learn.mappo import mappo
from wattswarm.learn.ppo import Ppo, PpoState, advantages, average, partition, standard
from wattswarm.learn.ppo_continuous import ppo_continuous
from wattswarm.learn.problem import Layout, Seen, Turn
from wattswarm.learn.rollout import evaluate, rollout, set_out

HORIZON = 8
OPTIMUM = 16.0
"""Two storages of 1 unit, bought for 1 and sold for 3, four times an episode."""


class StoreState(NamedTuple):
    level: Float[Array, " agent"]
    at: Int[Array, ""]
    key: PRNGKeyArray


class Stores(eqx.Module):
    """Two storages of 1 unit that trade at a price of 1 and 3 by turns; what they start with is drawn."""

    layout = Layout(
        problem="stores",
        agents=("a", "b"),
        features=("price", "level"),
        centre=3,
        controls=("charge",),
        choices=((-1.0,), (0.0,), (1.0,)),
    )
    horizon = HORIZON

    def reset(self, key: PRNGKeyArray) -> tuple[StoreState, Seen]:
        state = StoreState(jnp.zeros(2), jnp.zeros((), jnp.int32), key)
        return state, self._seen(state)

    def step(self, state: StoreState, controls: Float[Array, "agent control"]) -> tuple[StoreState, Turn]:
        charge = controls[:, 0]
        reward = -self._price(state) * charge
        moved = StoreState(state.level + charge, state.at + 1, state.key)
        over = moved.at >= HORIZON
        fresh, _ = self.reset(jax.random.fold_in(state.key, 1))
        state = jax.tree.map(lambda new, old: jnp.where(over, new, old), fresh, moved)
        first = over.astype(jnp.float32)
        turn = Turn(self._seen(state), reward, first, jnp.ones(()), self._seen(moved), reward.sum())
        return state, turn

    def _price(self, state: StoreState) -> Array:
        return jnp.where(state.at % 2 == 0, 1.0, 3.0)

    def _seen(self, state: StoreState) -> Seen:
        price = jnp.broadcast_to(self._price(state) - 2.0, (2,))
        low, high = -state.level[:, None], 1.0 - state.level[:, None]
        grid = self.layout.grid[None, :, 0]
        mask = (grid >= low - 1e-6) & (grid <= high + 1e-6)
        centre = jnp.append(state.level, price[0])
        return Seen(jnp.stack([price, state.level], axis=-1), centre, mask, low, high)


STORES = Stores()


class Lesson(NamedTuple):
    score: Float[Array, ""]
    state: Any
    metrics: dict[str, Array]
    lived: Trajectory


def lesson(learner: Ppo, seed: int = 0) -> Lesson:
    """Train to the end of the learner's schedule in one program."""

    def whole(key: PRNGKeyArray) -> Lesson:
        begin, out, on, judge = jax.random.split(key, 4)
        state = learner.init(begin, STORES.layout)
        walk = set_out(STORES, learner, out, learner.lanes)

        def block(carry: Any, key: PRNGKeyArray) -> tuple[Any, Any]:
            state, walk = carry
            play, learn = jax.random.split(key)
            walk, lived, _ = rollout(STORES, learner, state, walk, play, learner.sequence)
            state, metrics = learner.update(state, lived, learn)
            return (state, walk), (metrics, lived)

        keys = jax.random.split(on, learner.updates)
        (state, _), (metrics, lived) = jax.lax.scan(block, (state, walk), keys)
        score = evaluate(STORES, learner, state, judge, 4).mean()
        return Lesson(score, state, metrics, lived)

    return jax.jit(whole)(jax.random.key(seed))

"""The two-step game of the QMIX paper: monotonic mixers find the 8, sums settle for the 7."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.algorithms.value.dhqmix import DhQmix
from wattswarm.learn.algorithms.value.dqn import Dqn
from wattswarm.learn.algorithms.value.q_learning import QLearning, QState
from wattswarm.learn.algorithms.value.qmix import Qmix
from wattswarm.learn.algorithms.value.vdn import Vdn
from wattswarm.learn.training.collect import evaluate, start_rollout
from wattswarm.learn.training.round import train_step

SIZES: dict[str, Any] = {
    "environments": 8,
    "sequence": 2,
    "hidden": 16,
    "capacity": 200,
    "recurrent": False,
    "explore_to": 1.0,
    "rate": 3e-3,
    "mixer_rate": 3e-3,
}
SMALL: dict[str, Any] = {**SIZES, "width": 8, "hyper": 8}


def train(game: Any, learner: QLearning) -> tuple[QState, jax.Array]:
    """Return the state after all updates and what a greedy episode earns."""

    def run(key: jax.Array) -> tuple[QState, jax.Array]:
        drawn, begun, played = jax.random.split(key, 3)
        state = learner.init(drawn, game.layout)
        rollout_state = start_rollout(game, learner, begun, learner.environments)

        def once(carry: tuple[Any, Any], key: jax.Array) -> tuple[tuple[Any, Any], None]:
            return train_step(game, learner, *carry, key)[:2], None

        keys = jax.random.split(played, learner.updates)
        (state, _), _ = jax.lax.scan(once, (state, rollout_state), keys)
        return state, evaluate(game, learner, state, begun, 1)[0]

    state, earned = jax.jit(run)(jax.random.key(3))
    return state, earned


@pytest.fixture(scope="module")
def qmix(two_step_game: Any) -> tuple[Qmix, QState, jax.Array]:
    learner = Qmix(1000, **SMALL)
    return learner, *train(two_step_game, learner)


def test_qmix_finds_the_best_of_the_game_and_its_worth(
    two_step_game: Any, qmix: tuple[Qmix, QState, jax.Array]
) -> None:
    learner, state, earned = qmix
    assert float(earned) == 8.0
    worth = jax.jit(learner.value_of)(state, two_step_game.see(jnp.zeros((), jnp.int32)))
    assert float(worth) == pytest.approx(0.99 * 8.0, abs=0.3)


def test_double_hypernetworks_find_the_best_of_the_game(two_step_game: Any) -> None:
    assert float(train(two_step_game, DhQmix(1000, **SMALL))[1]) == 8.0


def test_sums_settle_for_seven(two_step_game: Any) -> None:
    assert float(train(two_step_game, Vdn(1000, **SIZES))[1]) == 7.0


def test_one_centre_with_one_head_finds_the_best(two_step_game: Any) -> None:
    learner = Dqn(1500, **{**SIZES, "tau": 0.05})
    assert float(train(two_step_game, learner)[1]) == 8.0


def test_one_of_the_double_hypernetworks_is_qmix(
    two_step_game: Any, qmix: tuple[Qmix, QState, jax.Array]
) -> None:
    one = DhQmix(1000, mixers=1, **SMALL)
    state, _ = train(two_step_game, one)
    # Two programs, whose rounding a thousand updates may have carried on; weights are of the size of 1.
    jax.tree.map(
        lambda mine, other: np.testing.assert_allclose(mine, other, atol=1e-2), state.online, qmix[1].online
    )

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
from wattswarm.learn.algorithms.gradient.iac import iac
from wattswarm.learn.algorithms.gradient.ippo import ippo
from wattswarm.learn.algorithms.gradient.mappo import mappo
from wattswarm.learn.algorithms.gradient.ppo import Ppo, PpoState, advantages, average, partition, standard
from wattswarm.learn.algorithms.gradient.ppo_continuous import ppo_continuous
from wattswarm.learn.contract import Trajectory
from wattswarm.learn.problem import Layout
from wattswarm.learn.training.collect import evaluate, rollout, start_rollout
from wattswarm.tasks import Observation, Timestep

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

    def reset(self, key: PRNGKeyArray) -> tuple[StoreState, Observation]:
        state = StoreState(jnp.zeros(2), jnp.zeros((), jnp.int32), key)
        return state, self._observation(state)

    def step(self, state: StoreState, controls: Float[Array, "agent control"]) -> tuple[StoreState, Timestep]:
        charge = controls[:, 0]
        reward = -self._price(state) * charge
        moved = StoreState(state.level + charge, state.at + 1, state.key)
        over = moved.at >= HORIZON
        fresh, _ = self.reset(jax.random.fold_in(state.key, 1))
        state = jax.tree.map(lambda new, old: jnp.where(over, new, old), fresh, moved)
        first = over.astype(float)
        timestep = Timestep(
            self._observation(state), reward, first, jnp.ones(()), self._observation(moved), reward.sum()
        )
        return state, timestep

    def _price(self, state: StoreState) -> Array:
        return jnp.where(state.at % 2 == 0, 1.0, 3.0)

    def _observation(self, state: StoreState) -> Observation:
        price = jnp.broadcast_to(self._price(state) - 2.0, (2,))
        low, high = -state.level[:, None], 1.0 - state.level[:, None]
        grid = self.layout.grid[None, :, 0]
        mask = (grid >= low - 1e-6) & (grid <= high + 1e-6)
        centre = jnp.append(state.level, price[0])
        return Observation(jnp.stack([price, state.level], axis=-1), centre, mask, low, high)


STORES = Stores()


class Training(NamedTuple):
    score: Float[Array, ""]
    state: Any
    metrics: dict[str, Array]
    lived: Trajectory


def training(learner: Ppo, seed: int = 0) -> Training:
    """Train to the end of the learner's schedule in one program."""

    def whole(key: PRNGKeyArray) -> Training:
        begin, out, on, judge = jax.random.split(key, 4)
        state = learner.init(begin, STORES.layout)
        rollout_state = start_rollout(STORES, learner, out, learner.environments)

        def block(carry: Any, key: PRNGKeyArray) -> tuple[Any, Any]:
            state, rollout_state = carry
            play, learn = jax.random.split(key)
            rollout_state, lived, _ = rollout(STORES, learner, state, rollout_state, play, learner.sequence)
            state, metrics = learner.update(state, lived, learn)
            return (state, rollout_state), (metrics, lived)

        keys = jax.random.split(on, learner.updates)
        (state, _), (metrics, lived) = jax.lax.scan(block, (state, rollout_state), keys)
        score = evaluate(STORES, learner, state, judge, 4).mean()
        return Training(score, state, metrics, lived)

    return jax.jit(whole)(jax.random.key(seed))


FAST: dict[str, Any] = {"hidden": 16, "environments": 8, "sequence": 16, "rate": 1e-2, "minibatches": 2}


@pytest.fixture(scope="module")
def remembering() -> tuple[Ppo, Training]:
    """A learner of recurrent networks and a central critic; its sequences run over episodes' ends."""
    learner = mappo(updates=40, **{**FAST, "sequence": 12})
    return learner, training(learner)


def ratios(learner: Ppo, state: PpoState, lived: Trajectory) -> Array:
    steps = lived.steps
    numbers = learner.replay(state.actor, steps)
    logs = learner.distribution.log_probability(numbers, steps.action.notes.drawn, steps.observation)
    return jnp.exp(logs - steps.action.notes.log_probability)


def test_a_replayed_rollout_has_the_probabilities_it_was_lived_with_across_the_ends_of_episodes() -> None:
    learner = mappo(updates=1, **FAST)

    @jax.jit
    def replayed(key: PRNGKeyArray) -> tuple[Array, Array, Array]:
        begin, out, play = jax.random.split(key, 3)
        state = learner.init(begin, STORES.layout)
        # Untrained heads say next to nothing; this one speaks up.
        actor = eqx.tree_at(lambda net: net.head.weight, state.actor, state.actor.head.weight * 300.0)
        state = state._replace(actor=actor)
        lived = rollout(STORES, learner, state, start_rollout(STORES, learner, out, 8), play, 20)[1]
        # The test can fail: memory emptied one step late changes what is replayed.
        late = jnp.roll(lived.steps.first, 1, axis=0)
        shifted = lived._replace(steps=lived.steps._replace(first=late))
        return lived.steps.first, ratios(learner, state, lived), ratios(learner, state, shifted)

    first, same, other = replayed(jax.random.key(2))
    assert float(first[1:].sum()) == 16.0
    np.testing.assert_allclose(same, 1.0, atol=1e-5)
    assert float(jnp.abs(other - 1.0).max()) > 0.02


def test_mappo_with_memory_learns_to_buy_low_and_sell_high(remembering: tuple[Ppo, Training]) -> None:
    assert float(remembering[1].score) == pytest.approx(OPTIMUM)


@pytest.mark.parametrize(
    "learner",
    [
        pytest.param(ippo(updates=60, recurrent=False, **FAST), id="ippo"),
        pytest.param(
            iac(updates=60, recurrent=False, **{**FAST, "minibatches": 1}), id="iac", marks=pytest.mark.slow
        ),
    ],
)
def test_plain_networks_learn_to_buy_low_and_sell_high(learner: Ppo) -> None:
    done = training(learner)
    assert float(done.score) == pytest.approx(OPTIMUM)
    assert all(np.isfinite(values).all() for values in done.metrics.values())
    never_outside(done.lived)


def test_continuous_controls_learn_to_buy_low_and_sell_high_within_their_ranges() -> None:
    done = training(ppo_continuous(updates=60, recurrent=False, **FAST))
    assert float(done.score) == pytest.approx(OPTIMUM, rel=0.01)
    never_outside(done.lived)
    assert (np.asarray(done.lived.steps.action.choice) == 0).all()


def never_outside(lived: Trajectory) -> None:
    steps = lived.steps
    assert (np.asarray(steps.action.controls) >= np.asarray(steps.observation.low)).all()
    assert (np.asarray(steps.action.controls) <= np.asarray(steps.observation.high)).all()


def test_no_choice_is_ever_infeasible(remembering: tuple[Ppo, Training]) -> None:
    steps = remembering[1].lived.steps
    taken = np.take_along_axis(
        np.asarray(steps.observation.mask), np.asarray(steps.action.choice)[..., None], -1
    )
    assert taken.all()
    assert not np.asarray(steps.observation.mask).all()


def test_what_follows_a_truncation_inside_a_sequence_teaches_nothing(
    remembering: tuple[Ppo, Training],
) -> None:
    learner, done = remembering
    lived = jax.tree.map(lambda rows: rows[0], done.lived)
    cut = np.asarray(lived.steps.first[1:]) > 0
    assert cut.any()
    wild = jnp.where(jnp.asarray(cut)[..., None], 1e6, lived.steps.reward[:-1])
    reward = jnp.concatenate([wild, lived.steps.reward[-1:]])
    poisoned = lived._replace(steps=lived.steps._replace(reward=reward))
    plain, spoiled = (learner.judge(done.state, each)[1] for each in (lived, poisoned))
    usable = np.asarray(plain.weight)[..., None] > 0
    np.testing.assert_allclose(
        np.where(usable, plain.advantage, 0), np.where(usable, spoiled.advantage, 0), atol=1e-4
    )


def test_generalised_advantages_equal_a_plain_reference(remembering: tuple[Ppo, Training]) -> None:
    _, done = remembering
    steps = jax.tree.map(lambda rows: rows[0], done.lived).steps
    rng = np.random.default_rng(0)
    discount = jnp.asarray(rng.random(steps.discount.shape) > 0.2, jnp.float32)
    steps = steps._replace(discount=discount)
    values = rng.normal(size=steps.reward.shape)
    closing = rng.normal(size=steps.reward.shape[1:])
    found, weight = advantages(steps, jnp.asarray(values), jnp.asarray(closing), 0.9, 0.8)
    following = np.concatenate([values[1:], closing[None]])
    first = np.concatenate([np.asarray(steps.first), np.zeros_like(steps.first[:1])])
    expected = np.zeros_like(values)
    later, usable = np.zeros_like(closing), np.ones(closing.shape[0])
    for t in reversed(range(len(values))):
        ends = np.asarray(discount)[t] == 0
        usable = 1.0 - (first[t + 1] > 0) * ~ends
        alive = 0.9 * np.asarray(discount)[t][:, None]
        error = np.asarray(steps.reward)[t] + alive * following[t] - values[t]
        keep = 0.8 * alive * (first[t + 1] == 0)[:, None]
        later = (error + keep * later) * usable[:, None]
        expected[t] = later
        np.testing.assert_array_equal(weight[t], usable)
    usable = np.asarray(weight)[..., None]
    np.testing.assert_allclose(found * usable, expected, atol=1e-5)


def test_an_update_of_an_unclipped_learner_is_the_plain_policy_gradient() -> None:
    learner = iac(updates=60)
    assert learner.clip == math.inf
    assert learner.epochs == learner.minibatches == 1


def test_minibatches_part_the_environments_anew_in_every_epoch() -> None:
    order = np.asarray(partition(jax.random.key(0), 3, 12, 4))
    assert order.shape == (3, 4, 3)
    for epoch in order:
        np.testing.assert_array_equal(np.sort(epoch.ravel()), np.arange(12))
    assert (order[0] != order[1]).any()


def test_minibatches_that_do_not_divide_the_environments_are_refused() -> None:
    with pytest.raises(InputError, match="minibatches"):
        ippo(updates=1, environments=10, minibatches=4)


def test_standard_numbers_have_weighted_mean_0_and_deviation_1() -> None:
    numbers = jnp.asarray([1.0, 2.0, 4.0, 1e6])
    weight = jnp.asarray([1.0, 1.0, 1.0, 0.0])
    moved = standard(numbers, weight)
    assert float(average(moved, weight)) == pytest.approx(0.0, abs=1e-6)
    assert float(average(jnp.square(moved), weight)) == pytest.approx(1.0, abs=1e-5)


def test_rates_fall_and_the_grid_is_kept(remembering: tuple[Ppo, Training]) -> None:
    learner, done = remembering
    assert int(done.state.updates) == learner.updates
    np.testing.assert_array_equal(done.state.grid, STORES.layout.grid)

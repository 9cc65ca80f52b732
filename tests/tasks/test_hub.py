"""The hub pays every battery what it earns the site, and asks the world for nothing silly."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.tasks import Hub, play, rollout, setting
from wattswarm.world import Scenario


def _random_actions(task: Hub, seed: int = 0) -> jax.Array:
    shape = (task.setting.steps, len(task.agents), 1)
    return jax.random.uniform(jax.random.key(seed), shape, task.setting.episodes.rows.dtype, -0.97, 0.97)


def test_rewards_add_up_to_the_profit_of_the_site(exact_hub: Hub) -> None:
    for episode in range(exact_hub.setting.count):
        rewards, flows = play(exact_hub, _random_actions(exact_hub, episode), episode)
        assert flows.money.demand_charge.sum() > 0
        assert np.asarray(rewards.sum(1)) == pytest.approx(
            np.asarray(jax.vmap(lambda m: m.net)(flows.money)), abs=1e-6
        )


def test_agents_differ_by_their_own_items_alone(exact_hub: Hub) -> None:
    rewards, flows = play(exact_hub, _random_actions(exact_hub), 0)
    rows = jax.vmap(exact_hub.setting.episodes.unpack)(exact_hub.setting.episodes.rows[0, :-1])
    money, dispatch = flows.money, flows.dispatch
    bought = np.asarray(rows.import_price)[:, None] * np.asarray(dispatch.charge_kw - dispatch.discharge_kw)
    fees = money.wear + money.v2g_reward + money.unmet_penalty
    own = np.asarray(money.customer_income) - bought - np.asarray(fees)
    for item in (money.customer_income, money.wear, money.v2g_reward, money.unmet_penalty):
        assert float(jnp.abs(item).sum()) > 0
    assert np.asarray(rewards - rewards[:, -1:]) == pytest.approx(own - own[:, -1:], abs=1e-9)


def test_actions_outside_the_feasible_range_change_nothing(exact_hub: Hub) -> None:
    def clipped(_: jax.Array, seen: object) -> jax.Array:
        return jnp.clip(_random_actions(exact_hub)[0] * 10, seen.low, seen.high)  # type: ignore[attr-defined]

    seen, actions, timestep = rollout(exact_hub, clipped, jax.random.split(jax.random.key(5), 2))
    assert (actions <= seen.high).all()
    assert (actions >= seen.low).all()
    resting = np.asarray((seen.low == 0) & (seen.high == 0))[..., 0]
    charged = np.asarray(timestep.flows.dispatch.charge_kw + timestep.flows.dispatch.discharge_kw)
    assert resting.any()
    assert not charged[resting].any()
    assert charged[~resting].any()


def test_the_mask_says_plugged_or_storage(hub: Hub) -> None:
    _, seen = eqx.filter_jit(hub.reset)(jax.random.key(0))
    names = [space.name for space in hub.spaces]
    plugged = np.asarray(seen.features[:, names.index("plugged")]) > 0
    assert (np.asarray(seen.high[:, 0])[~plugged] == 0).all()
    assert seen.high[-1, 0] == 1
    assert seen.low[-1, 0] == -1


def test_the_gradient_of_a_days_return_is_that_of_finite_differences(exact_hub: Hub) -> None:
    actions = _random_actions(exact_hub, 3)

    def day(moved: jax.Array) -> jax.Array:
        return play(exact_hub, moved, 1)[0].sum()

    gradient = np.asarray(jax.jit(jax.grad(day))(actions)).ravel()
    width = 1e-5
    nudges = width * jnp.eye(actions.size).reshape(-1, *actions.shape)
    both = jax.jit(jax.vmap(lambda nudge: (day(actions + nudge) - day(actions - nudge)) / (2 * width)))
    difference = np.asarray(both(nudges))
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient) > 1e-3).sum() > actions.size / 4
    assert gradient == pytest.approx(difference, abs=1e-6, rel=1e-5)


def test_single_and_double_precision_agree(hub: Hub, exact_hub: Hub) -> None:
    actions = _random_actions(exact_hub, 4)
    single = play(hub, actions.astype(jnp.float32), 2)[0]
    double = play(exact_hub, actions, 2)[0]
    assert single.dtype == jnp.float32
    assert np.asarray(single) == pytest.approx(np.asarray(double), abs=1e-3)


def test_the_table_has_the_shapes_and_bounds_of_what_is_seen(hub: Hub) -> None:
    def anything(key: jax.Array, seen: object) -> jax.Array:
        return jax.random.uniform(key, seen.low.shape, minval=-1)  # type: ignore[attr-defined]

    seen, actions, timestep = rollout(hub, anything, jax.random.split(jax.random.key(1), 8))
    rows = [space for space in hub.spaces if space.kind == "observation"]
    features = np.asarray(seen.features)
    assert features.dtype == np.float32
    assert features.shape[2:] == (*rows[0].shape, len(rows))
    assert actions.shape[2:] == (len(hub.agents), hub.controls)
    assert timestep.reward.shape[2:] == hub.spaces[-1].shape
    for at, row in enumerate(rows):
        assert features[..., at].min() >= row.minimum - 1e-6, row.name
        assert features[..., at].max() <= row.maximum + 1e-6, row.name
        assert f"| observation | {row.name} | ({len(hub.agents)},) |" in hub.describe()
    varied = features.std(axis=(0, 1, 2)) > 0
    assert varied.sum() >= len(rows) - 1
    assert "prices DAM" in hub.describe()


def test_a_bank_of_days_that_differ_is_refused(small_days: list[Scenario]) -> None:
    from wattswarm.tasks import station_scenario

    other = station_scenario(3, start=small_days[0].times[0].astype("datetime64[D]").item(), arrivals="demo")
    with pytest.raises(InputError, match="differ in their site"):
        setting([small_days[0], other])
    with pytest.raises(InputError, match="needs episodes"):
        setting([])

"""The fleet as a decision problem: whatever vehicles do, targets are met and all money is somebody's."""

from __future__ import annotations

from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from wattswarm.control.runner import simulate
from wattswarm.outlook.beliefs import beliefs_of, believing
from wattswarm.outlook.foresight import Forecasted, WithArrivals
from wattswarm.plan.advice import advised
from wattswarm.plan.priced import Priced
from wattswarm.tasks import play, rollout
from wattswarm.tasks.fleet.site import Weights, fleet_scenario
from wattswarm.tasks.fleet.task import Fleet, ForecastFleet, FusedFleet
from wattswarm.tasks.place import setting
from wattswarm.world import Scenario

VEHICLES = 5


@pytest.fixture(scope="module")
def night() -> Scenario:
    """A night with advice and forecasts."""
    plain = fleet_scenario(VEHICLES, start=date(2024, 5, 31), weights=Weights(difference=0.3))
    later = np.minimum(np.arange(24)[:, None] + np.arange(1, 25), 23)
    seen = believing(plain, prices=plain.market[later], load=plain.base_kw[later], ahead_fill="forecast")
    return advised(seen, Priced(WithArrivals(Forecasted())))


def some_actions(seed: int) -> Float[Array, "step agent control"]:
    """Return actions drawn at random."""
    return jnp.asarray(np.random.default_rng(seed).uniform(-1, 1, (24, VEHICLES, 1)), jnp.float32)


def test_what_is_seen_keeps_its_bounds_and_a_day_truly_ends(night: Scenario) -> None:
    task = FusedFleet(setting([night]))  # it sees all that the others see
    assert set(Fleet(task.setting).observed) < set(ForecastFleet(task.setting).observed) < set(task.observed)
    keys = jax.random.split(jax.random.key(0), 2)
    told, _, timestep = rollout(
        task, lambda key, _: jax.random.uniform(key, (VEHICLES, 1), minval=-1.0), keys
    )
    spaces = [space for space in task.spaces if space.kind == "observation"]
    low, high = (np.array([getattr(space, end) for space in spaces]) for end in ("minimum", "maximum"))
    seen, discount = np.asarray(told.features), np.asarray(timestep.discount)
    assert seen.shape == (2, 24, VEHICLES, len(spaces))
    assert (seen >= low - 1e-5).all()
    assert (seen <= high + 1e-5).all()
    assert (discount[:, -1] == 0.0).all()
    assert (discount[:, :-1] == 1.0).all()


@pytest.mark.parametrize("kind", [Fleet, FusedFleet])
def test_any_action_meets_targets_and_rewards_are_the_sites_money(kind: type[Fleet], night: Scenario) -> None:
    rewards, flows = play(kind(setting([night])), some_actions(1), 0)
    stays = night.stays
    assert np.asarray(flows.shortfall_kwh)[stays.end - 1, stays.port].max() < 1e-2
    net = np.asarray(flows.import_kw - flows.export_kw)
    through = np.asarray(flows.dispatch.charge_kw + flows.dispatch.discharge_kw).sum()
    cost = (np.where(net > 0, night.import_price, night.export_price) * net).sum()
    assert -np.asarray(rewards).sum() == pytest.approx(cost + 0.01 * through + 0.3 * np.ptp(net), rel=1e-4)


def test_doing_nothing_new_is_to_follow_the_advice(night: Scenario) -> None:
    rewards, flows = play(FusedFleet(setting([night])), jnp.zeros((24, VEHICLES, 1)), 0)
    told = simulate(night, [Priced(WithArrivals(Forecasted()))])[0]
    assert beliefs_of(night).advice is not None
    power = np.asarray(flows.dispatch.charge_kw - flows.dispatch.discharge_kw)
    np.testing.assert_allclose(power, beliefs_of(night).advice.power_kw, atol=1e-3)
    assert np.asarray(rewards).sum() == pytest.approx(told.profit, rel=1e-4)

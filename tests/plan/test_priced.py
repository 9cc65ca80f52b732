"""The operator's price: everyone answers it best with the plan, and the hours played are MPC's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.runner import simulate
from wattswarm.outlook.beliefs import beliefs_of, believing
from wattswarm.outlook.foresight import Climatology, Perfect, WithArrivals
from wattswarm.outlook.outlook import hindsight
from wattswarm.plan.advice import advised
from wattswarm.plan.linear.program import build_program
from wattswarm.plan.linear.solver import Solver
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.plan.priced import Priced
from wattswarm.plan.rules.forecast import ForecastThreshold
from wattswarm.tasks.fleet.site import Weights, fleet_scenario
from wattswarm.world import Scenario

DAY = date(2024, 5, 31)
HONEST = WithArrivals(Climatology())


@pytest.fixture(scope="module")
def night() -> Scenario:
    """Six vehicles on a night whose peak-valley difference is dear."""
    return fleet_scenario(6, start=DAY, weights=Weights(difference=0.3))


@pytest.fixture(scope="module")
def told(night: Scenario) -> Scenario:
    """The same with advice by forecasts."""
    return advised(night, Priced(HONEST))


def test_at_the_price_of_the_plan_no_vehicle_alone_finds_a_cheaper_schedule(night: Scenario) -> None:
    operator = Priced(Perfect(night))
    run = simulate(night, [operator])[0]
    price, net = operator.told[0]
    # At the peak of the plan energy is dearer than the market has it, in its valley cheaper.
    over = price - night.import_price
    assert over[net > net.max() - 1e-6].max() > 1e-3
    assert over[net < net.min() + 1e-6].min() < -1e-3
    outlook, tariff = (
        hindsight(night),
        night.site.tariff.model_copy(update={"peak_valley_charge_per_kw": 0.0}),
    )
    drawn = np.asarray(run.flows.dispatch.charge_kw - run.flows.dispatch.discharge_kw)
    wear = np.asarray(run.flows.dispatch.charge_kw + run.flows.dispatch.discharge_kw) * 0.01
    for vehicle in range(6):
        # The same program with this vehicle alone, who buys and sells at the operator's price.
        own = outlook.stays.take(np.flatnonzero(outlook.stays.port == vehicle))
        alone = replace(
            outlook,
            stays=own,
            import_price=price,
            export_price=price - 1e-9,
            feed_in_price=price - 1e-9,
            base_kw=np.zeros_like(outlook.base_kw),
        )
        least = Solver().solve(build_program(alone, night.arrays, tariff)).cost
        paid = float(price @ drawn[:, vehicle] + wear[:, vehicle].sum())
        assert paid == pytest.approx(least, abs=1e-5)


def test_it_plays_what_model_predictive_control_plays(night: Scenario) -> None:
    ours, theirs = simulate(night, [Priced(HONEST), ModelPredictive(HONEST)])
    assert ours.profit == pytest.approx(theirs.profit, rel=1e-6)


def test_advice_lies_beside_the_night_hour_by_hour(night: Scenario, told: Scenario) -> None:
    advice = beliefs_of(told).advice
    assert advice is not None
    assert advice.signal.shape == advice.net_kw.shape == (24, 24)
    assert advice.power_kw.shape == advice.energy_kwh.shape == (24, 6)
    stays = night.stays
    arrived = advice.energy_kwh[stays.begin, stays.port]
    np.testing.assert_allclose(arrived, stays.arrival_kwh)
    assert beliefs_of(told).view_ahead != beliefs_of(night).view_ahead


def test_what_is_advised_in_an_hour_depends_on_nothing_later(night: Scenario, told: Scenario) -> None:
    market = night.market.copy()
    market[12:] *= 3.0
    changed = replace(night, market=market)
    other, before = (beliefs_of(each).advice for each in (advised(changed, Priced(HONEST)), told))
    assert other is not None
    assert before is not None
    np.testing.assert_allclose(other.power_kw[:12], before.power_kw[:12], atol=1e-9)
    assert np.abs(other.power_kw[12:] - before.power_kw[12:]).max() > 1.0


def test_the_rule_of_forecasts_charges_low_gives_high_and_meets_targets(night: Scenario) -> None:
    truth = np.minimum(np.arange(24)[:, None] + np.arange(1, 25), 23)
    seen = believing(night, prices=night.market[truth], load=night.base_kw[truth], ahead_fill="forecast")
    run = simulate(seen, [ForecastThreshold(jnp.asarray(0.4), jnp.asarray(0.5))])[0]
    flows, stays = run.flows, night.stays
    charged, given = (
        np.asarray(flows.dispatch.charge_kw).sum(1),
        np.asarray(flows.dispatch.discharge_kw).sum(1),
    )
    assert given.sum() > 1.0
    assert np.average(night.import_price, weights=charged) < np.average(night.import_price, weights=given)
    assert np.asarray(flows.shortfall_kwh)[stays.end - 1, stays.port].max() < 1e-2

"""The fleet of paper 003: days from noon to noon, its objective as the site's money, its forecasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.data.calendar import local_clock
from wattswarm.errors import InputError
from wattswarm.forecast.ask import next_day
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster
from wattswarm.outlook.beliefs import beliefs_of, believing
from wattswarm.outlook.expect import with_forecasts, with_load_forecasts
from wattswarm.outlook.foresight import Forecasted, WithArrivals
from wattswarm.outlook.hints import hint_columns
from wattswarm.outlook.known import Knowledge
from wattswarm.plan.bound import perfect_foresight
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.tasks.fleet.site import (
    USUAL_WEIGHTS,
    ZONE,
    Weights,
    fleet_load,
    fleet_prices,
    fleet_scenario,
    fleet_site,
)
from wattswarm.world import Scenario, Stays, look, start

DAY = date(2024, 5, 31)
PRICES, LOAD = fleet_prices(date(2024, 4, 1), 70), fleet_load(date(2024, 4, 1), 70)


def fleet(weights: Weights = USUAL_WEIGHTS, count: int = 12) -> Scenario:
    return fleet_scenario(count, start=DAY, prices=PRICES, load=LOAD, weights=weights)


def objective(run: Run, weights: Weights) -> float:
    """Eq. (11) by hand: cost, peak-valley difference, wear and missing energy."""
    flows, scenario = run.flows, run.scenario
    price = scenario.market
    net = np.asarray(flows.import_kw - flows.export_kw)
    cost = (price * np.maximum(net, 0.0) - 0.9 * price * np.maximum(-net, 0.0)).sum()
    through = (flows.dispatch.charge_kw + flows.dispatch.discharge_kw).sum()
    return float(
        weights.energy * cost
        + weights.difference * np.ptp(net)
        + weights.ageing * 0.01 * through
        + weights.completion * 2.0 * flows.shortfall_kwh.sum()
    )


def test_a_day_lasts_from_noon_to_noon_and_is_one_billing_period_whatever_the_month() -> None:
    scenario = fleet()
    clock = local_clock(scenario.times, ZONE)
    assert scenario.steps == 24
    assert clock.hour[0] == 12.0
    assert scenario.new_period.tolist() == [True] + [False] * 23
    assert len(scenario.stays) == 12
    assert scenario.history is not None
    assert len(scenario.history.market) == 28 * 24
    assert np.isfinite(scenario.history.base_kw).all()


@pytest.mark.parametrize("weights", [USUAL_WEIGHTS, Weights(0.5, 1.0, 2.0, 3.0), Weights(difference=0.0)])
def test_the_sites_profit_is_the_objective_and_its_bound_replays(weights: Weights) -> None:
    scenario = fleet(weights)
    bound = perfect_foresight(scenario)
    assert bound.exact
    assert bound.run.profit == pytest.approx(bound.profit, rel=1e-6)
    runs = simulate(scenario, [rule("uncontrolled"), rule("vehicle-to-grid")])
    for run in (*runs, bound.run):
        assert -run.profit * weights.energy == pytest.approx(objective(run, weights), rel=1e-9)
        assert run.profit <= bound.profit + 1e-6 * abs(bound.profit)


def test_least_cost_makes_the_difference_of_peak_and_valley_larger_than_no_control() -> None:
    # The rebound of models.md 7.5: all vehicles follow one price.
    cheapest = perfect_foresight(fleet(Weights(difference=0.0))).run
    flattest = perfect_foresight(fleet(Weights(difference=100.0))).run
    idle = simulate(fleet(), [rule("uncontrolled")])[0]
    spread = [np.ptp(run.flows.import_kw - run.flows.export_kw) for run in (flattest, idle, cheapest)]
    assert (np.diff(spread) > 1e-3).all()
    cost = [float(run.flows.money.import_cost.sum()) for run in (cheapest, flattest, idle)]
    assert (np.diff(cost) > 1e-3).all()


def arrivals(scenario: Scenario, at: int) -> Stays:
    """Return who is expected at a step."""
    world, exogenous = scenario.world(), scenario.timeline().at(jnp.asarray(at))
    expected = Knowledge(scenario).at(at, look(world, start(world), exogenous)).arrivals
    assert expected is not None
    return expected


def test_who_is_expected_is_last_nights_fleet_until_each_port_has_been_used() -> None:
    scenario = fleet()
    expected, real = beliefs_of(scenario).arrivals, scenario.stays
    assert expected is not None
    assert expected.port.tolist() == real.port.tolist()
    before = arrivals(scenario, 0)
    assert len(before) == 12
    here = int(real.begin[5])
    later = arrivals(scenario, here)
    assert not np.isin(later.port, real.port[real.begin <= here]).any()
    assert (later.begin >= 1).all()
    assert (later.end > later.begin).all()
    # Nothing of the night itself is in it.
    later = replace(real, arrival_kwh=real.arrival_kwh + 1.0)
    moved = replace(scenario, schedule=replace(scenario.schedule, stays=later))
    again = arrivals(moved, 0)
    np.testing.assert_array_equal(again.arrival_kwh, before.arrival_kwh)


def test_forecasts_of_load_reach_planner_and_task_and_never_peek() -> None:
    record = Record(LOAD)
    model = forecaster("naive-day").fit(record.until(40 * 24), next_day(record))
    scenario = with_load_forecasts(fleet(), model, record)
    expected = beliefs_of(scenario).load
    assert expected is not None
    assert expected.shape == (24, 24, 1)
    first = int((scenario.times[0] - LOAD.times[0]) / np.timedelta64(3600, "s"))
    # At noon the next hour is believed to be as it was yesterday at one.
    assert expected[0, 0, 0] == pytest.approx(12 * LOAD.values[first - 23])
    shown = hint_columns(scenario)["net_ahead_kw"]
    np.testing.assert_allclose(shown, expected[:, :, 0])
    later = replace(LOAD, values=np.where(np.arange(len(LOAD.values)) > first, 2.0, 1.0) * LOAD.values)
    other = fleet_scenario(12, start=DAY, prices=PRICES, load=later)
    told = with_load_forecasts(other, model, Record(later))
    again = beliefs_of(told).load
    assert again is not None
    np.testing.assert_allclose(again[0], expected[0])
    with pytest.raises(InputError, match="another load"):
        with_load_forecasts(fleet(), model, Record(later))


def test_a_planner_that_believes_the_truth_of_load_and_price_does_better() -> None:
    weights = Weights(difference=1.0)
    usual = fleet(weights)
    lead = np.minimum(np.arange(24)[:, None] + np.arange(1, 25), 23)
    truth = believing(usual, prices=usual.market[lead], load=usual.base_kw[lead], ahead_fill="forecast")
    seen = believing(truth, arrivals=truth.stays)
    planner = ModelPredictive(WithArrivals(Forecasted()))
    runs = [simulate(each, [planner])[0] for each in (truth, seen)]
    bound = perfect_foresight(usual)
    assert runs[0].profit <= runs[1].profit + 1e-6 * abs(bound.profit)
    assert runs[1].profit == pytest.approx(bound.profit, rel=1e-6)


def test_forecasts_of_price_lie_beside_those_of_load() -> None:
    records = Record(PRICES), Record(LOAD)
    models = [forecaster("naive-day").fit(each.until(40 * 24), next_day(each)) for each in records]
    scenario = with_load_forecasts(with_forecasts(fleet(), models[0], records[0]), models[1], records[1])
    shown = hint_columns(scenario)
    expected = beliefs_of(scenario).prices
    assert expected is not None
    np.testing.assert_allclose(shown["price_ahead"], expected)


def test_weights_and_fleets_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="weights"):
        Weights(energy=0.0)
    with pytest.raises(InputError, match="count"):
        fleet_site(0)
    assert fleet().stays.discharge_kw.max() == 7.2
    assert fleet_scenario(3, start=DAY, v2g=False).stays.discharge_kw.max() == 0.0

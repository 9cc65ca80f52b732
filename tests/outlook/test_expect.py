"""Forecasts beside a scenario: planners and tasks see the same, and nothing that is not known yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from wattswarm.data.generate import generate_prices
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins, next_day
from wattswarm.forecast.contract import Forecast, Model
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster
from wattswarm.market import Regime
from wattswarm.outlook.ahead import AHEAD_H, HOURLY_H, known_ahead
from wattswarm.outlook.beliefs import believing
from wattswarm.outlook.expect import refuse_unfit, with_forecasts
from wattswarm.outlook.foresight import DayAhead, Forecasted
from wattswarm.outlook.hints import hint_columns
from wattswarm.outlook.known import Knowledge
from wattswarm.tasks.station.site import station_scenario
from wattswarm.world import Scenario, look, reveal, start

DAY = 96
LEAD = 9 * DAY
"""Steps of the record before the scenario."""


@dataclass(frozen=True)
class Oracle:
    """Expects what comes."""

    steps: int = DAY
    name: str = "oracle"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        return Forecast(origins, outcomes(record, origins, self.steps))


def record(seed: int = 0) -> Record:
    prices = generate_prices(
        start=date(2024, 6, 1),
        days=13,
        timezone="Asia/Kolkata",
        step_s=900,
        currency="INR",
        mean=5.0,
        rng=np.random.default_rng(seed),
    )
    return Record(prices)


def station(prices: Record, regime: Regime) -> Scenario:
    return station_scenario(
        3, start=date(2024, 6, 10), days=3, prices=prices.target, arrivals="demo", regime=regime
    )


def honest(known: Record, name: str = "naive-day") -> Model:
    return forecaster(name).fit(known.until(LEAD), next_day(known))


def believed(scenario: Scenario, at: int, steps: int = DAY) -> np.ndarray:
    world, timeline = scenario.world(), scenario.timeline()
    view = look(world, reveal(world, start(world), timeline.at(at)), timeline.at(at))
    return Forecasted().outlook(Knowledge(scenario).at(at, view), steps).import_price


@pytest.mark.parametrize("regime", [Regime.RT, Regime.DAM, Regime.GATE])
def test_a_perfect_forecast_shows_planner_and_task_what_comes(regime: Regime) -> None:
    prices = record()
    scenario = with_forecasts(station(prices, regime), Oracle(), prices)
    all_known = np.full(scenario.steps, scenario.steps)
    price = scenario.import_price
    told, seen = known_ahead(price, all_known, 0.25, AHEAD_H), hint_columns(scenario)["price_ahead"]
    np.testing.assert_allclose(seen[:DAY], told[:DAY], atol=1e-9)
    for at in (0, 50, 95):
        np.testing.assert_allclose(believed(scenario, at), price[at : at + DAY], atol=1e-9)


@pytest.mark.parametrize("regime", [Regime.RT, Regime.DAM])
def test_the_task_sees_what_the_planner_believes(regime: Regime) -> None:
    prices = record()
    scenario = with_forecasts(station(prices, regime), honest(prices), prices)
    ahead = hint_columns(believing(scenario, ahead_h=HOURLY_H))["price_ahead"]
    for at in (0, 30, 60, 95):
        hours = believed(scenario, at, DAY + 1)[1:].reshape(24, 4).mean(axis=1)
        np.testing.assert_allclose(ahead[at], hours, atol=1e-9)


@pytest.mark.parametrize("regime", [Regime.RT, Regime.DAM])
@pytest.mark.parametrize("at", [0, 40, 70])
def test_no_price_that_is_not_known_yet_is_seen_or_believed(regime: Regime, at: int) -> None:
    prices, other = record(), record()
    known = LEAD + int(station(prices, regime).known_until[at])
    other.target.values[known:] = record(seed=1).target.values[known:]
    told, retold = (with_forecasts(station(each, regime), honest(prices), each) for each in (prices, other))
    np.testing.assert_array_equal(believed(told, at), believed(retold, at))
    rows = [hint_columns(each)["price_ahead"][at] for each in (told, retold)]
    np.testing.assert_array_equal(*rows)
    assert not np.array_equal(told.market, retold.market)


def test_forecasts_differ_from_what_is_believed_without_them_and_say_whose_they_are() -> None:
    prices = record()
    plain = station(prices, Regime.RT)
    scenario = with_forecasts(plain, honest(prices), prices)
    world, timeline = plain.world(), plain.timeline()
    view = look(world, reveal(world, start(world), timeline.at(0)), timeline.at(0))
    usual = DayAhead().outlook(Knowledge(plain).at(0, view), DAY).import_price
    assert np.abs(believed(scenario, 0) - usual).max() > 0.1
    np.testing.assert_allclose(believed(scenario, 0)[1:], prices.target.values[LEAD + 1 - DAY : LEAD])
    assert scenario.sources[-1] == "Prices not yet published are expected by naive-day."


def test_steps_beyond_a_short_forecast_are_as_usual_to_the_planner_and_as_its_last_to_the_task() -> None:
    prices = record()
    plain = station(prices, Regime.RT)
    scenario = with_forecasts(plain, Oracle(steps=4), prices)
    world, timeline = plain.world(), plain.timeline()
    view = look(world, reveal(world, start(world), timeline.at(0)), timeline.at(0))
    usual = DayAhead().outlook(Knowledge(plain).at(0, view), DAY).import_price
    np.testing.assert_allclose(believed(scenario, 0)[:5], plain.import_price[:5])
    np.testing.assert_allclose(believed(scenario, 0)[5:], usual[5:])
    ahead = hint_columns(scenario)["price_ahead"][0]
    assert ahead[0] == pytest.approx(plain.import_price[1:5].mean())
    assert ahead[-1] == pytest.approx(plain.import_price[4])


def test_a_scenario_without_forecasts_is_refused() -> None:
    plain = station(record(), Regime.RT)
    with pytest.raises(InputError, match="has no forecasts"):
        believed(plain, 0)
    with pytest.raises(InputError, match="has no forecasts"):
        hint_columns(believing(plain, ahead_fill="forecast"))


def test_a_record_of_other_days_or_other_prices_is_refused() -> None:
    prices = record()
    scenario = station(prices, Regime.RT)
    with pytest.raises(InputError, match="does not cover"):
        with_forecasts(scenario, Oracle(), prices.until(2 * DAY))
    with pytest.raises(InputError, match="other prices"):
        with_forecasts(scenario, Oracle(), prices.until(LEAD + 10))
    with pytest.raises(InputError, match="other prices"):
        with_forecasts(scenario, Oracle(), record(seed=1))


@pytest.mark.parametrize("regime", [Regime.RT, Regime.DAM])
def test_forecasts_by_the_hour_serve_a_site_of_quarter_hours(regime: Regime) -> None:
    quarters = record()
    hours = replace(
        quarters.target,
        times=quarters.times[::4],
        values=quarters.target.values.reshape(-1, 4).mean(axis=1),
        step_s=3600,
    )
    scenario = with_forecasts(station(Record(hours), regime), Oracle(steps=24), Record(hours))
    assert scenario.steps == 3 * DAY
    for at in (0, 49, 50, 51, 95):
        np.testing.assert_allclose(believed(scenario, at), scenario.import_price[at : at + DAY], atol=1e-9)


def test_what_a_planner_cannot_use_is_refused_by_what_the_model_answers() -> None:
    prices = record()
    days = Ask("day ahead", DAY, daily=True)
    refuse_unfit(station(prices, Regime.DAM), days, prices)
    refuse_unfit(station(prices, Regime.RT), next_day(prices), prices)
    with pytest.raises(InputError, match="far enough"):
        refuse_unfit(station(prices, Regime.RT), Ask("one step", 1), prices)
    with pytest.raises(InputError, match="from every step"):
        refuse_unfit(station(prices, Regime.RT), days, prices)
    elsewhere = Record(replace(prices.target, timezone="UTC"))
    with pytest.raises(InputError, match=r"(?s)midnight.*18.5 h in UTC.*Asia/Kolkata"):
        refuse_unfit(station(prices, Regime.DAM), days, elsewhere)

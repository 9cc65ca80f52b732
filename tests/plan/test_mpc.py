"""MPC against the bound: exact with perfect foresight, close to it with honest forecasts, never peeking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from wattswarm.control.runner import simulate
from wattswarm.data import Series, read_series
from wattswarm.data.generate import generate_prices
from wattswarm.market import Regime
from wattswarm.outlook.foresight import Climatology, DayAhead, Foresight, Perfect, Persistence
from wattswarm.outlook.known import Knowledge
from wattswarm.plan.bound import perfect_foresight
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.plan.rules import Uncontrolled
from wattswarm.site.schema import Location
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.station.site import station_scenario
from wattswarm.world import Scenario, look, reveal, start

UTRECHT = Location(latitude=52.09, longitude=5.12, timezone="Europe/Amsterdam")
DAY = date(2024, 3, 4)


def positive_prices(first: date, days: int) -> Series:
    return generate_prices(
        start=first - timedelta(days=28),
        days=days + 28,
        timezone="Europe/Amsterdam",
        negative_share=0.0,
        rng=np.random.default_rng(3),
    )


def pool(days: int) -> Scenario:
    return pool_scenario(positive_prices(DAY, days), start=DAY, days=days, seed=1, location=UTRECHT)


def scores(scenario: Scenario, foresights: Sequence[Foresight | None]) -> tuple[list[float], list[float]]:
    """Return percent of bound and F of MPC with each foresight, None for the truth."""
    bound = perfect_foresight(scenario)
    assert bound.exact
    runs = simulate(
        scenario, [Uncontrolled(), *[ModelPredictive(f or Perfect(scenario)) for f in foresights]]
    )
    flat = runs[0].profit
    assert all(run.profit <= bound.profit + 1e-6 * abs(bound.profit) for run in runs)
    return (
        [100 * run.profit / bound.profit for run in runs[1:]],
        [(run.profit - flat) / (bound.profit - flat) for run in runs[1:]],
    )


def test_mpc_with_perfect_forecasts_reaches_the_bound_of_the_pool() -> None:
    percent, _ = scores(pool(4), [None])
    assert percent[0] >= 99.9


def test_better_foresight_earns_more_on_the_pool() -> None:
    _, score = scores(pool(4), [None, DayAhead(), Climatology(), Persistence()])
    assert (np.diff(score) <= 1e-6).all()
    assert score[0] > score[3] + 1e-3
    assert score[1] >= 0.9


def test_mpc_that_does_not_know_who_will_come_scores_at_least_95_percent_on_the_station() -> None:
    _, score = scores(station_scenario(40, start=DAY, seed=2), [DayAhead()])
    assert score[0] >= 0.95


@pytest.mark.parametrize("foresight", [DayAhead(), Climatology(), Persistence()])
def test_no_honest_foresight_reads_what_is_not_yet_known(foresight: Foresight) -> None:
    scenario = replace(pool(2), regime=Regime.DAM)
    at, steps = 20, 24
    world, timeline = scenario.world(), scenario.timeline()
    state = reveal(world, start(world), timeline.at(at))
    view = look(world, state, timeline.at(at))
    told = foresight.outlook(Knowledge(scenario).at(at, view), steps)
    rng = np.random.default_rng(0)
    unknown = np.arange(scenario.steps) >= scenario.known_until[at]
    future = np.arange(scenario.steps) > at
    other = replace(
        scenario,
        market=np.where(unknown, rng.uniform(0, 1, scenario.steps), scenario.market),
        solar_kw=np.where(future[:, None], rng.uniform(0, 9, scenario.solar_kw.shape), scenario.solar_kw),
        regular_kwh=np.where(future[:, None], 1.0, scenario.regular_kwh),
    )
    retold = foresight.outlook(Knowledge(other).at(at, view), steps)
    for name in ("import_price", "export_price", "solar_kw", "base_kw", "urgent_kwh", "regular_kwh"):
        np.testing.assert_array_equal(getattr(told, name), getattr(retold, name), err_msg=name)


def test_perfect_foresight_does_read_the_future() -> None:
    scenario = pool(2)
    world, timeline = scenario.world(), scenario.timeline()
    view = look(world, reveal(world, start(world), timeline.at(0)), timeline.at(0))
    told = Perfect(scenario).outlook(Knowledge(scenario).at(0, view), 24)
    np.testing.assert_array_equal(told.import_price, scenario.import_price[:24])


def test_vehicle_to_grid_never_lowers_the_optimum_and_saves_between_1_and_25_percent() -> None:
    scenario = station_scenario(40, start=DAY, seed=4)
    one_way = station_scenario(40, start=DAY, seed=4, v2g=False)
    best, best_one_way = perfect_foresight(scenario).profit, perfect_foresight(one_way).profit
    cost = -simulate(scenario, [Uncontrolled()])[0].profit
    assert best >= best_one_way - 1e-6
    assert 0.01 <= (cost + best) / cost <= 0.25


MONTHS = ("2019-01-01", "2019-06-01", "2021-11-01")


def real_pool(data: Path, month: str) -> Scenario:
    first = np.datetime64(month, "s")
    window = (first - np.timedelta64(30, "D"), first + np.timedelta64(32, "D"))
    prices = read_series(data / "nl_dayahead_hourly_2015_2025.parquet", window=window)
    return pool_scenario(prices, start=date.fromisoformat(month), days=30, seed=1, location=UTRECHT)


@pytest.mark.slow
def test_pool_months_on_real_prices(real_data: Path) -> None:
    flat_shares, day_ahead = [], []
    for month in MONTHS:
        scenario = real_pool(real_data, month)
        percent, score = scores(scenario, [None, DayAhead()])
        if (scenario.import_price >= 0).all():
            assert percent[0] >= 99.9
        day_ahead.append(score[1])
        bound = perfect_foresight(scenario).profit
        flat_shares.append(simulate(scenario, [Uncontrolled()])[0].profit / bound)
    assert np.mean(day_ahead) >= 0.98
    assert all(0.70 <= share <= 0.80 for share in flat_shares)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["2024-02-05", "2024-07-15", "2025-03-10"])
def test_station_days_on_real_indian_prices(real_data: Path, first: str) -> None:
    prices = read_series(real_data / "iex_dam_15min_2024_2025.parquet")
    scenario = station_scenario(40, start=date.fromisoformat(first), days=4, seed=2, prices=prices)
    _, score = scores(scenario, [DayAhead()])
    assert score[0] >= 0.95

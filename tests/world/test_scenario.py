"""A scenario shows of prices what is known and not a step more, and keeps calendar, months and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.data.calendar import local_clock
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.outlook import hint_columns, hinted_timeline
from wattswarm.world import Scenario
from wattswarm.world.scenario import exogenous_columns

OF_PRICES = ("import_price", "export_price", "feed_in_price", "service_price")
FROM_PRICES = (*OF_PRICES, "price_low", "price_high", "price_ahead")


def shown(scenario: Scenario) -> dict[str, Any]:
    """Return all that a step shows over time, what happens and what is told."""
    return {**exogenous_columns(scenario), **hint_columns(scenario)}


def leaks(scenario: Scenario, columns: Callable[[Scenario], Any], steps: Any) -> list[tuple[int, str]]:
    """Change every price that is not known at a step; return what changed that the step shows."""
    before = columns(scenario)
    found = []
    for step in steps:
        market = scenario.market.copy()
        market[scenario.known_until[step] :] += 3.0
        after = columns(replace(scenario, market=market))
        found += [
            (step, name) for name in FROM_PRICES if not np.array_equal(after[name][step], before[name][step])
        ]
    return found


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("first", [date(2024, 3, 30), date(2024, 10, 26)])
def test_no_column_knows_a_price_before_it_is_known(
    plain_day: Callable[..., Any], regime: Regime, first: date
) -> None:
    market = np.random.default_rng(1).uniform(-0.2, 0.4, 24 * 3 + (-1 if first.month == 3 else 1))
    scenario = plain_day(day=first, days=3, market=market, regime=regime)
    assert leaks(scenario, shown, range(scenario.steps)) == []


def test_a_planted_leak_is_found(plain_day: Callable[..., Any]) -> None:
    market = np.random.default_rng(1).uniform(-0.2, 0.4, 72)
    scenario = plain_day(days=3, market=market)

    def leaking(each: Scenario) -> Any:
        columns = shown(each)
        return {**columns, "price_low": np.append(columns["price_low"][1:], 0.0)}

    assert {name for _, name in leaks(scenario, leaking, range(40))} == {"price_low"}


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([15, 60]), st.sampled_from(list(Regime)))
def test_blocks_ahead_are_means_of_the_known_prices_they_name(
    plain_day: Callable[..., Any], seed: int, minutes: int, regime: Regime
) -> None:
    rng = np.random.default_rng(seed)
    per_hour = 60 // minutes
    scenario = plain_day(days=2, minutes=minutes, market=rng.uniform(-0.2, 0.4, 48 * per_hour), regime=regime)
    columns = hint_columns(scenario)
    price = scenario.import_price
    for step in rng.integers(0, scenario.steps, 12):
        known = scenario.known_until[step]
        for block, (begin, end) in enumerate(((0, 1), (1, 3), (3, 6), (6, 12), (12, 24))):
            inside = price[step + 1 + begin * per_hour : min(step + 1 + end * per_hour, known)]
            expected = inside.mean() if len(inside) else price[step]
            assert columns["price_ahead"][step, block] == pytest.approx(expected, abs=1e-12)


def test_quantiles_are_those_of_the_latest_known_day(plain_day: Callable[..., Any]) -> None:
    market = np.random.default_rng(2).uniform(-0.2, 0.4, 72)
    columns = hint_columns(plain_day(days=3, market=market))
    # In the morning the day itself, after 13:00 the coming 24 hours.
    for step, window in ((0, slice(0, 24)), (10, slice(0, 24)), (14, slice(14, 38)), (40, slice(40, 64))):
        expected = np.quantile(market[window], [0.3, 0.7])
        np.testing.assert_allclose([columns["price_low"][step], columns["price_high"][step]], expected)


def test_quantiles_in_real_time_are_those_of_the_past_day(plain_day: Callable[..., Any]) -> None:
    market = np.random.default_rng(2).uniform(-0.2, 0.4, 72)
    columns = hint_columns(plain_day(days=3, market=market, regime=Regime.RT))
    for step in (0, 5, 23, 30, 71):
        past = market[max(0, step - 23) : step + 1]
        np.testing.assert_allclose(columns["price_high"][step], np.quantile(past, 0.7))


@pytest.mark.parametrize(("first", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25)])
def test_the_clock_of_a_day_of_change_is_the_one_on_the_wall(
    plain_day: Callable[..., Any], first: date, hours: int
) -> None:
    scenario = plain_day(day=first)
    columns = hint_columns(scenario)
    assert scenario.steps == hours
    angle = np.arctan2(columns["hour_sin"], columns["hour_cos"]) / (2 * np.pi) * 24 % 24
    np.testing.assert_allclose(angle, local_clock(scenario.times, "Europe/Amsterdam").hour, atol=1e-9)
    assert np.rint(angle[[0, 1, 2, 3, -1]]).astype(int).tolist() == (
        [0, 1, 3, 4, 23] if hours == 23 else [0, 1, 2, 2, 23]
    )


def test_billing_periods_are_local_calendar_months(plain_day: Callable[..., Any]) -> None:
    scenario = plain_day(day=date(2024, 3, 30), days=4)
    begins = np.flatnonzero(scenario.new_period)
    assert begins.tolist() == [0, 24 + 23]
    assert scenario.times[begins[1]] == np.datetime64("2024-03-31T22:00:00")
    assert scenario.period.tolist() == [0] * 47 + [1] * 48


def test_ports_show_a_stay_from_its_first_to_its_last_step_and_nothing_else(
    plain_day: Callable[..., Any],
) -> None:
    scenario = plain_day(
        ports=[{"count": 2, "power_kw": 11}],
        visits=[(2.0, 5.0, 10.0, 0.5, "s"), (7.0, 8.0, 5.0, 0.25, "s")],
        station={"storage": {"capacity_kwh": 50, "power_kw": 5}},
    )
    columns = exogenous_columns(scenario)
    first, second = scenario.stays.port
    assert columns["steps_left"][:9, first].tolist()[2:5] == [3, 2, 1]
    assert columns["arriving"].sum(0).tolist() == [1.0, 1.0, 0.0]
    here = np.zeros((24, 3), bool)
    here[2:5, first] = here[7:8, second] = True
    for name in ("capacity_kwh", "charge_kw", "target_kwh", "ceiling_kwh"):
        assert ((columns[name][:, :2] > 0) == here[:, :2]).all(), name
    assert (columns["capacity_kwh"][:, 2] == 50).all()
    assert (columns["target_kwh"][:, 2] == 0).all()


def test_a_timeline_gives_back_every_column(random_day: Callable[..., Any]) -> None:
    scenario = random_day(5)
    plain, hinted = scenario.timeline(), hinted_timeline(scenario)
    assert plain.steps == hinted.steps == scenario.steps
    assert plain.hints(plain.rows[0]) is None
    for step in (0, 11, 23):
        rows = [each.unpack(each.rows[step]) for each in (plain, hinted)]
        for name, values in exogenous_columns(scenario).items():
            for row in rows:
                np.testing.assert_array_equal(getattr(row, name), values[step], err_msg=name)
        for name, values in hint_columns(scenario).items():
            told = getattr(hinted.hints(hinted.rows[step]), name)
            np.testing.assert_array_equal(told, values[step], err_msg=name)


def test_load_above_a_limit_is_refused_with_the_limit_and_the_time(plain_day: Callable[..., Any]) -> None:
    load = np.full(24, 5.0)
    load[7] = 50.0
    with pytest.raises(InputError, match=r"limit root at 2024-06-03T05:00:00Z"):
        plain_day(base_kw=load, import_kw=40.0)

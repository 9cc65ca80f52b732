"""From site and records to a scenario: files win, seeds repeat, weeks move, money changes currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.series import Provenance, Series
from wattswarm.errors import InputError
from wattswarm.site.schema import Site
from wattswarm.world import Scenario, build_scenario
from wattswarm.world.build import HISTORY_DAYS

ZONE = "Europe/Amsterdam"
DAY = date(2024, 6, 5)
SITE = Site.model_validate(
    {
        "name": "small",
        "step_minutes": 60,
        "location": {"latitude": 52.0, "longitude": 5.0, "timezone": ZONE},
        "nodes": [{"name": "root", "import_limit_kw": 400, "export_limit_kw": 100}],
        "stations": [
            {
                "name": "a",
                "node": "root",
                "ports": [{"count": 4, "power_kw": 11}],
                "solar": {"peak_kw": 40},
                "base_load": {"mean_kw": 3},
            },
            {
                "name": "b",
                "node": "root",
                "ports": [{"count": 2, "power_kw": 11}],
                "solar": {"peak_kw": 10, "azimuth_deg": 90},
                "base_load": {"mean_kw": 1},
                "demand": {"mean_kw": 20},
            },
        ],
        "vehicles": [
            {"name": "small", "capacity_kwh": 40, "share": 1},
            {"name": "large", "capacity_kwh": 80, "share": 2},
        ],
        "tariff": {"import_adder_per_kwh": 0.1, "customer_price_per_kwh": 0.4},
    }
)
RECORDS = ("market", "solar_kw", "base_kw", "urgent_kwh", "regular_kwh", "stays")


def series(first: date, days: int, name: str = "day-ahead price", unit: str = "EUR/kWh") -> Series:
    """A record whose value tells its hour: hours since 2020."""
    times = local_days(first, days, 3600, ZONE)
    hours = (times - np.datetime64("2020-01-01T00:00:00")) / np.timedelta64(3600, "s")
    return Series(name, unit, times, hours / 1e6, 3600, ZONE, Provenance(f"{name}.csv", "test", "ab" * 32))


def same(first: Scenario, second: Scenario) -> set[str]:
    """Return which records of two scenarios are equal."""

    def equal(name: str) -> bool:
        one, other = getattr(first, name), getattr(second, name)
        if name != "stays":
            return np.array_equal(one, other)
        return all(
            np.array_equal(getattr(one, each), getattr(other, each))
            for each in ("port", "begin", "target_kwh")
        )

    return {name for name in RECORDS if equal(name)}


def build(**given: Any) -> Scenario:
    """Build three days."""
    return build_scenario(given.pop("site", SITE), **{"start": DAY, "days": 3, **given})


@pytest.fixture(scope="module")
def generated() -> Scenario:
    """Three days of which everything is generated."""
    return build(seed=7)


def test_the_same_seed_is_the_same_scenario_and_another_seed_another(generated: Scenario) -> None:
    assert same(generated, build(seed=7)) == set(RECORDS)
    assert same(generated, build(seed=8)) == set()
    assert len(generated.stays) > 10


def test_giving_one_record_changes_no_other_generated_one(
    generated: Scenario, sessions_of: Callable[..., Any]
) -> None:
    prices, power = series(DAY, 3), series(DAY, 3, "solar output", "kW")
    sessions = sessions_of([(1.0, 5.0, 5.0, 0.2, "a"), (50.0, 60.0, 5.0, 0.2, "b")], generated.times)
    changes: list[tuple[dict[str, Any], set[str]]] = [
        ({"prices": prices}, {"market"}),
        ({"solar": power}, {"solar_kw"}),
        ({"load": power}, {"base_kw"}),
        ({"sessions": sessions}, {"stays"}),
    ]
    for given, changed in changes:
        assert same(generated, build(seed=7, **given)) == set(RECORDS) - changed, changed


def test_what_is_given_is_used_and_what_is_generated_is_said() -> None:
    scenario = build(prices=series(DAY, 3), carbon=series(DAY, 3, "carbon intensity", "kg/kWh"))
    np.testing.assert_array_equal(scenario.market, series(DAY, 3).values)
    np.testing.assert_array_equal(scenario.carbon, series(DAY, 3).values)
    assert scenario.has_carbon
    assert scenario.notes[:2] == ("sessions are generated", "solar output is simulated")
    assert scenario.sources[0] == "prices: day-ahead price.csv (test, SHA-256 abababababababab)"


def test_measured_sun_is_scaled_to_each_array_and_load_is_shared_by_mean() -> None:
    measured = series(DAY, 3, "solar output", "kW")
    scenario = build(solar=measured, load=series(DAY, 3, "load", "kW"))
    assert scenario.solar_kw.max(0) == pytest.approx([40.0, 10.0])
    np.testing.assert_allclose(scenario.base_kw, measured.values[:, None] * [0.75, 0.25])


@pytest.mark.parametrize("days", [1, 3])
def test_history_ends_where_the_scenario_begins(days: int) -> None:
    reach = HISTORY_DAYS - 10
    whole = series(DAY - timedelta(days=reach), reach + days)
    scenario = build(prices=whole, days=days)
    assert scenario.history is not None
    past = 24 * HISTORY_DAYS
    assert len(scenario.history.market) == past
    assert scenario.history.solar_kw.shape == (past, 2)
    # Ten days before the file begins are not known.
    assert np.flatnonzero(np.isnan(scenario.history.market)).tolist() == list(range(240))
    joined = scenario.with_history["market"]
    np.testing.assert_array_equal(joined[240:], whole.values)
    assert not any(np.isnan(getattr(scenario.history, name)).any() for name in ("solar_kw", "base_kw"))


def test_history_across_a_clock_change_keeps_every_hour() -> None:
    scenario = build(start=date(2024, 4, 2), days=1, prices=series(date(2024, 3, 1), 40))
    joined = scenario.with_history["market"]
    assert len(joined) == 24 * (HISTORY_DAYS + 1) - 1
    np.testing.assert_allclose(np.diff(joined) * 1e6, 1.0)


@pytest.mark.parametrize(
    ("first", "weeks", "side"), [(date(2019, 5, 1), 265, "earlier"), (date(2030, 1, 2), 292, "later")]
)
def test_prices_of_other_years_are_moved_by_whole_weeks_and_the_notes_say_so(
    first: date, weeks: int, side: str
) -> None:
    record = series(first, 10)
    scenario = build(prices=record)
    assert f"day-ahead price is taken from {weeks} weeks {side}" in scenario.notes
    used = np.datetime64("2020-01-01T00:00:00") + np.rint(scenario.market * 1e6).astype("timedelta64[h]")
    assert set((used - scenario.times).astype("timedelta64[s]")) == {
        np.timedelta64((1 if side == "later" else -1) * weeks * 7 * 86_400, "s")
    }
    assert (local_clock(used, ZONE).weekday[12::24] == [2, 3, 4]).all()


def test_prices_too_short_for_the_horizon_are_refused_with_both_spans() -> None:
    with pytest.raises(InputError, match="does not cover the horizon") as caught:
        build(prices=series(DAY, 2))
    assert caught.value.where == "day-ahead price.csv"
    assert "fewer days" in caught.value.mend


def visits(days: int) -> list[tuple[float, float, float, float, str]]:
    """One visit every morning at 9, by hours after midnight of the first day."""
    return [(24 * day + 9.0, 24 * day + 17.0, 10.0, 0.2, "a") for day in range(days)]


@pytest.mark.parametrize(
    ("first", "count", "expected", "why"),
    [
        (date(2024, 6, 3), 7, 7, "just this week"),
        (date(2024, 6, 3), 5, 5, "the working days of this week"),
        (date(2024, 6, 5), 3, 3, "Wednesday to Friday of this week"),
        (date(2019, 5, 6), 5, 5, "the working days of a week long ago"),
        (date(2030, 5, 8), 3, 3, "three days in the middle of a week to come"),
        (date(2019, 5, 1), 60, 7, "two months long ago"),
        (date(2024, 6, 7), 60, 7, "two months that begin inside the week"),
        (date(2024, 4, 20), 48, 7, "weeks that end inside the week"),
    ],
)
def test_sessions_are_moved_by_whole_weeks_so_that_they_meet_the_horizon(
    sessions_of: Callable[..., Any], first: date, count: int, expected: int, why: str
) -> None:
    sessions = sessions_of(visits(count), local_days(first, 1, 3600, ZONE))
    week = date(2024, 6, 3)
    scenario = build(start=week, days=7, sessions=sessions)
    stays = scenario.stays
    assert len(stays) == expected, why
    assert (scenario.times[stays.begin] - scenario.times[0]).astype("timedelta64[h]").astype(
        int
    ).tolist() == [
        24 * day + 9 for day in ((first.weekday() + np.arange(count)) % 7 if count < 8 else range(7))
    ]
    moved = any("sessions are taken from" in note for note in scenario.notes)
    assert moved == (not (first <= week + timedelta(days=4) and first.year == 2024 and count < 8))


def test_a_day_without_sessions_is_a_day(sessions_of: Callable[..., Any]) -> None:
    scenario = build(sessions=sessions_of([], local_days(DAY, 1, 3600, ZONE)))
    assert len(scenario.stays) == 0
    assert "sessions are generated" not in scenario.notes


def test_the_currency_of_the_prices_becomes_the_sites() -> None:
    prices = replace(series(DAY, 3), unit="USD/kWh")
    scenario = build(prices=prices, rate=2.0)
    assert scenario.site.currency == "USD"
    assert scenario.notes[0].startswith("the site's EUR amounts are converted to USD at 2 USD")
    np.testing.assert_allclose(scenario.import_price, prices.values + 0.2)
    assert scenario.site.tariff.customer_price_per_kwh == pytest.approx(0.8)


def test_generated_prices_are_in_the_sites_own_money() -> None:
    rupees = build(site=SITE.model_copy(update={"currency": "INR"}), seed=7)
    np.testing.assert_allclose(rupees.market, build(seed=7).market * 90.5)
    with pytest.raises(InputError, match="no reference rate for XAU"):
        build(site=SITE.model_copy(update={"currency": "XAU"}))


def test_a_seed_repeats_the_vehicles_that_a_file_does_not_name(sessions_of: Callable[..., Any]) -> None:
    sessions = sessions_of(
        [(float(h), h + 2.0, 5.0, np.nan, "a") for h in range(60)], local_days(DAY, 1, 3600, ZONE)
    )
    capacities = [build(sessions=sessions, seed=seed).stays.capacity_kwh.tolist() for seed in (1, 1, 2)]
    assert capacities[0] == capacities[1] != capacities[2]
    assert set(capacities[0]) == {40.0, 80.0}
    assert 0.4 < np.mean(np.array(capacities[0]) == 80.0) < 0.9

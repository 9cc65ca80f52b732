"""Disturbed months keep what they should keep: the days' prices, the hours' means."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.papers.p002_pool.disturb import SPREADS, shuffled_days, spread
from wattswarm.tasks import pool_scenario
from wattswarm.world import Scenario


@pytest.fixture(scope="module")
def month() -> Scenario:
    """Three weeks with a day of 23 hours."""
    return pool_scenario(start=date(2024, 3, 1), days=21)


def test_shuffled_days_are_the_same_days_in_another_order(month: Scenario) -> None:
    other = shuffled_days(month, np.random.default_rng(0))
    changed = 9 * 24  # 10 March has 23 hours and keeps its place
    days = [np.delete(each.market, np.s_[changed : changed + 23]).reshape(-1, 24) for each in (month, other)]
    assert not np.array_equal(days[0], days[1])
    assert {tuple(day) for day in days[0]} == {tuple(day) for day in days[1]}
    hole = slice(changed, changed + 23)
    np.testing.assert_array_equal(other.market[hole], month.market[hole])
    np.testing.assert_array_equal(other.regular_kwh, month.regular_kwh)


def test_a_spread_of_one_changes_nothing(month: Scenario) -> None:
    same = spread(month, 1.0)
    for name in ("solar_kw", "urgent_kwh", "regular_kwh"):
        assert getattr(same, name) == pytest.approx(getattr(month, name), abs=1e-9)
        assert same.with_history[name] == pytest.approx(month.with_history[name], abs=1e-9)


def test_more_spread_is_more_deviation_and_never_negative(month: Scenario) -> None:
    deviations = []
    for factor in SPREADS:
        other = spread(month, factor)
        assert (
            min(float(getattr(other, name).min()) for name in ("solar_kw", "urgent_kwh", "regular_kwh")) >= 0
        )
        assert (other.solar_kw[month.solar_kw.sum(axis=1) == 0][:, 0] <= month.solar_kw[:, 0].max()).all()
        deviations.append(float(other.urgent_kwh[:, 0].std()))
    assert deviations == sorted(deviations)
    assert deviations[-1] > 1.5 * deviations[0]


def test_a_spread_of_nothing_leaves_each_hours_mean(month: Scenario) -> None:
    flat = spread(month, 0.0)
    assert flat.regular_kwh[:24] == pytest.approx(flat.regular_kwh[24:48])
    assert flat.regular_kwh.mean(axis=0) == pytest.approx(month.regular_kwh.mean(axis=0))
    assert flat.history is not None
    assert flat.history.regular_kwh[:24] == pytest.approx(flat.regular_kwh[:24])

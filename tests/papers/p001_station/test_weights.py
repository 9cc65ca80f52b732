"""Settings of (19): their grid, what each does at best, and the paper's rule."""

from __future__ import annotations

from datetime import date

import pytest

from wattswarm.control.runner import simulate
from wattswarm.papers.p001_station.problem.days import Day, day_of
from wattswarm.papers.p001_station.problem.places import Place, exchange
from wattswarm.papers.p001_station.problem.weights import (
    PAPER_WEIGHTS,
    grid_of_weights,
    loading,
    pareto,
    selected,
    weighed,
)
from wattswarm.plan.bound import solve_in_hindsight

A, B, C = (0.7, 0.2, 0.1), (0.5, 0.3, 0.2), (0.2, 0.6, 0.2)


def test_the_grid_holds_the_papers_setting_and_all_add_up_to_1() -> None:
    grid = grid_of_weights()
    assert PAPER_WEIGHTS in grid
    assert len(set(grid)) == len(grid) == 39
    assert all(sum(each) == pytest.approx(1.0) for each in grid)
    assert all(min(each) >= 0.0 for each in grid)


def test_what_another_setting_beats_in_both_is_not_on_the_front() -> None:
    assert pareto({A: (10.0, 0.9), B: (11.0, 0.95), C: (12.0, 0.5)}) == [A, C]


def test_the_rule_takes_the_cheapest_that_leaves_a_margin() -> None:
    judged = {A: [_day(10.0, 95.0)], B: [_day(11.0, 90.0)], C: [_day(12.0, 50.0)]}
    assert selected(judged) == B
    assert selected({A: [_day(10.0, 95.0)]}) is None
    assert loading(judged[C]) == (0.5, 0.5)


def test_more_weight_on_the_peak_buys_less_power_for_more_money() -> None:
    day = Place().day(date(2025, 7, 3), exchange(None))
    light, heavy = (
        day_of(simulate(day, [solve_in_hindsight(weighed(day, weights)).plan])[0])
        for weights in ((1.0, 0.0, 0.0), (0.2, 0.8, 0.0))
    )
    assert light.cost < heavy.cost
    assert heavy.given_kwh < light.given_kwh
    assert heavy.short_kwh == pytest.approx(0.0, abs=1e-6)


def _day(cost: float, peak_kw: float) -> Day:
    return Day(-cost, cost, 10.0, 0.0, 40, 40, 0.0, peak_kw, 100.0)

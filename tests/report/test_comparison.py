"""Policies are ranked between no flexibility and perfect foresight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from wattswarm.errors import InputError
from wattswarm.report import compare_runs
from wattswarm.world import build_scenario


def test_rows_stand_by_falling_profit_with_gains_over_the_baseline(idle, site, bound):
    scenario = build_scenario(site(), start=date(2024, 6, 3), days=1)
    runs = [idle(scenario, "low", 1.0), idle(scenario, "uncontrolled", 2.0), idle(scenario, "high", 5.0)]
    found = compare_runs(runs, bound(8.0))
    assert [row.policy for row in found.rows] == ["high", "uncontrolled", "low"]
    assert [row.gain for row in found.rows] == [3.0, 0.0, -1.0]
    assert [row.score for row in found.rows] == pytest.approx([0.5, 0.0, -1 / 6])
    assert found.best.policy == "high"
    assert found.bound.gain == 6.0
    assert [run.policy for run in found.chosen] == ["uncontrolled", "high", "low"]
    assert found.warnings == ()


def test_a_policy_above_the_bound_and_a_broken_limit_raise_warnings(hub_runs, bound):
    over = replace(hub_runs[0], flows=hub_runs[0].flows._replace(limit_kw=hub_runs[0].flows.limit_kw + 1e4))
    found = compare_runs([over, hub_runs[1]], bound(over.profit - 1e3))
    assert any("exceeded a limit" in text for text in found.warnings)
    assert any("more than the bound" in text for text in found.warnings)


def test_without_a_bound_there_is_no_score(hub_runs):
    found = compare_runs(hub_runs, None)
    assert found.bound is None
    assert all(row.score is None and row.percent_of_bound is None for row in found.rows)


def test_runs_that_cannot_be_compared_are_refused(hub_runs, idle, site):
    with pytest.raises(InputError, match="baseline"):
        compare_runs([], None)
    with pytest.raises(InputError, match="baseline"):
        compare_runs(hub_runs, None, baseline="nobody")
    with pytest.raises(InputError, match="share a name"):
        compare_runs([hub_runs[0], hub_runs[0]], None)
    other = idle(build_scenario(site(), start=date(2024, 6, 3), days=1), "other")
    with pytest.raises(InputError, match="different scenarios"):
        compare_runs([hub_runs[0], other], None)


def test_the_bound_scores_1_and_nothing_where_it_gains_no_more_than_rounding(idle, site, bound):
    scenario = build_scenario(site(), start=date(2024, 6, 3), days=1)
    runs = [idle(scenario, "uncontrolled", 2.0)]
    rows = [compare_runs(runs, bound(profit)).bound for profit in (4.0, 2.0 + 1e-9)]
    assert rows[0].score == pytest.approx(1.0)
    assert rows[1].gain > 0
    assert rows[1].score is None

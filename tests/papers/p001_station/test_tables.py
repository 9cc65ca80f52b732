"""Tables: ours beside theirs, targets and limits counted, beliefs with their errors."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from wattswarm.papers.p001_station.problem.days import Day
from wattswarm.papers.p001_station.tables import Row, beside_the_paper, by_belief, online_s, standings

IDLE = [Day(-100.0, 100.0, 50.0, 0.0, 40, 40, 0.0, 60.0, 500.0, 0.01)]
BOUND = [replace(IDLE[0], profit=-90.0, cost=90.0)]
SHORT = [replace(IDLE[0], profit=-400.0, cost=95.0, met=30, short_kwh=10.0, peak_kw=510.0)]


def test_the_table_ranks_by_what_everything_costs_not_by_energy_alone() -> None:
    rows = [Row("idle", [IDLE]), Row("short", [SHORT]), Row("bound", [BOUND])]
    lines = standings(rows, IDLE, BOUND).splitlines()[2:]
    assert [line.split(" | ")[0] for line in lines] == ["| bound", "| idle", "| short"]
    assert "| 90 | 0 | 10.0 | 1.000 [1.000, 1.000] | 100.0 | 0.0 | 60 | 0 | 0.010 |" in lines[0]
    assert "| 95 | 305 | -300.0 |" in lines[2]
    assert "| 75.0 | 10.0 | 510 | 1 |" in lines[2]


def test_rows_of_the_paper_that_were_not_run_say_so() -> None:
    lines = beside_the_paper({"GA": [SHORT]}).splitlines()
    ours = next(line for line in lines if line.startswith("| GA |"))
    assert ours.endswith("| 95 | 1.90 | 75.0 | 0.010 |")
    assert sum("not run" in line for line in lines) == 7


def test_beliefs_are_told_with_the_size_of_their_errors() -> None:
    wrong = [replace(IDLE[0], rmse=3.0), replace(IDLE[0], rmse=4.0)]
    lines = by_belief(
        {"model": {"MPC": [wrong]}, "none": {"MPC": [IDLE * 2]}}, IDLE * 2, BOUND * 2
    ).splitlines()
    assert lines[2].startswith(f"| model | {math.sqrt(12.5):.3f} | 100 |")
    assert lines[3].startswith("| none |  | 100 |")


def test_online_time_is_of_the_days_on_which_it_was_measured() -> None:
    days = [replace(IDLE[0], decided_s=0.2), replace(IDLE[0], decided_s=math.nan)]
    assert online_s([days]) == pytest.approx(0.2)
    assert math.isnan(online_s([[replace(IDLE[0], decided_s=math.nan)]]))

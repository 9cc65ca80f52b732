"""What is counted over days together."""

from __future__ import annotations

import pytest

from wattswarm.papers.p001_station.problem.days import Day, share_met


def test_the_share_of_targets_met_counts_departures_not_days() -> None:
    days = [_day(departures=30, met=30), _day(departures=10, met=6)]
    assert share_met(days) == pytest.approx(0.9)


def _day(departures: int, met: int) -> Day:
    return Day(-1.0, 1.0, 10.0, 0.0, departures, met, 0.0, 10.0, 20.0)

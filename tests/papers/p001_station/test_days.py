"""Scores over days together, and their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.evaluate.pooled import pooled_score, score_interval
from wattswarm.papers.p001_station.problem.days import Day, share_met

IDLE, BOUND = np.array([-100.0, -50.0]), np.array([-80.0, -50.0])


def test_a_day_without_anything_to_save_does_not_spoil_the_score() -> None:
    assert pooled_score(np.array([-90.0, -50.0]), IDLE, BOUND) == pytest.approx(0.5)
    assert pooled_score(np.array([-90.0, -55.0]), IDLE, BOUND) == pytest.approx(0.25)


def test_the_ends_score_0_and_1_with_no_width() -> None:
    idle, bound = np.tile(IDLE, (2, 1)), np.tile(BOUND, (2, 1))
    assert score_interval(idle, IDLE, BOUND) == (0.0, 0.0, 0.0)
    assert score_interval(bound, IDLE, BOUND) == pytest.approx((1.0, 1.0, 1.0))


def test_there_is_no_score_where_nothing_can_be_saved() -> None:
    assert np.isnan(pooled_score(IDLE, IDLE, IDLE))


def test_the_share_of_targets_met_counts_departures_not_days() -> None:
    days = [_day(departures=30, met=30), _day(departures=10, met=6)]
    assert share_met(days) == pytest.approx(0.9)


def _day(departures: int, met: int) -> Day:
    return Day(-1.0, 1.0, 10.0, 0.0, departures, met, 0.0, 10.0, 20.0)

"""A year settles on the day after which its 14-day mean stays within 5 % of where it ends."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.market.fees import card, lightning, on_chain, percent
from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.study.convergence import (
    convergence_day,
    hour_of_v2g,
    rolling_mean,
    v2g_margin,
)


def test_a_rolling_mean_is_of_the_days_so_far_and_then_of_a_window() -> None:
    assert rolling_mean(np.array([1.0, 3.0, 5.0, 7.0]), window=2) == pytest.approx([1.0, 2.0, 4.0, 6.0])


@pytest.mark.parametrize("level", [100.0, -100.0])
def test_a_step_is_settled_when_less_than_a_twentieth_of_it_is_left_in_the_window(level: float) -> None:
    days = np.full(365, level)
    days[:50] = 0.0
    # On day 62 the window holds one of the low days, a fourteenth below; on day 63 none.
    assert convergence_day(days) == 63


def test_what_never_moves_is_settled_after_one_window() -> None:
    assert convergence_day(np.ones(365)) == 13


def test_what_moves_until_the_end_never_settles() -> None:
    assert convergence_day(np.arange(365.0)) is None
    assert convergence_day(np.ones(60)) is None


def test_v2g_leaves_what_the_specification_computed() -> None:
    assert v2g_margin(paper(), lightning()) == pytest.approx(0.16 - 0.1530, abs=5e-5)
    assert v2g_margin(paper(), percent()) == pytest.approx(0.16 - 0.1597, abs=5e-5)


def test_a_fixed_sum_makes_an_hour_of_v2g_lose_money() -> None:
    city = paper()
    assert hour_of_v2g(city, lightning()) > hour_of_v2g(city, percent()) > 0.0
    assert hour_of_v2g(city, card()) < 0.0
    assert hour_of_v2g(city, on_chain()) < 0.0

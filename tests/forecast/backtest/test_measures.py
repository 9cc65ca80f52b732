"""Measures agree with hand examples, and move as their definitions say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from wattswarm.forecast.backtest import measures
from wattswarm.forecast.contract import LEVELS

NUMBERS = st.floats(-100.0, 100.0)
PAIRS = arrays(np.float64, (2, 6, 4), elements=NUMBERS)


def test_measures_agree_with_a_hand_example() -> None:
    truth, mean = np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0])
    assert measures.mae(truth, mean) == pytest.approx(1.0)
    assert measures.rmse(truth, mean) == pytest.approx(math.sqrt(5 / 3))
    assert measures.smape(truth, mean) == pytest.approx(100 * (0 + 2 / 5 + 4 / 6) / 3)
    assert measures.mape(truth, mean) == (pytest.approx(100 * (0 + 1 / 2 + 2 / 4) / 3), 0)
    assert measures.rmae(truth, mean, np.array([3.0, 2.0, 4.0])) == pytest.approx(1.5)
    assert measures.r2(truth, mean) == pytest.approx(1 - 5 / (14 / 3))


def test_mape_leaves_out_truths_near_zero_and_counts_them() -> None:
    share, left_out = measures.mape(np.array([0.0, 0.05, -0.1, 2.0]), np.array([9.0, 9.0, -0.2, 1.0]))
    assert (share, left_out) == (pytest.approx(75.0), 2)
    share, left_out = measures.mape(np.zeros(3), np.ones(3))
    assert math.isnan(share)
    assert left_out == 3


def test_what_cannot_be_told_is_nan_and_not_an_error() -> None:
    same = np.full(3, 2.0)
    assert math.isnan(measures.r2(same, same))
    assert math.isnan(measures.rmae(same, same, same))
    told = measures.measure(same, same, same)
    assert math.isnan(told.pinball)
    assert math.isnan(told.coverage_90)
    assert math.isnan(told.width_50)
    assert measures.smape(np.zeros(2), np.zeros(2)) == 0.0


@given(PAIRS)
def test_errors_are_never_negative_and_the_mean_never_exceeds_the_root_mean_square(pair: np.ndarray) -> None:
    truth, mean = pair
    assert 0.0 <= measures.mae(truth, mean) <= measures.rmse(truth, mean) + 1e-9
    assert 0.0 <= measures.smape(truth, mean) <= 200.0
    assert measures.r2(truth, mean) <= 1.0 or math.isnan(measures.r2(truth, mean))


@given(arrays(np.float64, 40, elements=NUMBERS), st.floats(-1.0, 1.0).filter(lambda shift: abs(shift) > 0.01))
def test_no_other_constant_has_less_pinball_loss_than_the_quantile(truth: np.ndarray, shift: float) -> None:
    best = np.quantile(truth, LEVELS, method="inverted_cdf")
    shifted = best + shift
    loss, other = (measures.pinball(truth, np.broadcast_to(q, (40, 5))) for q in (best, shifted))
    assert loss <= other + 1e-9


def test_pinball_of_the_median_is_half_the_absolute_error() -> None:
    truth, guess = np.array([1.0, 5.0, -2.0]), np.array([2.0, 3.0, 0.5])
    assert measures.pinball(truth, guess[:, None], (0.5,)) == pytest.approx(measures.mae(truth, guess) / 2)


def test_coverage_counts_borders_and_widths_are_of_the_bands() -> None:
    truth = np.array([0.0, 1.0, 2.0, 3.0])
    quantiles = np.broadcast_to(np.array([0.0, 1.0, 1.5, 2.0, 3.0]), (4, 5))
    told = measures.measure(truth, truth, truth + 1.0, quantiles)
    assert (told.coverage_50, told.coverage_90) == (0.5, 1.0)
    assert (told.width_50, told.width_90) == (1.0, 3.0)
    assert told.rmae == 0.0
    assert told.count == 4

"""Diebold-Mariano, paired t and Cohen's d: no difference to itself, hand examples, honest size."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from wattswarm.errors import InputError
from wattswarm.forecast.backtest.differences import daily_losses, diebold_mariano, paired_t

LOSSES = arrays(np.float64, (2, 30), elements=st.floats(0.0, 10.0))


@given(arrays(np.float64, 12, elements=st.floats(0.0, 10.0)))
def test_a_model_is_no_better_than_itself(losses: np.ndarray) -> None:
    told = diebold_mariano(losses, losses)
    assert (told.statistic, told.p) == (0.0, 0.5)
    assert paired_t(losses, losses).p == 1.0
    assert paired_t(losses, losses).effect == 0.0


def test_diebold_mariano_agrees_with_a_hand_example() -> None:
    first, second = np.array([1.0, 2.0, 1.0, 2.0]), np.array([2.0, 2.0, 3.0, 3.0])
    # Differences -1, 0, -2, -1: mean -1, variance 1/2, so -1 / sqrt(1/2 / 4).
    told = diebold_mariano(first, second, lags=0)
    assert told.statistic == pytest.approx(-math.sqrt(8))
    assert told.p == pytest.approx(stats.t.cdf(-math.sqrt(8), 3))
    # With one lag: autocovariance (0*1 + 1*(-1) + (-1)*0) / 4 = -1/4, weighted 2 * 1/2.
    assert diebold_mariano(first, second, lags=1).statistic == pytest.approx(-1 / math.sqrt(0.25 / 4))


@given(LOSSES)
def test_swapping_the_models_swaps_who_is_better(pair: np.ndarray) -> None:
    one, other = diebold_mariano(pair[0], pair[1]), diebold_mariano(pair[1], pair[0])
    assert one.p + other.p == pytest.approx(1.0)
    assert one.statistic == pytest.approx(-other.statistic)


def test_equal_models_are_called_different_about_as_often_as_stated() -> None:
    rng = np.random.default_rng(0)
    alarms = [diebold_mariano(*rng.exponential(size=(2, 60)), lags=0).p < 0.05 for _ in range(2000)]
    low, high = stats.binom.interval(0.999, 2000, 0.05)
    assert low <= sum(alarms) <= high


def test_errors_that_go_together_for_days_are_not_taken_for_certainty() -> None:
    rng = np.random.default_rng(1)
    apart = np.convolve(rng.normal(size=300), np.ones(7) / 7, "valid")
    apart += 0.05 - apart.mean()
    plain, careful = (diebold_mariano(np.zeros(len(apart)), apart, lags) for lags in (0, 7))
    assert plain.p < careful.p < 0.5


def test_daily_losses_are_means_of_all_forecasts_of_a_day() -> None:
    dates = np.array(["2024-01-02", "2024-01-01", "2024-01-02"], "datetime64[D]")
    losses = daily_losses(np.array([[1.0, -3.0], [5.0, 5.0], [-2.0, 0.0]]), dates)
    np.testing.assert_allclose(losses, [5.0, 1.5])


def test_paired_t_is_scipys_and_the_effect_is_the_mean_over_the_spread_of_differences() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 10)) + np.array([[0.0], [0.7]])
    told, theirs = paired_t(first, second), stats.ttest_rel(first, second)
    assert (told.statistic, told.p) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    apart = first - second
    assert told.effect == pytest.approx(apart.mean() / apart.std(ddof=1))
    assert told.effect == pytest.approx(told.statistic / math.sqrt(10))


def test_losses_of_different_days_are_refused() -> None:
    with pytest.raises(InputError, match="pair by pair"):
        diebold_mariano(np.ones(3), np.ones(4))
    with pytest.raises(InputError, match="pair by pair"):
        paired_t(np.ones(1), np.ones(1))

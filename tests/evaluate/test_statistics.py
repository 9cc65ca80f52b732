"""Figures about runs are those of the literature, on cases whose answer is known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from wattswarm.errors import InputError
from wattswarm.evaluate.statistics import (
    holm,
    interquartile_mean,
    interval,
    paired_differences,
    probability_of_improvement,
    summarise,
)

TABLES = hnp.arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(1, 4)), elements=st.floats(-9, 9))


def test_the_interquartile_mean_leaves_out_the_lowest_and_highest_quarter() -> None:
    assert interquartile_mean(np.array([[0.0, 1.0, 2.0, 100.0]])) == 1.5
    assert interquartile_mean(np.arange(8.0).reshape(2, 4)) == 3.5
    # Rounds the quarter down, as rliable does: of 5 scores 1 goes at each end.
    assert interquartile_mean(np.array([[-50.0, 1.0, 2.0, 6.0, 90.0]])) == 3.0


def test_the_interval_of_runs_that_agree_is_a_point() -> None:
    found = interval(np.full((5, 3), 2.0), np.random.default_rng(0))
    assert (found.value, found.low, found.high) == (2.0, 2.0, 2.0)


def test_parts_are_never_mixed_in_a_resample() -> None:
    # Runs agree on each part, parts differ widely: only a draw across parts would move the mean.
    scores = np.tile([0.0, 10.0, 1000.0], (4, 1))
    found = interval(scores, np.random.default_rng(0), lambda tables: tables.mean(axis=(1, 2)))
    assert found.low == pytest.approx(found.high)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        found = interval(
            rng.normal(size=(20, 1)), rng, lambda tables: tables.mean(axis=(1, 2)), resamples=200
        )
        inside += found.low <= 0.0 <= found.high
    assert 0.87 <= inside / 200 <= 0.99


def test_the_interval_of_the_mean_is_that_of_scipys_percentile_bootstrap() -> None:
    scores = np.random.default_rng(2).gamma(2.0, size=(30, 1))
    ours = interval(scores, np.random.default_rng(3), lambda tables: tables.mean(axis=(1, 2)), resamples=9999)
    theirs = stats.bootstrap(
        (scores[:, 0],), np.mean, method="percentile", rng=np.random.default_rng(4)
    ).confidence_interval
    np.testing.assert_allclose((ours.low, ours.high), (theirs.low, theirs.high), rtol=0.01)


@given(TABLES)
def test_a_method_is_no_better_than_itself_and_sure_to_beat_a_worse_one(scores: np.ndarray) -> None:
    assert probability_of_improvement(scores, scores) == pytest.approx(0.5)
    assert probability_of_improvement(scores + 20.0, scores) == 1.0
    assert probability_of_improvement(scores - 20.0, scores) == 0.0


def test_the_probability_of_improvement_is_the_mann_whitney_statistic() -> None:
    rng = np.random.default_rng(5)
    ours, theirs = rng.integers(0, 5, (6, 1)) + 0.0, rng.integers(0, 5, (9, 1)) + 0.0
    statistic = stats.mannwhitneyu(ours[:, 0], theirs[:, 0]).statistic
    assert probability_of_improvement(ours, theirs) == pytest.approx(statistic / 54)


def test_holm_multiplies_by_the_tests_that_are_left_and_never_falls() -> None:
    # Worked by hand: 4*0.005, 3*0.01, then 2*0.03 which 1*0.04 may not undercut.
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm(np.array([0.7, 0.6])), [1.0, 1.0])


@given(hnp.arrays(np.float64, st.integers(1, 6), elements=st.floats(0, 1)))
def test_holm_stays_between_no_correction_and_bonferroni(p: np.ndarray) -> None:
    adjusted = holm(p)
    assert np.all(adjusted >= p)
    assert np.all(adjusted <= np.minimum(p * len(p), 1.0) + 1e-12)
    assert np.all(np.diff(adjusted[np.argsort(p)]) >= 0)


def test_the_sign_flip_test_counts_all_patterns_of_a_few_months() -> None:
    months = np.array([3.0, 1.0, 4.0, 1.0, 5.0, -2.0])
    patterns = [abs(np.dot(signs, months)) for signs in itertools.product([-1, 1], repeat=6)]
    share = np.mean(np.asarray(patterns) >= abs(months.sum()) - 1e-9)
    found = paired_differences({"only": months}, np.random.default_rng(0))["only"]
    assert found.p == pytest.approx(share)
    assert found.adjusted == found.p
    assert found.mean.value == 2.0
    assert found.mean.low < 2.0 < found.mean.high


def test_what_is_better_every_month_is_told_from_what_is_not_after_correction() -> None:
    rng = np.random.default_rng(6)
    found = paired_differences(
        {
            "better": rng.uniform(0.5, 1.0, 12),
            "same": rng.normal(0.0, 1.0, 12),
            "other": rng.normal(0, 1, 12),
        },
        rng,
    )
    assert found["better"].adjusted < 0.01 < found["same"].adjusted
    assert found["better"].mean.low > 0
    assert all(each.adjusted >= each.p for each in found.values())


def test_what_nothing_can_be_told_from_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="two or more runs"):
        interval(np.ones((1, 3)), rng)
    with pytest.raises(InputError, match="1 not finite"):
        interval(np.array([[1.0], [np.nan]]), rng)
    with pytest.raises(InputError, match="2 and 3 parts"):
        probability_of_improvement(np.ones((2, 2)), np.ones((2, 3)))


def test_the_summary_of_several_results_is_their_bootstrap_interval() -> None:
    values = np.random.default_rng(3).normal(size=7)
    found = interval(values[:, None], np.random.default_rng(0))
    assert summarise(values) == {
        "iqm": found.value,
        "low": found.low,
        "high": found.high,
        "values": values.tolist(),
    }
    assert found.low < found.value < found.high


@pytest.mark.parametrize("values", [[4.5], [4.5, np.nan], [4.5, 4.5, 4.5]])
def test_one_result_or_equal_ones_are_a_point(values: list[float]) -> None:
    found = summarise(np.array(values))
    assert (found["iqm"], found["low"], found["high"]) == (4.5, 4.5, 4.5)


def test_a_summary_is_empty_where_no_result_is_known() -> None:
    assert summarise(np.array([np.nan, np.nan])) == {
        "iqm": None,
        "low": None,
        "high": None,
        "values": [None, None],
    }

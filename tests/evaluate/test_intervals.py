"""The middle of several results: the study's interval, for one result a point, for none nothing."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.evaluate.intervals import middle
from wattswarm.evaluate.statistics import interval


def test_the_middle_of_several_results_is_the_studys_interval() -> None:
    values = np.random.default_rng(3).normal(size=7)
    told = interval(values[:, None], np.random.default_rng(0))
    assert middle(values) == {
        "iqm": told.value,
        "low": told.low,
        "high": told.high,
        "values": values.tolist(),
    }
    assert told.low < told.value < told.high


@pytest.mark.parametrize("values", [[4.5], [4.5, np.nan], [4.5, 4.5, 4.5]])
def test_one_result_or_equal_ones_are_a_point(values: list[float]) -> None:
    told = middle(np.array(values))
    assert (told["iqm"], told["low"], told["high"]) == (4.5, 4.5, 4.5)


def test_nothing_is_told_where_no_result_is_known() -> None:
    assert middle(np.array([np.nan, np.nan])) == {
        "iqm": None,
        "low": None,
        "high": None,
        "values": [None, None],
    }

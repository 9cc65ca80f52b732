"""Baselines repeat exactly the past that their names say, and learn from no bad record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead, next_day, one_step
from wattswarm.forecast.registry import forecaster

RULES = ("persistence", "naive-day", "naive-week", "weekday-rule")


@pytest.mark.parametrize("rule", RULES)
def test_a_baseline_looks_only_back(rule: str) -> None:
    record = hourly(30)
    for ask in (one_step(), next_day(record), day_ahead(record)):
        assert_no_leak(forecaster(rule), record, ask)


def test_each_rule_repeats_the_past_of_its_name() -> None:
    record = hourly(30)
    ask, values = day_ahead(record), record.target.values
    origins = ask.origins(record, 8 * 24)
    told = {rule: forecaster(rule).fit(record, ask).predict(record, origins).mean for rule in RULES}
    ahead = origins[:, None] + np.arange(24)
    np.testing.assert_array_equal(told["persistence"], np.repeat(values[origins - 1][:, None], 24, axis=1))
    np.testing.assert_array_equal(told["naive-day"], values[ahead - 24])
    np.testing.assert_array_equal(told["naive-week"], values[ahead - 168])
    # The record begins on Wednesday 1 January 2025.
    weekday = (2 + origins // 24) % 7
    like_yesterday = np.isin(weekday, (1, 2, 3, 4))
    assert set(weekday) == set(range(7))
    np.testing.assert_array_equal(told["weekday-rule"][like_yesterday], told["naive-day"][like_yesterday])
    np.testing.assert_array_equal(told["weekday-rule"][~like_yesterday], told["naive-week"][~like_yesterday])


@pytest.mark.parametrize("rule", RULES)
def test_a_baseline_forecasts_from_the_end_of_the_record(rule: str) -> None:
    record = hourly(10)
    model = forecaster(rule).fit(record, day_ahead(record))
    assert model.predict(record, np.array([record.steps])).mean.shape == (1, 24)


@pytest.mark.parametrize("rule", RULES)
def test_a_record_that_is_constant_or_too_short_is_refused(rule: str) -> None:
    record = hourly(30)
    flat = replace(record, target=replace(record.target, values=np.full(record.steps, 4.0)))
    with pytest.raises(InputError, match="never changes"):
        forecaster(rule).fit(flat, one_step())
    with pytest.raises(InputError, match="too short"):
        forecaster(rule).fit(record.until(20), day_ahead(record))


def test_an_origin_with_too_little_before_it_is_refused_by_name() -> None:
    record = hourly(30)
    model = forecaster("naive-week").fit(record, day_ahead(record))
    with pytest.raises(InputError, match=r"step 24.*\n.*24 steps before it\n.*168 steps"):
        model.predict(record, np.array([24]))

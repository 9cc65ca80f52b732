"""LEAR looks only back, finds a linear market, stays within what it saw, forgives flat and empty columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead, next_day, one_step
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.models.baselines import Naive
from wattswarm.forecast.models.lear import Lear
from wattswarm.forecast.models.regressors import regressors
from wattswarm.forecast.record import Covariate, Record


def error(forecaster: Lear | Naive, record: Record, end: int) -> float:
    ask = day_ahead(record)
    origins = ask.origins(record, end)
    told = forecaster.fit(record.until(end), ask).predict(record, origins).mean
    return float(np.abs(told - outcomes(record, origins, ask.steps)).mean())


@pytest.mark.parametrize("ask", ["one step", "path", "day ahead"])
def test_it_looks_only_back(ask: str) -> None:
    record = with_columns(hourly(50))
    asked = {"one step": one_step(), "path": next_day(record), "day ahead": day_ahead(record)}[ask]
    assert_no_leak(Lear(windows=(21, 364), most=40), record, asked)


def test_it_beats_the_weekday_rule_by_far_where_the_sun_is_known_beforehand() -> None:
    record = with_columns(hourly(100, noise=0.1))
    assert error(Lear((364,)), record, 80 * 24) < 0.6 * error(Naive("weekday-rule"), record, 80 * 24)


def test_a_column_known_beforehand_helps_only_if_it_is_given() -> None:
    record = with_columns(hourly(100, noise=0.1))
    assert error(Lear((364,)), record, 80 * 24) < 0.8 * error(Lear((364,)), Record(record.target), 80 * 24)


def test_no_forecast_lies_beyond_what_the_windows_saw() -> None:
    record = hourly(80)
    ask = day_ahead(record)
    model = Lear(windows=(364,)).fit(record.until(60 * 24), ask)
    wild = replace(
        record.target, values=np.where(np.arange(record.steps) < 60 * 24, record.target.values, 900.0)
    )
    told = model.predict(Record(wild), ask.origins(record, 68 * 24)).mean
    assert told.max() <= record.target.values[: 60 * 24].max() + 1e-9


def test_more_noise_leaves_fewer_regressors() -> None:
    record = with_columns(hourly(60))
    kept = [
        sum(
            np.count_nonzero(window.weights)
            for window in Lear((364,), noise=noise).fit(record, one_step()).windows
        )
        for noise in (0.1, 1.0)
    ]
    assert 0 < kept[1] < kept[0]


def test_a_flat_and_an_empty_column_change_nothing_but_what_is_learned() -> None:
    record = hourly(60)
    flat = Covariate("flat", np.ones(record.steps), "beforehand")
    empty = Covariate("empty", np.full(record.steps, np.nan), "afterwards", 3)
    ask = day_ahead(record)
    origins = ask.origins(record, 50 * 24)
    with_them = Lear(windows=(364,)).fit(Record(record.target, (flat, empty)), ask)
    told = with_them.predict(Record(record.target, (flat, empty)), origins).mean
    alone = Lear(windows=(364,)).fit(record, ask).predict(record, origins).mean
    np.testing.assert_allclose(told, alone, rtol=1e-6)


def test_quarter_hours_are_told_by_hours_and_by_the_exact_time_of_the_step() -> None:
    record = hourly(20, step_s=900)
    origins = np.array([1000])
    laid = regressors(History(record, origins, 96))
    values = record.target.values
    assert laid.days.shape == (1, 4 * 24)
    np.testing.assert_allclose(laid.days[0, 0], values[904:908].mean())
    np.testing.assert_array_equal(laid.same_time[0, :, 0], values[904:1000])
    np.testing.assert_array_equal(laid.same_time[0, :, 3], values[1000 - 672 : 1000 - 576])
    assert regressors(History(hourly(20), np.array([200]), 24)).same_time.shape == (1, 24, 0)


def test_the_weekday_is_that_of_the_forecast_step() -> None:
    laid = regressors(History(hourly(20), np.array([216 + 12]), 24))
    # Step 216 is the midnight that begins Friday 10 January 2025; twelve hours on, the next day begins.
    assert (laid.calendar[0, :12, :7].argmax(axis=-1) == 4).all()
    assert (laid.calendar[0, 12:, :7].argmax(axis=-1) == 5).all()


def test_too_few_days_and_other_columns_are_refused() -> None:
    record = with_columns(hourly(40))
    with pytest.raises(InputError, match="too short"):
        Lear().fit(record.until(15 * 24), day_ahead(record))
    model = Lear(windows=(21,)).fit(record, day_ahead(record))
    with pytest.raises(InputError, match="columns") as refused:
        model.predict(Record(record.target), np.array([39 * 24]))
    assert "sun ahead (beforehand)" in str(refused.value)


def test_one_step_ahead_it_sees_the_latest_quarter_hour_and_not_its_hour_alone() -> None:
    record = hourly(30, noise=0.0, step_s=900)
    walk = np.cumsum(np.random.default_rng(3).normal(0.0, 1.0, record.steps))
    record = Record(replace(record.target, values=walk))
    ask, end = one_step(), 24 * 96
    origins = ask.origins(record, end)
    truth = outcomes(record, origins, 1)
    told, last = (
        each.fit(record.until(end), ask).predict(record, origins).mean
        for each in (Lear((364,)), Naive("persistence"))
    )
    # The mean of the last hour lies 1.5 steps back and would err by half as much again.
    assert np.abs(told - truth).mean() < 1.15 * np.abs(last - truth).mean()

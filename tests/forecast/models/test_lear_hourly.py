"""Hourly LEAR looks only back, tells what one hour says of another, and at midnight is LEAR."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead, next_day
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.models.lear import Lear
from wattswarm.forecast.models.lear_hourly import HourlyLear
from wattswarm.forecast.record import Record


def test_it_looks_only_back() -> None:
    record = hourly(50)
    assert_no_leak(HourlyLear(windows=(28,)), record, next_day(record))


def test_where_all_forecasts_begin_at_midnight_it_is_lear() -> None:
    record = with_columns(hourly(50))
    ask, end = day_ahead(record), 40 * 24
    origins = ask.origins(record, end)
    hourly_one, one = (
        each.fit(record.until(end), ask).predict(record, origins).mean
        for each in (HourlyLear((28,), 0.3), Lear((28,), 0.3))
    )
    np.testing.assert_allclose(hourly_one, one, rtol=1e-12)


def test_it_tells_what_one_hour_says_of_another() -> None:
    # The price at six in the evening is that of nine in the morning; all others are noise.
    record = hourly(90)
    days = np.random.default_rng(5).normal(100.0, 10.0, (90, 24))
    days[:, 18] = days[:, 9]
    first = int(day_ahead(record).origins(record, 0)[0])
    values = record.target.values.copy()
    values[first : first + 89 * 24] = days[:89].ravel()
    record = Record(replace(record.target, values=values))
    ask, end = next_day(record), 60 * 24
    origins = ask.origins(record, end)
    noon = origins[(origins - first) % 24 == 12]
    truth = outcomes(record, noon, 24)[:, 6]
    told, pooled = (
        each.fit(record.until(end), ask).predict(record, noon).mean[:, 6]
        for each in (HourlyLear((90,)), Lear((90,)))
    )
    assert np.abs(told - truth).mean() < 0.5 * np.abs(pooled - truth).mean()


def test_an_hour_at_which_nothing_was_learned_is_refused() -> None:
    record = hourly(40)
    ask = day_ahead(record)
    model = HourlyLear((28,)).fit(record, ask)
    midnight = int(ask.origins(record, 35 * 24)[0])
    with pytest.raises(InputError, match="begin at this hour") as refused:
        model.predict(record, np.array([midnight, midnight + 5]))
    assert "5:00" in str(refused.value)
    assert "0:00" in str(refused.value)

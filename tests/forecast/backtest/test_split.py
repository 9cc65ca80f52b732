"""A record is cut by time at local midnights: training, then calibration, then test."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock
from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.backtest.splitting import local_day, split
from wattswarm.forecast.record import Record


def _record(days: int, timezone: str = "Europe/Berlin") -> Record:
    # From before a change of clock to after it.
    times = np.datetime64("2024-03-01", "s") + np.arange(days * 24) * np.timedelta64(3600, "s")
    return Record(Series("price", "EUR/kWh", times, np.sin(np.arange(days * 24.0)), 3600, timezone))


@pytest.mark.parametrize("days", [70, 200, 400])
@pytest.mark.parametrize("quick", [False, True])
def test_training_comes_before_calibration_and_that_before_the_test(days: int, quick: bool) -> None:
    record = _record(days)
    span = split(record, quick=quick)
    assert 0 <= span.train_from < span.calibrate_from < span.test_from < span.end <= record.steps
    cuts = [span.calibrate_from, span.test_from]
    assert np.all(local_clock(record.times[cuts], record.target.timezone).hour == 0.0)
    assert 20 <= span.calibration_days <= 56


def test_days_that_are_named_are_kept() -> None:
    record = _record(200)
    span = split(record, date(2024, 5, 1), date(2024, 7, 1), refit_days=3)
    assert (local_day(record, span.calibrate_from), local_day(record, span.test_from)) == (
        "2024-05-01",
        "2024-07-01",
    )
    assert (span.refit_days, span.end, span.calibration_days) == (3, record.steps, 61)


def test_either_day_alone_moves_the_other_out_of_its_way() -> None:
    record = _record(200)
    late = split(record, train_until=date(2024, 8, 1))
    assert local_day(record, late.calibrate_from) == "2024-08-01"
    assert late.test_from - late.calibrate_from >= 29 * 24
    early = split(record, test_from=date(2024, 5, 15))
    assert local_day(record, early.test_from) == "2024-05-15"
    assert early.test_from - early.calibrate_from >= 29 * 24


@pytest.mark.parametrize(
    ("train_until", "test_from", "option"),
    [
        (date(2024, 8, 1), date(2024, 5, 1), "--train-until"),
        (None, date(2025, 5, 1), "--test-from"),
        (date(2023, 5, 1), None, "--train-until"),
    ],
)
def test_days_out_of_order_or_out_of_the_series_are_refused(
    train_until: date | None, test_from: date | None, option: str
) -> None:
    with pytest.raises(InputError, match=option):
        split(_record(200), train_until, test_from)

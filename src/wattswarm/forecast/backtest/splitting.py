"""A record cut by time: what is learned from, what bands are calibrated on, what is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from wattswarm.data import local_clock, local_midnight
from wattswarm.errors import InputError
from wattswarm.forecast.backtest.rolling import Span
from wattswarm.forecast.record import Record

_TEST_SHARE = 0.25
_CALIBRATION_SHARE = 0.15
_CALIBRATION_DAYS = (21, 56)
"""Least and most days that bands are calibrated on, where nobody says when training ends."""
_QUICK_DAYS = {"train": 90, "test": 14}


def split(
    record: Record,
    train_until: date | None = None,
    test_from: date | None = None,
    *,
    refit_days: int = 7,
    quick: bool = False,
) -> Span:
    """Cut a record at local midnights.

    Args:
        train_until: first local day that the first training does not see; by default 3 to 8 weeks before
            the test, by the length of the record.
        test_from: first local day that is judged; by default the last quarter of the record begins there.
        refit_days: days from one training to the next, 0 to train once.
        quick: judge the last two weeks only, by models trained once on the three months before.

    Raises:
        InputError: a day lies outside of the record, or training ends after the test begins.
    """
    days = record.steps / record.day
    begins = _step(record, test_from, "--test-from") if test_from else None
    ends = _step(record, train_until, "--train-until") if train_until else None
    least, most = _CALIBRATION_DAYS
    calibration = least if quick else int(min(max(_CALIBRATION_SHARE * days, least), most))
    if begins is None:
        share = _QUICK_DAYS["test"] / days if quick else _TEST_SHARE
        begins = _midnight(record, round((1 - share) * record.steps))
        if ends is not None and not quick:
            begins = max(begins, min(_midnight(record, ends + calibration * record.day), record.steps))
    if ends is None:
        ends = _midnight(record, begins - calibration * record.day)
    if ends >= begins:
        raise InputError(
            "training ends after the test begins",
            where="--train-until",
            found=f"{train_until or record.times[max(ends, 0)]}; the test begins {local_day(record, begins)}",
            expected=f"at least {least} days before the test, to calibrate on",
            mend="move --train-until back, or --test-from on",
        )
    span = Span(
        calibrate_from=ends,
        test_from=begins,
        end=record.steps,
        refit_days=refit_days,
        calibration_days=max((begins - ends) // record.day, 1),
    )
    if not quick:
        return span
    oldest = max(ends - _QUICK_DAYS["train"] * record.day, 0)
    end = min(begins + _QUICK_DAYS["test"] * record.day, record.steps)
    return replace(span, train_from=oldest, end=end, refit_days=0)


def local_day(record: Record, step: int) -> str:
    """Return the local date of a step, YYYY-MM-DD."""
    return str(local_clock(record.times[step : step + 1], record.target.timezone).date[0])


def _step(record: Record, day: date, option: str) -> int:
    """Return the step that begins at a local midnight."""
    midnight = local_midnight(day, record.target.timezone)
    step = int((midnight - record.target.start).astype(np.int64)) // record.target.step_s
    if not 0 < step < record.steps:
        raise InputError(
            "the day is not within the series",
            where=option,
            found=day,
            expected=f"a day after {local_day(record, 0)} and before {local_day(record, record.steps - 1)}",
            mend="name a day of the series, or leave the option out",
        )
    return step


def _midnight(record: Record, step: int) -> int:
    """Return the step of the latest local midnight up to a step, 0 where there is none."""
    if step <= 0:
        return 0
    from_step = max(step - record.day - record.day // 12, 0)
    hours = local_clock(record.times[from_step : step + 1], record.target.timezone).hour
    found = np.flatnonzero(hours == 0.0)
    return from_step + int(found[-1]) if len(found) else 0

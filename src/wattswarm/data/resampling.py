"""A series on another step: interval means held on a finer one, averaged on a coarser one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from wattswarm.data.series import Series
from wattswarm.errors import InputError


def resample(series: Series, step_s: int, start: np.datetime64, end: np.datetime64) -> Series:
    """Return a series on another step over another span, with the same integral over every interval.

    Prices and powers are means over their interval: a finer step holds them, a coarser one averages them.

    Args:
        series: the series, interval means.
        step_s: length of an interval of the result, seconds.
        start: first instant of the result, UTC.
        end: end of the result, UTC; a whole number of steps after `start`.

    Returns:
        The series on `start`, `start + step_s`, ..., shape [(end - start) / step_s].

    Raises:
        InputError: the series does not cover the span, or the span is not a whole number of steps.
    """
    begin, stop = start.astype("datetime64[s]"), end.astype("datetime64[s]")
    span_s = int((stop - begin).astype(np.int64))
    if step_s <= 0 or span_s <= 0 or span_s % step_s:
        raise InputError(
            "the span is not a whole number of steps",
            where="resample",
            found=f"{begin} to {stop} by {step_s} s",
            expected="an end after the start by a multiple of the step",
            mend="move the end, or choose another step",
        )
    _require_cover(series, begin, stop)
    ahead_s = int((begin - series.start).astype(np.int64))
    fine_s = math.gcd(series.step_s, step_s, ahead_s)
    fine = ahead_s + fine_s * np.arange(span_s // fine_s)
    pieces = series.values[fine // series.step_s].reshape(-1, step_s // fine_s)
    return replace(
        series,
        times=begin + (np.arange(len(pieces)) * step_s).astype("timedelta64[s]"),
        values=pieces.mean(axis=1),
        step_s=step_s,
    )


def _require_cover(series: Series, begin: np.datetime64, stop: np.datetime64) -> None:
    missing = []
    if begin < series.start:
        missing.append(f"{begin} to {min(series.start, stop)}")
    if stop > series.end:
        missing.append(f"{max(series.end, begin)} to {stop}")
    if missing:
        raise InputError(
            f"the {series.name} does not cover the span",
            where=series.provenance.source,
            found=f"{series.start} to {series.end} UTC; missing {' and '.join(missing)}",
            expected=f"{begin} to {stop} UTC",
            mend="choose a span inside the series, or give a longer file",
        )

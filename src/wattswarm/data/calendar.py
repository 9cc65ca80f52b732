"""The local clock and calendar of a UTC time axis, exact across daylight saving and leap years."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.clock import check_zone, local_of
from wattswarm.data.series import Floats, Times
from wattswarm.errors import InputError

Integers = NDArray[np.int64]


class LocalTime(NamedTuple):
    """What clock and calendar on the wall show at each time."""

    hour: Floats
    """Hours since midnight as the clock shows them, 0 <= hour < 24, shape [n]."""
    weekday: Integers
    """0 = Monday .. 6 = Sunday, shape [n]."""
    day_of_year: Integers
    """1 .. 366, shape [n]."""
    month: Integers
    """1 .. 12, shape [n]."""
    date: Times
    """Local date, datetime64[D], shape [n]."""


def local_clock(times_utc: Times, timezone: str) -> LocalTime:
    """Read the local clock and calendar at UTC times, in any order.

    Args:
        times_utc: UTC, datetime64, shape [n].
        timezone: IANA name of the clock.

    Returns:
        The clock's fields, each of shape [n].

    Raises:
        InputError: the time zone is not an IANA name, or a time is NaT.
    """
    check_zone(timezone, "timezone")
    times = np.asarray(times_utc, dtype="datetime64[s]")
    if np.isnat(times).any():
        raise InputError("a time is missing", where=f"row {int(np.isnat(times).argmax())}", found="NaT")
    local = local_of(times, timezone)
    day = local.astype("datetime64[D]")
    return LocalTime(
        hour=(local - day).astype(np.int64) / 3600.0,
        weekday=(day.astype(np.int64) + 3) % 7,  # 1970-01-01 was a Thursday
        day_of_year=(day - day.astype("datetime64[Y]")).astype(np.int64) + 1,
        month=day.astype("datetime64[M]").astype(np.int64) % 12 + 1,
        date=day,
    )


def time_axis(start_utc: np.datetime64, step_s: int, steps: int) -> Times:
    """Lay out interval starts at an even step, UTC, datetime64[s], shape [steps]."""
    elapsed = (np.arange(steps, dtype=np.int64) * step_s).astype("timedelta64[s]")
    return np.asarray(np.asarray(start_utc, dtype="datetime64[s]") + elapsed)


def local_midnight(day: date, timezone: str) -> np.datetime64:
    """Find the first instant of a local date.

    Returns:
        UTC, datetime64[s]; where the clock skips midnight, the instant of the skip.

    Raises:
        InputError: the time zone is not an IANA name.
    """
    return _local_moment(day, 0.0, timezone)


def local_days(start: date, days: int, step_s: int, timezone: str, begin_h: float = 0.0) -> Times:
    """Lay out whole local days at an even step: a day of a clock change has 23 or 25 hours.

    Args:
        start: the first local date.
        days: number of local dates.
        step_s: length of an interval in seconds.
        timezone: IANA name of the clock.
        begin_h: hour on the clock at which each day begins, 12 for days from noon to noon.

    Returns:
        Interval starts, UTC, datetime64[s], shape [n].

    Raises:
        InputError: the time zone is not an IANA name, or `days` or `step_s` is below 1.
    """
    for name, value in (("days", days), ("step_s", step_s)):
        if value < 1:
            raise InputError(f"{name} is too small", where=name, found=value, expected="1 or more")
    first = _local_moment(start, begin_h, timezone)
    end = _local_moment(start + timedelta(days=days), begin_h, timezone)
    return time_axis(first, step_s, -(-int((end - first).astype(np.int64)) // step_s))


def _local_moment(day: date, hour: float, timezone: str) -> np.datetime64:
    zone = ZoneInfo(check_zone(timezone, "timezone"))
    clock = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=hour)
    return np.datetime64(int(clock.timestamp()), "s")

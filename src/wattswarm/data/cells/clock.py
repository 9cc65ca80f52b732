"""From the clock a file was written by to UTC: offsets, zones, and the two jumps of daylight saving."""

from __future__ import annotations

from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.data.series import Times
from wattswarm.errors import InputError

EXAMPLE_ZONES: Final = "Europe/Amsterdam, America/New_York, Asia/Kolkata or UTC"


def check_zone(name: str, where: str = "--timezone") -> str:
    """Return the name if it is an IANA time zone.

    Raises:
        InputError: there is no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise InputError(
            "the time zone is not known",
            where=where,
            found=name,
            expected=f"an IANA name such as {EXAMPLE_ZONES}",
            mend="--timezone with the zone of the market or meter",
        ) from fault
    return name


def candidates(local: Times, zone: str) -> tuple[Times, Times]:
    """Return the first and second UTC instant at which a zone's clock shows a local time.

    Args:
        local: clock readings, datetime64[s], NaT allowed, shape [n].

    Returns:
        Two arrays of UTC instants, datetime64[s], shape [n]: equal outside the repeated autumn hour, NaT for
        readings that the clock skips in spring.
    """
    column = pl.Series(local.astype("datetime64[ms]"))
    first = column.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    second = column.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    return _utc(first), _utc(second)


def in_order(local: Times, zone: str) -> tuple[Times, int]:
    """Resolve readings of a local clock that were taken one after the other.

    In the repeated autumn hour the clock first passes in summer time; where the readings step back or stand
    still, its second pass in winter time begins.

    Args:
        local: clock readings in the order of the file, datetime64[s], NaT allowed, shape [n].

    Returns:
        UTC instants, NaT where the clock never showed the reading, shape [n]; and how many were ambiguous.
    """
    first, second = candidates(local, zone)
    twice = np.flatnonzero(~np.isnat(first) & (first != second))
    if len(twice) == 0:
        return first, 0
    steps, still = np.diff(local), np.timedelta64(0)
    falling = np.count_nonzero(steps < still) > np.count_nonzero(steps > still)
    ordered = twice[::-1] if falling else twice
    result = first.copy()
    days = local[ordered].astype("datetime64[D]")
    for day in np.unique(days):
        pass_of_day = ordered[days == day]
        stepped_back = np.flatnonzero(np.diff(local[pass_of_day]) <= np.timedelta64(0))
        if len(stepped_back):
            later = pass_of_day[stepped_back[0] + 1 :]
            result[later] = second[later]
    return result, len(twice)


def local_of(utc: Times, zone: str) -> Times:
    """Return what a zone's clock shows at UTC instants, datetime64[s], shape [n]."""
    shown = pl.Series(utc.astype("datetime64[ms]")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return shown.dt.replace_time_zone(None).to_numpy().astype("datetime64[s]")


def _utc(zoned: pl.Series) -> NDArray[np.datetime64]:
    naive = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return cast("Times", naive.to_numpy().astype("datetime64[s]"))

"""A record moved by whole years, so that its seasons meet those of another record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.data.series import Series, Times

_MONTHS = 12


def move_by_years(series: Series, years: int) -> Series:
    """Return a series as if it had been measured whole years later.

    Every moment shows what was measured on the same date at the same time UTC. The 29th of February of a year
    that the record did not have shows the 28th; one that the new years do not have is left out.

    Args:
        years: how many years later; negative for earlier.
    """
    begin, end = (_moved(np.array([each]), years)[0] for each in (series.times[0], series.times[-1]))
    steps = int((end - begin).astype(np.int64)) // series.step_s + 1
    times = begin + (np.arange(steps) * series.step_s).astype("timedelta64[s]")
    source = _moved(times, -years)
    rows = (source - series.times[0]).astype(np.int64) // series.step_s
    note = f"taken from {abs(years)} years {'earlier' if years > 0 else 'later'}"
    return replace(series, times=times, values=series.values[rows]).with_repairs(note)


def _moved(times: Times, years: int) -> Times:
    month = times.astype("datetime64[M]")
    target = month + np.timedelta64(_MONTHS * years, "M")
    moved = target.astype("datetime64[s]") + (times - month.astype("datetime64[s]"))
    overflow = moved.astype("datetime64[M]") != target
    return np.asarray(np.where(overflow, moved - np.timedelta64(1, "D"), moved))

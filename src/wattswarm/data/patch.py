"""A measured record whose holes, however long, are filled from the days around them at the same hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from wattswarm.data.cells.units import Quantity
from wattswarm.data.read import open_series
from wattswarm.data.readers.base import Ask
from wattswarm.data.series import Floats, Series
from wattswarm.errors import InputError

SEARCH_DAYS = 14
"""How far away a day may lie that fills a hole."""
_DAY_S = 86_400


def read_patched(
    path: str | Path,
    *,
    quantity: Quantity = "power",
    column: str | None = None,
    unit: str | None = None,
    timezone: str | None = None,
) -> Series:
    """Read a record of the sun or the load and fill its holes, however long.

    A missing interval takes the mean of the same time of day on the nearest day before and the nearest day
    after that have it, at most two weeks away; the provenance counts what was filled. `read_series` refuses
    such a record.

    Arguments are those of `read_series`.

    Raises:
        InputError: any defect but a hole, or a hole that no day nearby fills.
    """
    series, defects = open_series(path, Ask(quantity, column, unit, timezone)).lay()
    others = [defect for defect in defects if not defect.hole]
    if others:
        raise others[0].error(len(others) - 1)
    return patch(series)


def patch(series: Series) -> Series:
    """Return a series whose missing values are filled from the same time of day on the days around them.

    Returns:
        The series without NaN; its provenance says how many intervals were filled.

    Raises:
        InputError: no day within two weeks has the time of day.
    """
    holes = np.flatnonzero(np.isnan(series.values))
    if not len(holes):
        return series
    day = _DAY_S // series.step_s
    before, after = (_nearest(series.values, holes, way * day) for way in (-1, 1))
    known = np.isfinite(before).astype(np.int64) + np.isfinite(after)
    if not known.all():
        raise InputError(
            f"no day near this gap has the {series.name}",
            where=f"{series.provenance.source}, {series.times[holes[known.argmin()]]} UTC",
            expected=f"a value at this time of day within {SEARCH_DAYS} days",
            mend="give a record without this stretch",
        )
    values = series.values.copy()
    values[holes] = (np.nan_to_num(before) + np.nan_to_num(after)) / known
    note = f"holes: {len(holes)} intervals filled from the same time of day on the days around them"
    return replace(series, values=values).with_repairs(note)


def _nearest(values: Floats, holes: np.ndarray, day: int) -> Floats:
    """Return the value of the nearest day in one direction that has this time of day, NaN where none has."""
    found = np.full(len(holes), np.nan)
    for days in range(SEARCH_DAYS, 0, -1):
        at = holes + days * day
        inside = (at >= 0) & (at < len(values))
        seen = np.where(inside, values[np.clip(at, 0, len(values) - 1)], np.nan)
        found = np.where(np.isfinite(seen), seen, found)
    return found

"""A file to a record: the series to forecast by its reader, and covariates from the same rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from wattswarm.data import Floats, Series, SeriesFile, open_series
from wattswarm.data.cells import UNREADABLE, Quantity, read_numbers, take_rows
from wattswarm.data.intake import check_repairs
from wattswarm.data.readers import Ask as Wanted
from wattswarm.errors import InputError, no_such
from wattswarm.forecast.record import Covariate, Known, Record


def read_record(
    path: str | Path,
    *,
    quantity: Quantity = "price",
    column: str | None = None,
    unit: str | None = None,
    timezone: str | None = None,
    repair: frozenset[str] = frozenset(),
    covariates: Mapping[str, Known] | None = None,
    late_h: float = 0.0,
) -> Record:
    """Read a series to forecast and columns that may help.

    Args:
        path: CSV or Parquet file in an operator's format, or any table with declared units.
        column: as `read_series`.
        unit: as `read_series`.
        timezone: as `read_series`.
        repair: as `read_series`; covariates are never repaired.
        covariates: columns of the same file, and when each is known; any unit, empty cells allowed.
        late_h: hours that columns known afterwards are late.

    Raises:
        InputError: the file has a defect that no repair mends, the series never changes, there is no such
            column, or one of its cells is not a number.
    """
    check_repairs(repair)
    file = open_series(path, Wanted(quantity, column, unit, timezone))
    series = file.series(repair)
    if np.ptp(series.values) == 0.0:
        raise InputError(
            "the series never changes, so there is nothing to forecast",
            where=f"{path}, rows 1 to {len(series.values)}",
            found=f"{series.values[0]:.6g} {series.unit} in every step",
            expected="values that vary",
            mend="name another column with --column",
        )
    late = math.ceil(late_h * 3600 / series.step_s)
    asked = (covariates or {}).items()
    wanted = [(name, known, late if known == "afterwards" else 0) for name, known in asked]
    return Record(series, read_covariates(file, series, wanted))


def read_covariates(
    file: SeriesFile, series: Series, wanted: Sequence[tuple[str, Known, int]]
) -> tuple[Covariate, ...]:
    """Return columns that stand in the file of a series, on its grid.

    Raises:
        InputError: there is no such column, or one of its cells is not a number.
    """
    return tuple(Covariate(name, _laid(series, file, name), known, late) for name, known, late in wanted)


def _laid(series: Series, file: SeriesFile, name: str) -> Floats:
    """Return a column of the file on the grid of the series, NaN where the file has no number."""
    table, readings = file.table, file.readings
    if name not in table.columns:
        raise no_such("there is no such column", where="--beside", found=name, known=table.columns)
    if name == readings.column:
        raise InputError(
            "the covariate is the series itself",
            where="--beside",
            found=name,
            expected="another column",
            mend="leave it out: every model sees the past of what it forecasts",
        )
    numbers = take_rows(read_numbers(table.frame[name]), np.searchsorted(table.rows, readings.rows))
    bad = np.flatnonzero(numbers.fault == UNREADABLE)
    if len(bad):
        raise InputError(
            "a cell is not a number",
            where=f"{table.source}, column {name}, {readings.row_word} {readings.rows[bad[0]]}",
            found=numbers.text[int(bad[0])],
            expected="numbers, or empty cells where there is none",
            mend="correct the cell, or leave the column out",
        )
    at = (readings.stamps.utc - series.times[0]).astype(np.int64) // series.step_s
    inside = ~np.isnat(readings.stamps.utc) & (at >= 0) & (at < len(series.values))
    laid = np.full(len(series.values), np.nan)
    laid[at[inside]] = numbers.values[inside]
    if not np.isfinite(laid).any():
        raise InputError(
            "the column has no numbers",
            where=f"{table.source}, column {name}",
            expected="numbers, one a row",
            mend="leave the column out",
        )
    return laid

"""Cells to numbers: decimal point or comma, thousands marks, and the ways operators write "no value"."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.data.series import Floats

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
Rows = NDArray[np.bool_] | NDArray[np.int64]
"""A mask or indices of rows."""

OK: Final = 0
EMPTY: Final = 1
UNREADABLE: Final = 2

_NOTHING: Final = ["", "-", "--", "n/a", "na", "n/e", "nan", "null", "none", "no data"]


@dataclass(frozen=True)
class Numbers:
    """A column of numbers as read."""

    values: Floats
    """The numbers, NaN where there is none, shape [n]."""
    fault: NDArray[np.int8]
    """OK, EMPTY or UNREADABLE for each row, shape [n]."""
    text: pl.Series
    """The cells as they stand, for messages, shape [n]."""


def take_rows(table: T, rows: Rows) -> T:
    """Return a dataclass of columns, some of them dataclasses themselves, with the given rows of each."""
    chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows

    def taken(column: Any) -> Any:
        if isinstance(column, np.ndarray):
            return column[chosen]
        if isinstance(column, pl.Series):
            return column.gather(chosen)
        nested = is_dataclass(column) and not isinstance(column, type)
        return take_rows(column, chosen) if nested else column

    return replace(table, **{each.name: taken(getattr(table, each.name)) for each in fields(table)})


def read_numbers(column: pl.Series) -> Numbers:
    if column.dtype.is_numeric():
        values = column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
        fault = np.where(np.isnan(values), EMPTY, np.where(np.isinf(values), UNREADABLE, OK)).astype(np.int8)
        return Numbers(np.where(fault == OK, values, np.nan), fault, column.cast(pl.String))
    text = column.cast(pl.String)
    cells = text.str.strip_chars().str.replace_all("\u2212", "-").str.replace_all("\u00a0", "")
    nothing = cells.is_null() | cells.str.to_lowercase().is_in(_NOTHING)
    number = _point_decimal(cells).cast(pl.Float64, strict=False)
    values = number.fill_null(np.nan).to_numpy().astype(np.float64)
    empty = nothing.fill_null(True).to_numpy()
    fault = np.where(empty, EMPTY, np.where(np.isfinite(values), OK, UNREADABLE)).astype(np.int8)
    return Numbers(np.where(fault == OK, values, np.nan), fault, text)


def _point_decimal(cells: pl.Series) -> pl.Series:
    """Return the cells with a decimal point, the comma judged by the whole column; null where unclear."""
    comma = cells.str.contains(",", literal=True).fill_null(False)
    if not comma.any():
        return cells
    with_comma = cells.filter(comma)
    grouped = with_comma.str.contains(r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$").all()
    proof = with_comma.str.contains(r",.*,|\.").any()
    dot = cells.str.contains(".", literal=True).fill_null(False)
    cell = pl.col("cell")
    frame = pl.DataFrame({"cell": cells, "comma": comma, "dot": dot})
    if grouped and (proof or dot.any()):
        chosen = cell.str.replace_all(",", "", literal=True)
    elif grouped:
        chosen = pl.when(pl.col("comma")).then(None).otherwise(cell)
    else:
        decimal = cell.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        chosen = pl.when(pl.col("comma")).then(decimal).when(pl.col("dot")).then(None).otherwise(cell)
    return frame.select(chosen.alias("cell"))["cell"]

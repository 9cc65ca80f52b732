"""A linear program while it is put together: columns, rows and entries in blocks, joined at the end."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import csr_matrix

from wattswarm.data import Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """min cost @ x + constant, row_low <= A x <= row_high, low <= x <= high."""

    cost: Floats
    """Shape [column]."""
    low: Floats
    """Shape [column]."""
    high: Floats
    """Shape [column]."""
    matrix: csr_matrix
    """Shape [row, column]."""
    row_low: Floats
    """Shape [row]."""
    row_high: Floats
    """Shape [row]."""
    constant: float
    """Money that no decision changes."""
    whole: Indices
    """Columns that must be integers, shape [integer]."""


@dataclass
class Assembly:
    """Blocks of columns, rows and entries, and which column closes which balance at rest."""

    cost: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    columns: int = 0
    row: list[Indices] = field(default_factory=list)
    column: list[Indices] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    row_low: list[Floats] = field(default_factory=list)
    row_high: list[Floats] = field(default_factory=list)
    rows: int = 0
    rest_rows: list[Indices] = field(default_factory=list)
    rest_columns: list[Indices] = field(default_factory=list)

    def variables(self, shape: tuple[int, ...], cost: object, low: object, high: object) -> Indices:
        for kept, values in ((self.cost, cost), (self.low, low), (self.high, high)):
            kept.append(_spread(values, shape))
        count = math.prod(shape)
        columns = np.arange(self.columns, self.columns + count).reshape(shape)
        self.columns += count
        return columns

    def constraints(self, shape: tuple[int, ...], low: object, high: object) -> Indices:
        self.row_low.append(_spread(low, shape))
        self.row_high.append(_spread(high, shape))
        count = math.prod(shape)
        rows = np.arange(self.rows, self.rows + count).reshape(shape)
        self.rows += count
        return rows

    def put(self, rows: Indices, columns: Indices, values: object) -> None:
        shape = rows.shape if rows.shape == columns.shape else np.broadcast(rows, columns).shape
        self.row.append(_spread(rows, shape, np.int64))
        self.column.append(_spread(columns, shape, np.int64))
        self.value.append(_spread(values, shape))

    def close(self, rows: Indices, columns: Indices) -> None:
        """Let each column close its row while everything rests."""
        self.rest_rows.append(rows.ravel())
        self.rest_columns.append(columns.ravel())

    def program(self, constant: float = 0.0, whole: Indices | None = None) -> LinearProgram:
        """Return the program, some of whose columns may have to be integers."""
        row, column = (
            np.concatenate(each, dtype=np.int32, casting="same_kind") for each in (self.row, self.column)
        )
        value = np.concatenate(self.value)
        return LinearProgram(
            cost=np.concatenate(self.cost),
            low=np.concatenate(self.low),
            high=np.concatenate(self.high),
            matrix=csr_matrix((value, (row, column)), shape=(self.rows, self.columns)),
            row_low=np.concatenate(self.row_low),
            row_high=np.concatenate(self.row_high),
            constant=constant,
            whole=np.zeros(0, np.int64) if whole is None else whole.ravel(),
        )


def _spread(values: Any, shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Return values laid flat over a shape, faster for small arrays than NumPy's broadcast views.

    Values that have the shape already are not copied.
    """
    if isinstance(values, np.ndarray) and values.shape == shape and values.dtype == dtype:
        return values.ravel()
    flat = np.empty(shape, dtype)
    flat[...] = values
    return flat.ravel()

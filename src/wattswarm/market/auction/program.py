"""A linear program of an auction in HiGHS: greatest value, shadow prices, and again without some columns."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from wattswarm.data import Floats


class Optimum(NamedTuple):
    """Optimum of a program."""

    value: float
    """Objective."""
    x: Floats
    """Shape [column]."""


class Maximum:
    """max value . x subject to row_low <= matrix x <= row_high, low <= x <= high.

    Args:
        value: worth of one more in each column, shape [column].
        low: least of each column.
        high: most of each column.
        matrix: shape [row, column].
        row_low: least of each row.
        row_high: most of each row.
    """

    def __init__(
        self, value: Floats, low: Floats, high: Floats, matrix: csr_matrix, row_low: Floats, row_high: Floats
    ) -> None:
        rows, columns = matrix.shape
        self._low, self._high = low, high
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(
            columns,
            rows,
            matrix.nnz,
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMaximize),
            0.0,
            value,
            low,
            high,
            row_low,
            row_high,
            matrix.indptr,
            matrix.indices,
            matrix.data,
            np.zeros(columns, np.int32),
        )

    def solve(self, value: Floats | None = None) -> Optimum:
        """Return an optimum at a corner.

        Raises:
            ArithmeticError: there is none.
        """
        if value is not None:
            self._highs.changeColsCost(len(value), np.arange(len(value), dtype=np.int32), value)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the solver stopped with {self._highs.modelStatusToString(status)}")
        x = np.asarray(self._highs.getSolution().col_value)
        return Optimum(float(self._highs.getObjectiveValue()), x)

    def value_without(self, columns: NDArray[np.int64]) -> float:
        """Return the optimum with some columns held at 0, starting from the corner found last."""
        chosen = columns.astype(np.int32)
        nothing = np.zeros(len(chosen))
        self._highs.changeColsBounds(len(chosen), chosen, nothing, nothing)
        value = self.solve().value
        self._highs.changeColsBounds(len(chosen), chosen, self._low[columns], self._high[columns])
        return value

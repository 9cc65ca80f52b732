"""HiGHS on linear programs: any one, or a window of a site from rest, warm, with binaries where needed."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from wattswarm.data import Floats
from wattswarm.plan.linear.assembly import LinearProgram
from wattswarm.plan.linear.program import Program

AT_ONCE = 1e-6
"""Power [kW] from which two opposite flows count as used at once."""


class Unbounded(ValueError):
    """The program pays without end: somewhere export is worth more than import."""


class Infeasible(ValueError):
    """No plan keeps every limit."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Optimum of a program."""

    x: Floats
    """Shape [column]."""
    cost: float
    """Objective with the constant; no plan can go below it."""
    seconds: float
    """CPU time spent in the solver."""
    binaries: int = 0
    """How many pairs had to be kept apart."""
    gap: float = 0.0
    """Relative gap that the solver left, 0 for a linear program."""


class Solver:
    """A HiGHS instance that is reused from call to call.

    A new matrix starts from its plan at rest, which takes a fifth of the pivots that a start from slacks
    takes and makes a presolve, slower than those, needless.
    """

    def __init__(self) -> None:
        self._highs = _quiet()
        self._matrix: csr_matrix | None = None
        self._highs.setOptionValue("solver", "simplex")
        self._highs.setOptionValue("presolve", "off")
        # Exact steepest-edge weights cost a solve a row where the search does not start from slacks.
        self._highs.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX)

    def solve(self, program: Program) -> Solution:
        """Return the optimum of the linear relaxation.

        Raises:
            Infeasible: no plan keeps every limit.
            Unbounded: the prices pay for buying and selling at once.
        """
        began = time.process_time()
        if self._matrix is not None and _same(self._matrix, program.linear.matrix):
            self._update(program.linear)
        else:
            _pass(self._highs, program.linear)
            self._matrix = program.linear.matrix
            self._highs.setBasis(_at_rest(program))
        self._highs.run()
        _check(self._highs)
        x = np.asarray(self._highs.getSolution().col_value)
        cost = self._highs.getObjectiveValue()
        return Solution(x, cost, time.process_time() - began)

    def row_prices(self) -> Floats:
        """Return by how much the optimum found last costs more for one more on the right of each row."""
        return np.asarray(self._highs.getSolution().row_dual)

    def branch(self, program: Program, relaxed: Solution) -> Solution | None:
        """Keep pairs apart by depth-first branching, each node warm from the one before.

        Args:
            program: the program that was solved last.
            relaxed: its optimum, in which some pairs are used at once.

        Returns:
            The optimum that keeps every pair apart, None where it would take too many branches.
        """
        began = time.process_time()
        tolerance = 1e-9 * max(1.0, abs(relaxed.cost))
        best: Solution | None = None
        branches, held = 0, set[int]()
        waiting: list[tuple[int, ...]] = [()]
        ever: set[int] = set()
        while waiting:
            closed = waiting.pop()
            if closed:
                branches += 1
                if branches > MOST_BRANCHES:
                    return None
                self._close(program, held, set(closed))
                held = set(closed)
                self._highs.run()
                if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                    continue
                _check(self._highs)
            x = np.asarray(self._highs.getSolution().col_value)
            cost = self._highs.getObjectiveValue()
            if best is not None and cost >= best.cost - tolerance:
                continue
            both = np.minimum(x[program.exclusive.first], x[program.exclusive.second])
            worst = int(both.argmax())
            if both[worst] <= AT_ONCE:
                best = Solution(x, cost, 0.0)
                continue
            ever.add(worst)
            first, second = int(program.exclusive.first[worst]), int(program.exclusive.second[worst])
            smaller, larger = sorted((first, second), key=lambda column: x[column])
            waiting += [(*closed, larger), (*closed, smaller)]
        if best is None:
            return None
        seconds = relaxed.seconds + time.process_time() - began
        return Solution(best.x, best.cost, seconds, len(ever))

    def _close(self, program: Program, held: set[int], closed: set[int]) -> None:
        for column in held - closed:
            self._highs.changeColBounds(column, program.linear.low[column], program.linear.high[column])
        for column in closed - held:
            self._highs.changeColBounds(column, 0.0, 0.0)

    def _update(self, program: LinearProgram) -> None:
        rows, columns = program.matrix.shape
        every_column, every_row = np.arange(columns, dtype=np.int32), np.arange(rows, dtype=np.int32)
        self._highs.changeColsCost(columns, every_column, program.cost)
        self._highs.changeColsBounds(columns, every_column, program.low, program.high)
        self._highs.changeRowsBounds(rows, every_row, program.row_low, program.row_high)
        self._highs.changeObjectiveOffset(program.constant)


_DEVEX = 1
_LOWER, _BASIC = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
MOST_BRANCHES = 60
"""Warm re-solves tried before the program goes to the mixed-integer solver, which starts afresh."""


def minimise(program: LinearProgram, *, gap: float = 1e-9, branches: int = 200_000) -> Solution:
    """Return the optimum of a program.

    Args:
        program: any, with or without integers.
        gap: relative gap at which a search over integers stops.
        branches: most that the search may visit; no clock, so that load changes nothing.

    Raises:
        Infeasible: it has no solution.
        Unbounded: it has no optimum.
        RuntimeError: the search needs more branches.
    """
    began = time.process_time()
    highs = _searched(program, gap, "mip_max_nodes", branches)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"no optimum was found within {branches} branches")
    x = np.asarray(highs.getSolution().col_value)
    return Solution(x, highs.getObjectiveValue(), time.process_time() - began)


def solve_exactly(program: Program, *, gap: float = 1e-6, seconds: float = 60.0) -> Solution:
    """Return the optimum in which nothing charges and discharges, buys and sells, at once.

    The linear relaxation is exact at non-negative prices (models 7.2). Elsewhere the few pairs that are
    used at once are kept apart by branching from the relaxation; where they are many, by binaries.

    Args:
        gap: relative gap at which the mixed-integer search stops.
        seconds: time limit of the mixed-integer search.

    Returns:
        The optimum; where the search ran out of time, the best plan found and in `cost` what is proven
        that none can go below, with the difference in `gap`.
    """
    solver = Solver()
    relaxed = solver.solve(program)
    if not _at_once(program, relaxed.x).any():
        return relaxed
    branched = solver.branch(program, relaxed)
    if branched is not None:
        return branched
    solution, spent, apart = relaxed, relaxed.seconds, np.zeros(len(program.exclusive.first), bool)
    while True:
        clash = _at_once(program, solution.x) & ~apart
        if not clash.any() or spent > seconds:
            return replace(solution, seconds=spent, binaries=int(apart.sum()))
        apart |= clash
        solution = _with_binaries(program, solution, apart, gap, max(seconds - spent, 1.0))
        spent += solution.seconds


def _same(one: csr_matrix, other: csr_matrix) -> bool:
    """Return whether two matrices are equal entry by entry, so that the last basis still fits."""
    return one.nnz == other.nnz and all(
        np.array_equal(getattr(one, part), getattr(other, part)) for part in ("indptr", "indices", "data")
    )


def _at_once(program: Program, x: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.minimum(x[program.exclusive.first], x[program.exclusive.second]) > AT_ONCE)


def _with_binaries(
    program: Program, before: Solution, apart: NDArray[np.bool_], gap: float, seconds: float
) -> Solution:
    """Solve with a binary for every pair that must be kept apart: first <= F y, second <= S (1 - y)."""
    began = time.process_time()
    first, second = program.exclusive.first[apart], program.exclusive.second[apart]
    plain, count = program.linear, len(first)
    columns = plain.matrix.shape[1]
    rows, switch = np.arange(count), columns + np.arange(count)
    most_first, most_second = plain.high[first], plain.high[second]
    upper, lower = (
        csr_matrix(
            (np.r_[np.ones(count), slope], (np.r_[rows, rows], np.r_[flow, switch])), (count, columns + count)
        )
        for flow, slope in ((first, -most_first), (second, most_second))
    )
    wide = csr_matrix(
        (plain.matrix.data, plain.matrix.indices, plain.matrix.indptr), (len(plain.row_low), columns + count)
    )
    switched = LinearProgram(
        cost=np.r_[plain.cost, np.zeros(count)],
        low=np.r_[plain.low, np.zeros(count)],
        high=np.r_[plain.high, np.ones(count)],
        matrix=vstack([wide, upper, lower], format="csr"),
        row_low=np.r_[plain.row_low, np.full(2 * count, -np.inf)],
        row_high=np.r_[plain.row_high, np.zeros(count), most_second],
        constant=plain.constant,
        whole=switch,
    )
    highs = _searched(switched, gap, "time_limit", seconds)
    info = highs.getInfo()
    spent = time.process_time() - began
    proven = max(float(info.mip_dual_bound), before.cost)
    if not np.isfinite(info.mip_gap):
        return Solution(before.x, proven, spent, count, np.inf)
    left = max(0.0, float(info.objective_function_value) - proven) / max(1.0, abs(proven))
    return Solution(np.asarray(highs.getSolution().col_value)[:columns], proven, spent, count, left)


def _quiet() -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def _searched(program: LinearProgram, gap: float, limit: str, most: float) -> highspy.Highs:
    """Return a solver that has run on a program, to its end or for as long as it may."""
    highs = _quiet()
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue(limit, most)
    _pass(highs, program)
    highs.run()
    _check(highs)
    return highs


def _at_rest(program: Program) -> highspy.HighsBasis:
    """Return the basis of the plan that leaves every battery idle and imports what is missing."""
    rows, columns = program.linear.matrix.shape
    of_row, of_column = np.full(rows, _BASIC, object), np.full(columns, _LOWER, object)
    of_row[program.rest.rows], of_column[program.rest.columns] = _LOWER, _BASIC
    basis = highspy.HighsBasis()
    basis.row_status, basis.col_status = of_row.tolist(), of_column.tolist()
    basis.valid, basis.alien = True, False
    return basis


def _pass(highs: highspy.Highs, program: LinearProgram) -> None:
    """Hand over a linear program as arrays, which takes a fifth of the time that a model's lists take."""
    matrix = program.matrix
    kinds = np.zeros(matrix.shape[1], np.int32)
    kinds[program.whole] = int(highspy.HighsVarType.kInteger)
    highs.passModel(
        matrix.shape[1],
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        program.constant,
        program.cost,
        program.low,
        program.high,
        program.row_low,
        program.row_high,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        kinds,
    )


def _check(highs: highspy.Highs) -> None:
    status = highs.getModelStatus()
    if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise Unbounded("the prices pay without end for buying and selling at once")
    if status == highspy.HighsModelStatus.kInfeasible:
        raise Infeasible("no plan keeps every limit")
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
        raise RuntimeError(f"the solver stopped with {highs.modelStatusToString(status)}")

"""Programs that are put together in blocks are solved exactly, whole numbers included."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import linprog

from wattswarm.plan.linear import Assembly, minimise
from wattswarm.plan.linear.solver import Infeasible, Unbounded

COSTS = st.lists(st.integers(-9, 9), min_size=4, max_size=4)
WEIGHTS = st.lists(st.integers(1, 9), min_size=4, max_size=4)


@settings(max_examples=30, deadline=None)
@given(COSTS, WEIGHTS, st.integers(1, 30))
def test_the_optimum_over_whole_numbers_is_that_of_trying_all(
    costs: list[int], weights: list[int], most: int
) -> None:
    build = Assembly()
    taken = build.variables((2, 2), np.reshape(costs, (2, 2)), 0.0, 1.0)
    room = build.constraints((1,), -np.inf, float(most))
    build.put(room, taken.ravel(), np.asarray(weights, float))
    best = minimise(build.program(constant=2.5, whole=taken))
    tried = [np.array(each) for each in product((0, 1), repeat=4)]
    least = min(float(each @ costs) for each in tried if each @ weights <= most)
    assert best.cost == pytest.approx(least + 2.5)
    assert best.x @ costs + 2.5 == pytest.approx(best.cost)


@settings(max_examples=30, deadline=None)
@given(COSTS, WEIGHTS, st.floats(0.5, 30.0))
def test_without_whole_numbers_the_optimum_is_that_of_another_solver(
    costs: list[int], weights: list[int], most: float
) -> None:
    build = Assembly()
    taken = build.variables((4,), costs, 0.0, 1.0)
    build.put(build.constraints((1,), -np.inf, most), taken, weights)
    peer = linprog(costs, A_ub=[weights], b_ub=[most], bounds=(0.0, 1.0))
    assert minimise(build.program()).cost == pytest.approx(peer.fun, rel=1e-9, abs=1e-9)


def test_programs_without_an_optimum_are_refused() -> None:
    build = Assembly()
    column = build.variables((1,), -1.0, 0.0, np.inf)
    row = build.constraints((1,), -np.inf, np.inf)
    build.put(row, column, 1.0)
    with pytest.raises(Unbounded):
        minimise(build.program())
    build.put(build.constraints((1,), 5.0, 4.0), column, 1.0)
    with pytest.raises(Infeasible):
        minimise(build.program())

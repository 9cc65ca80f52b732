"""Fronts of money against peak and valley: mixtures count, and what no layer reaches is out of its reach."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.papers.p003_fusion.layers.front import beyond, floor_of, hull

CORNERS = [(10.0, 100.0), (12.0, 60.0), (20.0, 40.0)]
POINTS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=8)


def test_points_that_mixtures_or_others_beat_are_no_corners() -> None:
    assert hull([*CORNERS, (17.0, 50.0), (25.0, 40.0), (13.0, 110.0)]) == CORNERS


@pytest.mark.parametrize(
    ("point", "cheaper"),
    [
        ((12.0, 60.0), 0.0),
        ((10.0, 60.0), 2.0),
        ((17.0, 50.0), -1.0),  # half 12 and half 20 are 16
        ((15.0, 200.0), -5.0),
        ((50.0, 30.0), math.inf),
    ],
)
def test_a_point_is_measured_against_mixtures_at_its_own_difference(
    point: tuple[float, float], cheaper: float
) -> None:
    assert beyond(point, CORNERS) == pytest.approx(cheaper)


@given(POINTS)
def test_no_point_lies_beyond_the_front_that_it_helps_to_make(points: list[tuple[float, float]]) -> None:
    assert all(beyond(point, points) <= 1e-9 for point in points)
    assert all(beyond(corner, points) >= -1e-9 for corner in hull(points))


def test_the_floor_touches_corners_and_lies_below_their_mixtures() -> None:
    # At a price of 0.1 the second corner is the optimum, at 0.5 and more the third.
    optima = [(0.0, 10.0), (0.1, 12.0 + 6.0), (0.5, 20.0 + 20.0)]
    floor = floor_of(optima, np.array([100.0, 60.0, 50.0, 40.0]))
    assert floor == pytest.approx([10.0, 12.0, 15.0, 20.0])
    mixtures = -np.array([beyond((0.0, kw), CORNERS) for kw in (100.0, 60.0, 50.0, 40.0)])
    assert (floor <= -mixtures + 1e-9).all()

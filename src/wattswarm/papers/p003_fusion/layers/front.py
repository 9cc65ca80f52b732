"""Pareto fronts of money against the peak-valley difference: who lies beyond whom.

The exact front needs no limits: nights add up, so the optimum at any price of the difference is a corner
of the front of mean money against mean difference, and every corner is the optimum at some price. Between
corners that were computed, the lines of equal objective through them bound it from below.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from wattswarm.data import Floats

Points = Sequence[tuple[float, float]]
"""Money and peak-valley difference of each point."""


def hull(points: Points) -> list[tuple[float, float]]:
    """Return the corners of the front that points make with all mixtures of them, the cheapest first.

    A mixture of two policies, one on some nights and the other on others, is a policy too: what lies on the
    line between two points can be had.
    """
    kept: list[tuple[float, float]] = []
    for point in sorted(set(points)):
        if kept and point[1] >= min(each[1] for each in kept):
            continue
        while len(kept) > 1 and _turns_up(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def beyond(point: tuple[float, float], front: Points) -> float:
    """Return how much cheaper a point is than a front at its difference, as it would be by mixing.

    Returns:
        Money, above 0 where the point lies beyond the front, below 0 where the front dominates it; infinite
        where the front nowhere comes to so small a difference.
    """
    corners = hull(front)
    money, difference = (np.array(each) for each in zip(*corners, strict=True))
    if point[1] < difference.min():
        return float("inf")
    # Along the front the difference falls as money rises.
    return float(np.interp(-point[1], -difference, money)) - point[0]


def floor_of(optima: Sequence[tuple[float, float]], at: Float[np.ndarray, " point"]) -> Floats:
    """Return what no policy's money can go below at given differences: an exact bound between corners too.

    Args:
        optima: price of the difference [currency/kW] and least objective under it [currency].
        at: differences [kW].

    Returns:
        Money, the highest of the lines that the optima support, shape [point].
    """
    price, least = (np.array(each)[:, None] for each in zip(*optima, strict=True))
    return np.asarray((least - price * at).max(axis=0))


def _turns_up(first: tuple[float, float], middle: tuple[float, float], last: tuple[float, float]) -> bool:
    """Return whether the middle point lies on or above the line between the others."""
    (x1, y1), (x2, y2), (x3, y3) = first, middle, last
    return (y2 - y1) * (x3 - x1) >= (y3 - y1) * (x2 - x1)

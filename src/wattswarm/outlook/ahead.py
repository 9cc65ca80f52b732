"""Prices, load and sun in blocks of hours ahead: what is published, the rest from the past alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.outlook.climatology import climatology, sunshine

Fill = Literal["now", "usual", "forecast"]
"""Price of an hour that is not known yet: as now, the hour's mean plus a fading deviation, or as forecast."""
AHEAD_H = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0)
"""Bounds [h] of five blocks that widen with distance."""
HOURLY_H = tuple(float(hour) for hour in range(25))
"""Bounds [h] of the next 24 hours, one by one."""


def known_ahead(
    price: Floats, known_until: NDArray[np.int64], step_h: float, bounds_h: Sequence[float]
) -> Floats:
    """Return the mean known price of each block ahead, the price now where nothing of it is known.

    Args:
        price: shape [step].
        known_until: first step whose price is not known at each step, shape [step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block], in the unit of the price.
    """
    steps = np.arange(len(price))
    total = np.concatenate([[0.0], np.cumsum(price)])
    blocks = []
    for begin_h, end_h in pairwise(bounds_h):
        first = np.minimum(steps + 1 + round(begin_h / step_h), known_until)
        last = np.minimum(steps + 1 + round(end_h / step_h), known_until)
        count = last - first
        mean = (total[last] - total[first]) / np.maximum(count, 1)
        blocks.append(np.where(count > 0, mean, price))
    return np.stack(blocks, axis=1)


def believed_ahead(
    price: Floats, history: Floats, known_until: NDArray[np.int64], step_h: float, bounds_h: Sequence[float]
) -> Floats:
    """Return the mean price of each block ahead, hours not yet known by what was usual in the weeks before.

    Args:
        price: shape [step].
        history: prices before the first step, NaN where unknown, shape [past step].
        known_until: first step whose price is not known at each step, shape [step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block], in the unit of the price.
    """
    now, lead = len(history) + np.arange(len(price)), np.arange(1, round(bounds_h[-1] / step_h) + 1)
    believed = climatology(np.concatenate([history, price]), now, lead, step_h)
    return _in_blocks(price, believed, known_until, step_h, bounds_h)


def sun_ahead(output: Floats, history: Floats, step_h: float, bounds_h: Sequence[float]) -> Floats:
    """Return the mean output of the sun in each block ahead, as usual times how sunny the last hours were.

    Args:
        output: of all arrays together [kW], shape [step].
        history: the same before the first step, NaN where unknown, shape [past step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block] [kW].
    """
    now, lead = len(history) + np.arange(len(output)), np.arange(1, round(bounds_h[-1] / step_h) + 1)
    believed = sunshine(np.concatenate([history, output]), now, lead, step_h)
    return _in_blocks(output, believed, np.arange(len(output)) + 1, step_h, bounds_h)


def forecast_ahead(
    price: Floats, expected: Floats, known_until: NDArray[np.int64], step_h: float, bounds_h: Sequence[float]
) -> Floats:
    """Return the mean price of each block ahead, what is not known yet by a forecast.

    Args:
        price: shape [step].
        expected: price of the steps from `known_until` on, as forecast at each step, shape [step, lead]; the
            last of them stands for all later ones.
        known_until: first step whose price is not known at each step, shape [step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block], in the unit of the price.
    """
    now = np.arange(len(price))[:, None]
    ahead = now + np.arange(1, round(bounds_h[-1] / step_h) + 1) - known_until[:, None]
    believed = expected[now, np.clip(ahead, 0, expected.shape[1] - 1)]
    return _in_blocks(price, believed, known_until, step_h, bounds_h)


def _in_blocks(
    price: Floats, believed: Floats, known_until: NDArray[np.int64], step_h: float, bounds_h: Sequence[float]
) -> Floats:
    """Return the mean of each block of a path: as published as far as that goes, as believed beyond."""
    steps, lead = np.arange(len(price))[:, None], np.arange(1, believed.shape[1] + 1)
    published = price[np.minimum(steps + lead, len(price) - 1)]
    path = np.where(steps + lead < known_until[:, None], published, believed)
    cuts = [round(bound / step_h) for bound in bounds_h]
    return np.stack([path[:, first:last].mean(axis=1) for first, last in pairwise(cuts)], axis=1)

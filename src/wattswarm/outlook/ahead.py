"""Prices, load and sun in blocks of hours ahead: what is published, the rest from the past alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats

Fill = Literal["now", "usual", "forecast"]
"""Price of an hour that is not known yet: as now, the hour's mean plus a fading deviation, or as forecast."""
AHEAD_H = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0)
"""Bounds [h] of five blocks that widen with distance."""
HOURLY_H = tuple(float(hour) for hour in range(25))
"""Bounds [h] of the next 24 hours, one by one."""
MEMORY_DAYS = 28
"""Days whose mean is the usual price of an hour."""
HOURLY_PERSISTENCE = 0.9
"""Share of the deviation from the usual price, load or demand that is left after an hour."""
SUN_PERSISTENCE = 0.97
"""The same for the ratio of output to usual output."""
SUN_MEMORY_H = 4.0
"""Hours over which that ratio is measured."""


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
    price: Floats,
    history: Floats,
    known_until: NDArray[np.int64],
    step_h: float,
    bounds_h: Sequence[float],
) -> Floats:
    """Return the mean price of each block ahead, hours not yet known by what was usual in the weeks before.

    An hour that is not known counts as the mean of its hour over the last 28 days plus the present deviation
    from the mean of this hour, which loses a tenth every hour. Of what comes later only what is known enters.
    `outlook.foresight` gives a planner the same beliefs, made at one step.

    Args:
        price: shape [step].
        history: prices before the first step, NaN where unknown, shape [past step].
        known_until: first step whose price is not known at each step, shape [step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block], in the unit of the price.
    """
    steps, day = len(price), round(24.0 / step_h)
    reach = round(bounds_h[-1] / step_h)
    now, lead = np.arange(steps)[:, None], np.arange(1, reach + 1)[None, :]
    usual = _usual(np.concatenate([history, price]), day)[len(history) :]
    present = np.where(np.isnan(usual[:steps]), price, usual[:steps])[:, None]
    hour = usual[now + lead % day]
    hour = np.where(np.isnan(hour), price[:, None], hour)
    believed = hour + HOURLY_PERSISTENCE ** (lead * step_h) * (price[:, None] - present)
    return _in_blocks(price, believed, known_until, step_h, bounds_h)


def sun_ahead(output: Floats, history: Floats, step_h: float, bounds_h: Sequence[float]) -> Floats:
    """Return the mean output of the sun in each block ahead, as usual times how sunny the last hours were.

    Clouds scale the sun, so a dull morning promises a dull noon, not a noon that is some kW lower.

    Args:
        output: of all arrays together [kW], shape [step].
        history: the same before the first step, NaN where unknown, shape [past step].
        step_h: length of a step [h].
        bounds_h: rising bounds of the blocks, counted from the end of the step [h].

    Returns:
        Shape [step, block] [kW].
    """
    steps, day, reach = len(output), round(24.0 / step_h), round(bounds_h[-1] / step_h)
    seen = np.nan_to_num(np.concatenate([history, output]))
    usual = _usual(np.concatenate([history, output]), day)
    usual = np.where(np.isnan(usual), np.append(seen, np.zeros(day)), usual)
    window = min(len(seen), max(1, round(SUN_MEMORY_H / step_h)))
    lately, normally = (
        np.convolve(values, np.ones(window))[len(history) : len(seen)]
        for values in (seen, usual[: len(seen)])
    )
    now, lead = np.arange(steps)[:, None] + len(history), np.arange(1, reach + 1)[None, :]
    coming = usual[now + lead % day]
    # By night there is nothing to compare: then the sun will be as usual.
    compared = normally > 0.02 * window * coming.max(axis=1)
    sunny = np.clip(np.where(compared, lately / np.where(compared, normally, 1.0), 1.0), 0.0, 3.0)
    believed = coming * (1.0 + SUN_PERSISTENCE ** (lead * step_h) * (sunny[:, None] - 1.0))
    return _in_blocks(output, believed, np.arange(steps) + 1, step_h, bounds_h)


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
    price: Floats,
    believed: Floats,
    known_until: NDArray[np.int64],
    step_h: float,
    bounds_h: Sequence[float],
) -> Floats:
    """Return the mean of each block of a path: as published as far as that goes, as believed beyond."""
    steps, lead = np.arange(len(price))[:, None], np.arange(1, believed.shape[1] + 1)
    published = price[np.minimum(steps + lead, len(price) - 1)]
    path = np.where(steps + lead < known_until[:, None], published, believed)
    cuts = [round(bound / step_h) for bound in bounds_h]
    return np.stack([path[:, first:last].mean(axis=1) for first, last in pairwise(cuts)], axis=1)


def _usual(price: Floats, day: int) -> Floats:
    """Return the mean of the 28 days before at each step and a day beyond, NaN where there is none."""
    seen, count = np.zeros((2, len(price) + day))
    known = np.isfinite(price)
    values = np.where(known, price, 0.0)
    for back in range(day, (MEMORY_DAYS + 1) * day, day):
        reach = min(len(price), len(seen) - back)
        if reach > 0:
            seen[back : back + reach] += values[:reach]
            count[back : back + reach] += known[:reach]
    return np.where(count > 0, seen / np.maximum(count, 1), np.nan)

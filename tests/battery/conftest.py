"""State-of-charge traces of the kinds that batteries live through, for the tests of ageing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Trace = NDArray[np.float64]


def random_walk(rng: np.random.Generator, length: int) -> Trace:
    """A reflected random walk over the whole range of state of charge."""
    walk = 0.5 + np.cumsum(rng.normal(0, 0.08, length))
    return np.abs((walk + 1) % 2 - 1)


def commute_with_v2g(rng: np.random.Generator, days: int) -> Trace:
    """Hourly trace: two drives, charging at work or at night, discharge in the evening peak."""
    soc, trace = 0.8, []
    for _ in range(days):
        drive = rng.uniform(0.04, 0.15)
        for hour in range(24):
            if hour in (8, 17):
                soc -= drive
            elif 18 <= hour < 21:
                soc -= rng.uniform(0, 0.08)
            elif hour < 6 or (9 <= hour < 12 and rng.random() < 0.3):
                soc += 0.11
            soc = float(np.clip(soc, 0.1, 0.9))
            trace.append(soc)
    return np.array(trace)


def arbitrage_storage(rng: np.random.Generator, days: int) -> Trace:
    """Hourly trace of a storage that follows two price valleys a day and takes small detours."""
    soc, trace = 0.5, []
    for _ in range(days):
        price = -np.cos(np.arange(24) / 24 * 4 * np.pi) + rng.normal(0, 0.7, 24)
        low, high = np.quantile(price, (0.3, 0.7))
        for value in price:
            soc += 0.25 * (value < low) - 0.25 * (value > high)
            soc = float(np.clip(soc, 0.1, 0.9))
            trace.append(soc)
    return np.array(trace)


def shrinking_spiral(turns: int) -> Trace:
    """Swings that shrink for ever: the worst case for a bounded stack, nothing ever closes."""
    sizes = 0.5 * 0.93 ** np.arange(turns)
    return 0.5 + sizes * (-1.0) ** np.arange(turns)

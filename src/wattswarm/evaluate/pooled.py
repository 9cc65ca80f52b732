"""F over all days of a study together, with its interval: on single days there may be nothing to save."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def pooled_score(
    profit: Float[np.ndarray, "*run day"], idle: Float[np.ndarray, " day"], bound: Float[np.ndarray, " day"]
) -> Float[np.ndarray, "*run"]:
    """Return F over all days together: what was saved of what perfect foresight saves in all of them.

    Single days are no measure here: on some, perfect foresight saves next to nothing.

    Args:
        profit: of each run and day [currency].
        idle: without flexibility [currency].
        bound: of perfect foresight [currency].

    Returns:
        0 without flexibility, 1 with perfect foresight; NaN where there is nothing to save.
    """
    room = float(np.sum(bound - idle))
    saved = np.sum(np.asarray(profit) - idle, axis=-1)
    return np.asarray(saved / room if room > 0 else np.full(np.shape(saved), np.nan))


def score_interval(
    profit: Float[np.ndarray, "run day"],
    idle: Float[np.ndarray, " day"],
    bound: Float[np.ndarray, " day"],
    resamples: int = 2000,
) -> tuple[float, float, float]:
    """Return the mean F over runs with its 95 % bootstrap interval over runs and days.

    Args:
        profit: of each run and day [currency]; one run for policies without chance.
        idle: without flexibility [currency].
        bound: of perfect foresight [currency].
        resamples: how often runs and days are drawn anew.
    """
    rng = np.random.default_rng(0)
    runs, days = profit.shape
    drawn = []
    for _ in range(resamples):
        of, on = rng.integers(0, runs, runs), rng.integers(0, days, days)
        drawn.append(float(np.mean(pooled_score(profit[of][:, on], idle[on], bound[on]))))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(np.mean(pooled_score(profit, idle, bound))), float(low), float(high)

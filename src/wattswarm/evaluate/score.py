"""The flexibility score F = (J - J_noflex) / (J* - J_noflex), the share of what flexibility can earn.

J is a policy's profit, J_noflex that of the baseline without flexibility, J* that of perfect foresight
(models 7.3): F is 0 for the baseline and 1 at the bound. It is undefined, there is nothing to gain, where the
bound lies no more than `rounding(bound)` above the baseline. No other file computes it.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from wattswarm.evaluate.statistics import Interval


def flexibility_score(profit: float, baseline: float, bound: float) -> float | None:
    """Return F on one horizon, None where there is nothing to gain.

    Args:
        profit: of the policy [currency].
        baseline: profit without flexibility [currency].
        bound: profit of perfect foresight [currency].
    """
    score = float(flexibility_scores(profit, baseline, bound))
    return None if np.isnan(score) else score


def flexibility_scores(
    profit: ArrayLike, baseline: ArrayLike, bound: ArrayLike
) -> Float[np.ndarray, "*run horizon"]:
    """Return F of every run on every horizon, NaN where there is nothing to gain.

    Args:
        profit: of every run [currency], shape [..., horizon].
        baseline: profit without flexibility [currency], shape [horizon], or one number for all.
        bound: profit of perfect foresight [currency], likewise.
    """
    best, idle = np.asarray(bound, np.float64), np.asarray(baseline, np.float64)
    gain = best - idle
    return np.asarray((np.asarray(profit, np.float64) - idle) / np.where(gain > rounding(best), gain, np.nan))


def pooled_score(
    profit: Float[np.ndarray, "*run horizon"],
    baseline: Float[np.ndarray, " horizon"],
    bound: Float[np.ndarray, " horizon"],
) -> Float[np.ndarray, "*run"]:
    """Return F over all horizons together: on single days perfect foresight may gain next to nothing.

    Args:
        profit: of each run on each horizon [currency].
        baseline: profit without flexibility [currency].
        bound: profit of perfect foresight [currency].

    Returns:
        F of each run, NaN where there is nothing to gain on all horizons together.
    """
    return flexibility_scores(np.sum(profit, axis=-1), np.sum(baseline), np.sum(bound))


def score_interval(
    profit: Float[np.ndarray, "run horizon"],
    baseline: Float[np.ndarray, " horizon"],
    bound: Float[np.ndarray, " horizon"],
    resamples: int = 2000,
) -> Interval:
    """Return the mean pooled F over runs with its 95 % bootstrap interval over runs and horizons.

    Args:
        profit: of each run on each horizon [currency]; one run for policies without chance.
        baseline: profit without flexibility [currency].
        bound: profit of perfect foresight [currency].
        resamples: how often runs and horizons are drawn anew; draws with nothing to gain are left out.

    Returns:
        The mean and its interval, NaN where there is nothing to gain.
    """
    value = float(np.mean(pooled_score(profit, baseline, bound)))
    if np.isnan(value):
        return Interval(value, value, value)
    rng = np.random.default_rng(0)
    runs, horizons = profit.shape
    drawn = []
    for _ in range(resamples):
        of, on = rng.integers(0, runs, runs), rng.integers(0, horizons, horizons)
        drawn.append(float(np.mean(pooled_score(profit[of][:, on], baseline[on], bound[on]))))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def percent_of_bound(profit: float, bound: float) -> float | None:
    """Return 100 profit/bound, 100 bound/profit where both are losses, None where signs differ.

    Args:
        profit: of the policy [currency].
        bound: profit of perfect foresight [currency].
    """
    if bound > rounding(bound) and profit >= 0:
        return 100.0 * profit / bound
    if bound <= 0 and profit < -rounding(bound):
        return 100.0 * bound / profit
    return None


def rounding(bound: ArrayLike) -> Float[np.ndarray, ...]:
    """Return what is nothing beside a bound: 1e-6 of it, and at least 1e-6 of the currency."""
    return np.asarray(1e-6 * np.maximum(1.0, np.abs(bound)))

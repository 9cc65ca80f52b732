"""Statistics of a few runs: interquartile means with bootstrap intervals, and paired tests over months.

Scores are arrays of shape [run, part]: runs are seeds, parts are what every run is scored on, such as test
months or problems. Intervals draw runs anew within each part, since only the seeds are random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from jaxtyping import Float

from wattswarm.errors import InputError

Scores = Float[np.ndarray, "run part"]
Tables = Float[np.ndarray, "resample run part"]
Statistic = Callable[[Tables], Float[np.ndarray, " resample"]]


@dataclass(frozen=True)
class Interval:
    """A figure and how sure it is."""

    value: float
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""


@dataclass(frozen=True)
class Difference:
    """How one policy differs from another on the same months."""

    mean: Interval
    """Mean difference and its bootstrap interval."""
    p: float
    """Two-sided p-value of a sign-flip test of mean zero."""
    adjusted: float
    """The same, corrected for all comparisons made together (Holm)."""


def interquartile_mean(scores: Scores) -> float:
    """Return the mean of the middle half of all scores.

    Args:
        scores: of every run on every part.

    Returns:
        The mean without the lowest and the highest quarter.

    Source:
        Agarwal et al. (2021), Deep reinforcement learning at the edge of the statistical precipice.
    """
    return float(interquartile_means(np.asarray(scores, np.float64)[None])[0])


def interquartile_means(tables: Tables) -> Float[np.ndarray, " resample"]:
    """Return the interquartile mean of each of several tables of scores."""
    return np.asarray(scipy.stats.trim_mean(tables.reshape(len(tables), -1), 0.25, axis=1))


def interval(
    scores: Scores,
    rng: np.random.Generator,
    statistic: Statistic = interquartile_means,
    *,
    level: float = 0.95,
    resamples: int = 2000,
) -> Interval:
    """Return a statistic with its stratified bootstrap interval by percentiles.

    Args:
        scores: of every run on every part.
        statistic: of each of several arrays like `scores`.
        level: share of resamples inside the interval.
        resamples: how often runs are drawn anew.

    Raises:
        InputError: scores are not a table of finite numbers.

    Source:
        Agarwal et al. (2021), section 4.1.
    """
    scores = _table(scores)
    drawn = rng.integers(0, scores.shape[0], (resamples, *scores.shape))
    values = statistic(np.take_along_axis(scores[None], drawn, axis=1))
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(statistic(scores[None])[0]), float(low), float(high))


def probability_of_improvement(ours: Scores, theirs: Scores) -> float:
    """Return how likely a run of ours beats a run of theirs on the same part, ties counting half.

    Args:
        theirs: of another, on the same parts; the number of runs may differ.

    Returns:
        Mean over parts, 0 to 1.

    Raises:
        InputError: the parts differ, or scores are not tables of finite numbers.

    Source:
        Agarwal et al. (2021), section 4.3; Mann and Whitney (1947).
    """
    ours, theirs = _table(ours), _table(theirs)
    if ours.shape[1] != theirs.shape[1]:
        raise InputError(
            "methods are compared on different parts",
            where="scores",
            found=f"{ours.shape[1]} and {theirs.shape[1]} parts",
            expected="the same parts for both",
        )
    above = np.sign(ours[:, None] - theirs[None])
    return float((0.5 + 0.5 * above).mean())


def paired_differences(
    differences: Mapping[str, Float[np.ndarray, " month"]],
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    resamples: int = 9999,
) -> dict[str, Difference]:
    """Test several comparisons over the same months together.

    Where there is no difference, each month's may have either sign by chance: the test flips signs, in all
    ways if these are fewer than the resamples.

    Args:
        differences: for each comparison, what one policy earned above another, month by month.
        rng: draws flips and resamples.
        level: of the interval of the mean.
        resamples: most sign patterns and bootstrap draws.

    Returns:
        Each comparison's mean difference, p-value and p-value adjusted by Holm's method.

    Raises:
        InputError: a comparison has fewer than 2 months or a number that is not finite.
    """
    months = {name: _table(np.asarray(each, np.float64)[:, None]) for name, each in differences.items()}
    tests = [_sign_flip(each[:, 0], rng, resamples) for each in months.values()]
    return {
        name: Difference(interval(each, rng, _means, level=level, resamples=resamples), p, adjusted)
        for (name, each), p, adjusted in zip(months.items(), tests, holm(np.asarray(tests)), strict=True)
    }


def holm(p: Float[np.ndarray, " test"]) -> Float[np.ndarray, " test"]:
    """Return p-values adjusted so that the chance of any false alarm among them stays at the level.

    Returns:
        Adjusted p-values in the same order, at most 1.

    Source:
        Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    order = np.argsort(p)
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(steps)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def summarise(values: Float[np.ndarray, " result"]) -> dict[str, Any]:
    """Return interquartile mean, 95 % bootstrap interval and the values themselves, as JSON values.

    Args:
        values: one a horizon or a seed; NaN where there is none.

    Returns:
        `iqm`, `low`, `high` and `values`, None where nothing is known; the interval of one value is a point.
    """
    known = values[np.isfinite(values)]
    plain = [float(value) if np.isfinite(value) else None for value in values]
    if not len(known):
        return {"iqm": None, "low": None, "high": None, "values": plain}
    several = known if len(known) > 1 else np.repeat(known, 2)
    found = interval(several[:, None], np.random.default_rng(0))
    return {"iqm": found.value, "low": found.low, "high": found.high, "values": plain}


def _means(tables: Tables) -> Float[np.ndarray, " resample"]:
    return np.asarray(tables.mean(axis=(1, 2)))


def _sign_flip(differences: Float[np.ndarray, " month"], rng: np.random.Generator, resamples: int) -> float:
    test = scipy.stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", vectorized=True, n_resamples=resamples, rng=rng
    )
    return float(test.pvalue)


def _table(scores: Scores) -> Scores:
    table = np.asarray(scores, np.float64)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 1 or not np.isfinite(table).all():
        raise InputError(
            "no interval can be drawn from these scores",
            where="scores",
            found=f"shape {table.shape}, {np.count_nonzero(~np.isfinite(table))} not finite",
            expected="a table of finite numbers, two or more runs by one or more parts",
        )
    return table

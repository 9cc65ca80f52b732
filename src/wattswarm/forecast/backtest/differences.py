"""Whether one model forecasts better than another or only seems to: Diebold-Mariano, paired t, Cohen's d."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from wattswarm.data import Floats, Times
from wattswarm.errors import InputError


@dataclass(frozen=True)
class Better:
    """How sure it is that the first of two models is the better one."""

    statistic: float
    """Of Diebold and Mariano; negative where the first errs less."""
    p: float
    """One-sided p-value of "the first is no better"."""
    days: int
    """That were compared."""


@dataclass(frozen=True)
class Paired:
    """How two rows of paired figures differ."""

    mean: float
    """Of the differences, first less second."""
    statistic: float
    """Student's t."""
    p: float
    """Two-sided p-value of mean zero."""
    effect: float
    """Cohen's d of paired figures: mean of the differences over their standard deviation."""


def daily_losses(errors: Floats, dates: Times) -> Floats:
    """Return the mean absolute error of each day, over all forecasts made for or on it.

    Args:
        errors: of each forecast, shape [origin, step].
        dates: local date of each origin, datetime64[D], shape [origin].

    Returns:
        In the order of the dates, shape [day].
    """
    _, day = np.unique(dates, return_inverse=True)
    loss = np.mean(np.abs(errors), axis=1)
    return np.asarray(np.bincount(day, loss) / np.bincount(day))


def diebold_mariano(first: Floats, second: Floats, lags: int | None = None) -> Better:
    """Test whether one model's daily losses are smaller than another's on the same days.

    The mean difference is divided by its standard error by Newey and West with Bartlett weights. No lags is
    the test as published for day-ahead prices; a model beside itself is no difference: p = 0.5.

    Args:
        first: loss of each day, shape [day].
        second: of the other model on the same days, shape [day].
        lags: days over which errors may go together, by default 4 (days / 100) ** (2 / 9).

    Returns:
        The statistic and its p-value by Student's t with a degree of freedom less than days.

    Raises:
        InputError: the days differ, or are fewer than two.

    Source:
        Diebold and Mariano (1995), https://doi.org/10.1080/07350015.1995.10524599; Harvey, Leybourne and
        Newbold (1997), https://doi.org/10.1016/S0169-2070(96)00719-4, for Student's t; Newey and West
        (1994), https://doi.org/10.2307/2297912, for the lags.
    """
    apart = _apart(first, second)
    days, mean = len(apart), float(np.mean(apart))
    far = min(int(4 * (days / 100) ** (2 / 9)) if lags is None else lags, days - 1)
    centred = apart - mean
    together = [float(centred[lag:] @ centred[: days - lag]) / days for lag in range(far + 1)]
    weights = [1.0, *(2 * (1 - lag / (far + 1)) for lag in range(1, far + 1))]
    variance = float(np.dot(weights, together))
    statistic = _over(mean, float(np.sqrt(max(variance, 0.0) / days)))
    return Better(statistic, float(stats.t.cdf(statistic, days - 1)), days)


def paired_t(first: Floats, second: Floats) -> Paired:
    """Compare paired figures, such as errors of the same days or seeds.

    Args:
        first: figures, shape [pair].
        second: their partners, shape [pair].

    Returns:
        Student's paired t and Cohen's d; both 0 for equal figures.

    Raises:
        InputError: the rows differ in length, or hold fewer than two.

    Source:
        Cohen (1988), Statistical power analysis, section 2.3.5 (d_z); the formula that paper 001 names.
    """
    apart = _apart(first, second)
    mean, spread = float(np.mean(apart)), float(np.std(apart, ddof=1))
    statistic = _over(mean, spread / float(np.sqrt(len(apart))))
    p = float(2 * stats.t.sf(abs(statistic), len(apart) - 1))
    return Paired(mean, statistic, p, _over(mean, spread))


def _apart(first: Floats, second: Floats) -> Floats:
    if first.shape != second.shape or first.ndim != 1 or len(first) < 2:
        raise InputError(
            "the losses cannot be compared pair by pair",
            where="losses",
            found=f"shapes {first.shape} and {second.shape}",
            expected="the same days for both, two or more",
            mend="forecast over more days",
        )
    return first - second


def _over(mean: float, scale: float) -> float:
    """Return a mean in units of its scale: 0 where there is no difference, endless where it never varies."""
    if mean == 0.0:
        return 0.0
    return mean / scale if scale > 0.0 else float(np.copysign(np.inf, mean))

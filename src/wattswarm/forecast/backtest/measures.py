"""How far forecasts are from what came: errors of the mean, pinball loss, coverage and width of bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.contract import LEVELS

LEAST = 0.1
"""Smallest |truth| for which a percentage error counts, in the unit of the series."""


@dataclass(frozen=True)
class Measures:
    """Accuracy of a model's forecasts."""

    count: int
    """Forecasts measured."""
    rmse: float
    """Root of the mean squared error, in the unit of the series."""
    mae: float
    """Mean absolute error, in the unit of the series."""
    smape: float
    """Symmetric mean absolute error [%]."""
    mape: float
    """Mean absolute error as a share of the truth [%], NaN where every truth is near 0."""
    mape_left_out: int
    """Forecasts that `mape` leaves out, their truth being below `LEAST`."""
    rmae: float
    """MAE over that of the naive forecast, NaN where that one errs nowhere."""
    r2: float
    """Share of the variance that is explained, NaN where the truth does not vary."""
    pinball: float
    """Mean over `LEVELS` of the quantile loss, in the unit of the series; NaN without quantiles."""
    coverage_50: float
    """Share of truths within the band of 50 %, NaN without quantiles."""
    coverage_90: float
    """Share of truths within the band of 90 %, NaN without quantiles."""
    width_50: float
    """Mean width of the band of 50 %, in the unit of the series, NaN without quantiles."""
    width_90: float
    """Mean width of the band of 90 %, in the unit of the series, NaN without quantiles."""


def measure(truth: Floats, mean: Floats, naive: Floats, quantiles: Floats | None = None) -> Measures:
    """Return every measure of some forecasts.

    Args:
        truth: what came, in the unit of the series, any shape.
        mean: what was expected, the same shape.
        naive: what the naive model expected, the same shape.
        quantiles: at `LEVELS`, with one more axis; None where there are none.
    """
    share, left_out = mape(truth, mean)
    low_90, low_50, _, high_50, high_90 = (
        np.full((5, *truth.shape), np.nan) if quantiles is None else np.moveaxis(quantiles, -1, 0)
    )
    known = quantiles is not None
    return Measures(
        count=truth.size,
        rmse=rmse(truth, mean),
        mae=mae(truth, mean),
        smape=smape(truth, mean),
        mape=share,
        mape_left_out=left_out,
        rmae=rmae(truth, mean, naive),
        r2=r2(truth, mean),
        pinball=float("nan") if quantiles is None else pinball(truth, quantiles),
        coverage_50=coverage(truth, low_50, high_50) if known else float("nan"),
        coverage_90=coverage(truth, low_90, high_90) if known else float("nan"),
        width_50=float(np.mean(high_50 - low_50)),
        width_90=float(np.mean(high_90 - low_90)),
    )


def rmse(truth: Floats, mean: Floats) -> float:
    """Return the root of the mean squared error, in the unit of the series."""
    return float(np.sqrt(np.mean((truth - mean) ** 2)))


def mae(truth: Floats, mean: Floats) -> float:
    """Return the mean absolute error, in the unit of the series."""
    return float(np.mean(np.abs(truth - mean)))


def smape(truth: Floats, mean: Floats) -> float:
    """Return the symmetric mean absolute error: 200 |y - f| / (|y| + |f|) [%], 0 where both are 0.

    Source:
        Lago et al. (2021), https://doi.org/10.1016/j.apenergy.2021.116983, section 5.1.
    """
    size = np.abs(truth) + np.abs(mean)
    return float(200.0 * np.mean(np.abs(truth - mean) / np.where(size > 0.0, size, 1.0)))


def mape(truth: Floats, mean: Floats, least: float = LEAST) -> tuple[float, int]:
    """Return the mean absolute error as a share of the truth, where the truth is not near 0.

    Args:
        mean: what was expected, the same shape.
        least: smallest |truth| that counts, in the unit of the series.

    Returns:
        The share [%], NaN where no truth counts, and how many forecasts were left out.
    """
    counts = np.abs(truth) >= least
    left_out = int(truth.size - np.count_nonzero(counts))
    if left_out == truth.size:
        return float("nan"), left_out
    share = np.abs(truth[counts] - mean[counts]) / np.abs(truth[counts])
    return float(100.0 * np.mean(share)), left_out


def rmae(truth: Floats, mean: Floats, naive: Floats) -> float:
    """Return the MAE over the MAE of a naive forecast of the same steps, NaN where that one errs nowhere.

    Source:
        Lago et al. (2021), https://doi.org/10.1016/j.apenergy.2021.116983, section 5.1.
    """
    least = mae(truth, naive)
    return mae(truth, mean) / least if least > 0.0 else float("nan")


def r2(truth: Floats, mean: Floats) -> float:
    """Return the share of the variance of the truth that is explained, NaN where it does not vary."""
    spread = float(np.mean((truth - np.mean(truth)) ** 2))
    return 1.0 - float(np.mean((truth - mean) ** 2)) / spread if spread > 0.0 else float("nan")


def pinball(truth: Floats, quantiles: Floats, levels: tuple[float, ...] = LEVELS) -> float:
    """Return the mean quantile loss over all levels, in the unit of the series.

    Args:
        quantiles: of each truth, with one more axis for the levels.
        levels: between 0 and 1, shape [level].

    Source:
        Koenker and Bassett (1978), https://doi.org/10.2307/1913643.
    """
    above = truth[..., None] - quantiles
    share = np.asarray(levels)
    return float(np.mean(np.maximum(share * above, (share - 1.0) * above)))


def coverage(truth: Floats, low: Floats, high: Floats) -> float:
    """Return the share of truths within a band, its borders included."""
    return float(np.mean((low <= truth) & (truth <= high)))

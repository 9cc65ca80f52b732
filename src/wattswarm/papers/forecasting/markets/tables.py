"""What came out of a comparison: a row a forecaster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wattswarm.papers.forecasting.markets.comparisons import Comparison


@dataclass(frozen=True)
class Row:
    """A forecaster's figures, means over its seeds.

    Args:
        settings: other than the usual ones.
        refit_days: days from one training to the next, 0 for one training, None where it learns nothing.
        rmse: root of the mean squared error, in the unit that is told.
        mae: mean absolute error, likewise.
        smape: symmetric mean absolute error [%].
        rmae: MAE over that of the naive forecast.
        coverage_90: share of truths in the band of 90 %.
        width_90: mean width of that band, in the unit that is told.
        cpu_s: processor time of a seed's trainings and forecasts [s].
        seeds: trainings behind the means.
        spread: least and greatest MAE of a seed.
        p: for each of `RIVALS`, one-sided p-value of "no better than it", None for the rival itself.
    """

    model: str
    settings: str
    refit_days: int | None
    rmse: float
    mae: float
    smape: float
    rmae: float
    coverage_90: float
    width_90: float
    cpu_s: float
    seeds: int
    spread: tuple[float, float]
    p: Mapping[str, float | None]


@dataclass(frozen=True)
class Table:
    """What came out of a comparison.

    Args:
        learned_until: first local day that the first training did not see.
        judged_from: first local day that was judged.
        forecasts: steps that were judged.
        rows: the smallest mean absolute error first.
        lead: one-sided p-value of "the first row is no better than the second".
    """

    comparison: Comparison
    learned_until: str
    judged_from: str
    days: int
    forecasts: int
    rows: tuple[Row, ...]
    lead: float

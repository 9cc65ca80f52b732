"""What came out of a comparison: a row a forecaster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wattswarm.papers.forecasting.markets.comparisons import Comparison


@dataclass(frozen=True)
class Row:
    """A forecaster's figures, means over its seeds."""

    model: str
    settings: str
    """Other than the usual ones."""
    refit_days: int | None
    """Days from one training to the next, 0 for one training, None where it learns nothing."""
    rmse: float
    """Root of the mean squared error, in the unit that is told."""
    mae: float
    """Mean absolute error, likewise."""
    smape: float
    """Symmetric mean absolute error [%]."""
    rmae: float
    """MAE over that of the naive forecast."""
    coverage_90: float
    """Share of truths in the band of 90 %."""
    width_90: float
    """Mean width of that band, in the unit that is told."""
    cpu_s: float
    """Processor time of a seed's trainings and forecasts [s]."""
    seeds: int
    """Trainings behind the means."""
    spread: tuple[float, float]
    """Least and greatest MAE of a seed."""
    p: Mapping[str, float | None]
    """For each of `RIVALS`, one-sided p-value of "no better than it", None for the rival itself."""


@dataclass(frozen=True)
class Table:
    """What came out of a comparison."""

    comparison: Comparison
    learned_until: str
    """First local day that the first training did not see."""
    judged_from: str
    """First local day that was judged."""
    days: int
    forecasts: int
    """Steps that were judged."""
    rows: tuple[Row, ...]
    """The smallest mean absolute error first."""
    lead: float
    """One-sided p-value of "the first row is no better than the second"."""

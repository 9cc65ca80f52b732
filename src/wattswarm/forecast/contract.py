"""The contract of all forecasters: fit on a record, then forecast from any origin, mean and quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.record import Record

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of every forecast: the median and the bands of 50 and 90 %."""


@dataclass(frozen=True)
class Forecast:
    """What is expected of the steps that follow each origin."""

    origins: Origins
    """Shape [origin]."""
    mean: Floats
    """In the unit of the series, shape [origin, step]."""
    quantiles: Floats | None = None
    """At `LEVELS`, never falling along the last axis, shape [origin, step, level]; None where the model has
    none before calibration."""


def join_forecasts(parts: Sequence[Forecast]) -> Forecast:
    """Return forecasts from different origins as one, with quantiles where all have them."""
    quantiles = [each.quantiles for each in parts if each.quantiles is not None]
    return Forecast(
        np.concatenate([each.origins for each in parts]),
        np.concatenate([each.mean for each in parts]),
        np.concatenate(quantiles) if len(quantiles) == len(parts) else None,
    )


class Model(Protocol):
    """A forecaster that has learned."""

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Forecast from each origin by nothing but what is known there.

        Args:
            record: may reach beyond the origins; what is not known at an origin must not change its forecast.
            origins: first unknown step of each forecast, shape [origin].

        Returns:
            The forecast of `ask.steps` steps from each origin.

        Raises:
            InputError: there is too little history before an origin.
        """
        ...


class Forecaster(Protocol):
    """A way to learn to forecast; its fields are its settings."""

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    def reach(self, record: Record) -> int:
        """Return how many steps it reads before an origin, on the grid of a record."""
        ...

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> Model:
        """Learn from all of the record.

        Args:
            record: as it stands at the end of training (`Record.until`).
            seed: of everything random.

        Raises:
            InputError: the record is too short, or constant.
        """
        ...

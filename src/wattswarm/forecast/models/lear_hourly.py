"""LEAR with coefficients of its own for every hour of the day that a forecast begins at.

A path of 24 hours that begins at noon holds an evening's peak in its first half, one that begins at midnight
in its second: coefficients that all hours share can tell neither. Each learns from a 24th of the forecasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.almanac import clock_at
from wattswarm.forecast.features.origins import training_origins
from wattswarm.forecast.models.lear import Lear, LearModel
from wattswarm.forecast.record import Record
from wattswarm.forecast.state import ModelState


@dataclass(frozen=True)
class HourlyLear:
    """A lasso autoregression for each hour that a forecast begins at and each step ahead.

    Source:
        Lago et al. 2021, DOI 10.1016/j.apenergy.2021.116983, for forecasts that begin at midnight.
    """

    windows: tuple[int, ...] = Lear.windows
    """Days of each calibration window, the latest of the record; one longer than the record is all of it."""
    noise: float = 0.1
    """Share of the variance that is taken as noise when regressors are chosen: more of it, fewer."""

    name = "lear-hourly"

    def reach(self, record: Record) -> int:
        return self._each.reach(record)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> HourlyLearModel:  # noqa: ARG002 (nothing random)
        """Let each hour at which forecasts begin learn from those of its own."""
        origins = training_origins(record, ask, self.reach(record))
        hours = _hours(record, origins)
        each = {int(hour): self._each.learn(record, ask, origins[hours == hour]) for hour in np.unique(hours)}
        return HourlyLearModel(each, ask.steps)

    @property
    def _each(self) -> Lear:
        return Lear(self.windows, self.noise)


@dataclass(frozen=True)
class HourlyLearModel:
    """What each hour learned."""

    hours: Mapping[int, LearModel]
    """Local hours at which forecasts began, and the model of each."""
    steps: int
    """Forecast from each origin."""

    name = "lear-hourly"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Forecast by the model of the hour at which each forecast begins.

        Raises:
            InputError: as `Model.predict`, or no forecast that begins at such an hour was learned from.
        """
        hours = _hours(record, origins)
        strangers = sorted(set(hours.tolist()) - set(self.hours))
        if strangers:
            raise InputError(
                "the model was not trained on forecasts that begin at this hour",
                where=record.target.name,
                found=", ".join(f"{hour}:00" for hour in strangers),
                expected=", ".join(f"{hour}:00" for hour in sorted(self.hours)),
                mend="ask at those hours, or train with forecasts of every hour",
            )
        mean = np.empty((len(origins), self.steps))
        for hour in np.unique(hours):
            mean[hours == hour] = self.hours[int(hour)].predict(record, origins[hours == hour]).mean
        return Forecast(origins, mean)

    def to_state(self) -> ModelState:
        """Return what a file needs: what each hour does, its arrays under its number."""
        state = {hour: model.to_state() for hour, model in self.hours.items()}
        arrays = {f"{hour}/{name}": array for hour, of in state.items() for name, array in of.arrays.items()}
        facts = {"steps": self.steps, "hours": {str(hour): dict(of.facts) for hour, of in state.items()}}
        return ModelState(facts, arrays, next(iter(state.values())).features)

    @classmethod
    def from_state(cls, state: ModelState) -> HourlyLearModel:
        hours = {}
        for hour, facts in state.facts["hours"].items():
            hours[int(hour)] = LearModel.from_state(
                ModelState(facts, state.under(f"{hour}/"), state.features)
            )
        return cls(hours, state.facts["steps"])


def _hours(record: Record, origins: Origins) -> NDArray[np.int64]:
    """Return the local hour at which each forecast begins."""
    return np.asarray(np.floor(clock_at(record.target, origins).hour), np.int64)

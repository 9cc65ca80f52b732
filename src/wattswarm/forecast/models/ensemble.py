"""The mean of several forecasters, which errs less than most of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast, Forecaster, Model
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster, model_class
from wattswarm.forecast.state import ModelState, to_state


@dataclass(frozen=True)
class Ensemble:
    """Forecasters of one question, with equal say."""

    members: tuple[str, ...] = ("lear", "boosting", "boosting-l1")
    """Their names."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is set otherwise in them, by name of the member."""

    def __post_init__(self) -> None:
        """Refuse an ensemble of none, and settings of no member."""
        strangers = sorted(set(self.settings) - set(self.members))
        if not self.members or strangers:
            raise InputError(
                "the ensemble has settings of a model that is not a member"
                if strangers
                else "the ensemble has no members",
                where="ensemble",
                found=", ".join(strangers) or None,
                expected=", ".join(self.members) or "names of models",
            )

    name = "ensemble"

    def reach(self, record: Record) -> int:
        """Return how many steps the furthest of them reads before an origin."""
        return max(each.reach(record) for each in self.forecasters)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> EnsembleModel:
        """Let each learn."""
        return EnsembleModel(tuple(each.fit(record, ask, seed=seed) for each in self.forecasters))

    @property
    def forecasters(self) -> list[Forecaster]:
        """Its members with their settings."""
        return [forecaster(each, **self.settings.get(each, {})) for each in self.members]


@dataclass(frozen=True)
class EnsembleModel:
    """Models of one question."""

    members: tuple[Model, ...]
    """With equal say."""

    name = "ensemble"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Return the mean of what they forecast, of quantiles where all have them."""
        forecasts = [each.predict(record, origins) for each in self.members]
        quantiles = [each.quantiles for each in forecasts if each.quantiles is not None]
        bands = np.mean(quantiles, axis=0) if len(quantiles) == len(forecasts) else None
        return Forecast(origins, np.mean([each.mean for each in forecasts], axis=0), bands)

    def to_state(self) -> ModelState:
        """Return what a file needs: what each member does, its arrays under its number."""
        state = [to_state(each) for each in self.members]
        facts = [
            {"name": each.name, "facts": dict(of.facts), "features": list(of.features)}
            for each, of in zip(self.members, state, strict=True)
        ]
        arrays = {
            f"{number}/{name}": array for number, of in enumerate(state) for name, array in of.arrays.items()
        }
        features = dict.fromkeys(feature for of in state for feature in of.features)
        return ModelState({"members": facts}, arrays, tuple(features))

    @classmethod
    def from_state(cls, state: ModelState) -> EnsembleModel:
        members = []
        for number, fact in enumerate(state.facts["members"]):
            of = ModelState(fact["facts"], state.under(f"{number}/"), tuple(fact["features"]))
            members.append(model_class(fact["name"]).from_state(of))
        return cls(tuple(members))

"""Gradient-boosted trees on the residual of a naive forecast (LightGBM), with quantiles where asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import lightgbm
import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import LEVELS, Forecast
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.origins import outcomes, training_origins
from wattswarm.forecast.features.rows import Features, design
from wattswarm.forecast.models.baselines import Rule, repeat
from wattswarm.forecast.record import Record, refuse_other_columns
from wattswarm.forecast.state import ModelState

Loss = Literal["squared", "absolute"]

_OBJECTIVES = {"squared": "l2", "absolute": "l1"}
_ROWS_AT_ONCE = 200_000
"""Rows whose features are laid out together, to bound the memory of long paths."""


@dataclass(frozen=True)
class Boosting:
    """Trees that correct a naive forecast, one set for all steps ahead."""

    loss: Loss = "squared"
    """Squared errors aim at the mean, absolute ones at the median."""
    quantiles: bool = False
    """Whether a set of trees is grown for each level too, which takes six times as long."""
    anchor: Rule | None = None
    """Naive forecast that is corrected; by default the last value one step ahead, and the same time of the
    day before for longer paths."""
    trees: int = 400
    """Grown one after another."""
    rate: float = 0.05
    """Share of each tree's correction that is taken."""
    leaves: int = 63
    """Of a tree."""
    least: int = 40
    """Rows in a leaf."""
    rows: float = 0.8
    """Share of rows that each tree sees."""
    columns: float = 0.7
    """Share of features that each tree sees."""
    most: int = 200_000
    """Rows to learn from; of more, origins are taken evenly."""
    threads: int = 0
    """Of the processor, 0 for all; the trees do not depend on it."""
    features: Features = field(default_factory=Features)
    """What it looks at."""

    @property
    def name(self) -> str:
        return "boosting" if self.loss == "squared" else "boosting-l1"

    def reach(self, record: Record) -> int:
        return self.features.reach(record)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> BoostingModel:
        """Grow the trees."""
        origins = training_origins(record, ask, self.reach(record))
        thin = -(-len(origins) * ask.steps // self.most)
        history = History(record, origins[:: max(1, thin)], ask.steps)
        anchor = self.anchor or ("persistence" if ask.steps == 1 else "naive-day")
        naive = repeat(anchor, history)
        laid = design(history, self.features, naive)
        residual = outcomes(record, history.origins, ask.steps) - naive
        rows = lightgbm.Dataset(laid.rows, residual.ravel(), params={"verbose": -1}, free_raw_data=False)
        objectives: list[dict[str, Any]] = [{"objective": _OBJECTIVES[self.loss]}]
        if self.quantiles:
            objectives += [{"objective": "quantile", "alpha": level} for level in LEVELS]
        trees = tuple(
            lightgbm.train({**self._parameters(seed), **each}, rows, self.trees).model_to_string()
            for each in objectives
        )
        return BoostingModel(self.name, trees, ask.steps, anchor, self.features, laid.names)

    def _parameters(self, seed: int) -> dict[str, float | int | bool]:
        return {
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.least,
            "bagging_fraction": self.rows,
            "bagging_freq": 1,
            "feature_fraction": self.columns,
            "num_threads": self.threads,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }


@dataclass(frozen=True)
class BoostingModel:
    """Grown trees."""

    name: str
    """In tables and files."""
    trees: tuple[str, ...]
    """In LightGBM's text form: those of the mean, then of each level where there are quantiles."""
    steps: int
    """Forecast from each origin."""
    anchor: Rule
    """Naive forecast that is corrected."""
    looks: Features
    """What it looks at."""
    features: tuple[str, ...]
    """The same in words, with when each is known."""

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Correct the naive forecast."""
        sets = [lightgbm.Booster(model_str=text) for text in self.trees]
        each = max(1, _ROWS_AT_ONCE // self.steps)
        parts = [
            self._correct(sets, record, origins[first : first + each])
            for first in range(0, max(1, len(origins)), each)
        ]
        found = np.concatenate(parts, axis=1)
        levels = np.sort(np.moveaxis(found[1:], 0, -1), axis=-1) if len(found) > 1 else None
        return Forecast(origins, found[0], levels)

    def to_state(self) -> ModelState:
        """Return what a file needs: the trees as text in bytes."""
        arrays = {
            f"trees {number}": np.frombuffer(text.encode(), np.uint8)
            for number, text in enumerate(self.trees)
        }
        facts = {"name": self.name, "steps": self.steps, "anchor": self.anchor, "looks": asdict(self.looks)}
        return ModelState(facts, arrays, self.features)

    @classmethod
    def from_state(cls, state: ModelState) -> BoostingModel:
        trees = tuple(
            state.arrays[f"trees {number}"].tobytes().decode() for number in range(len(state.arrays))
        )
        facts = state.facts
        looks: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in facts["looks"].items()
        }
        return cls(facts["name"], trees, facts["steps"], facts["anchor"], Features(**looks), state.features)

    def _correct(self, sets: list[lightgbm.Booster], record: Record, origins: Origins) -> Floats:
        """Return what each set of trees forecasts, shape [set, origin, step]."""
        history = History(record, origins, self.steps)
        naive = repeat(self.anchor, history)
        laid = design(history, self.looks, naive)
        refuse_other_columns(record, laid.names, self.features)
        rows = laid.rows
        return np.stack([naive + np.reshape(trees.predict(rows), naive.shape) for trees in sets])

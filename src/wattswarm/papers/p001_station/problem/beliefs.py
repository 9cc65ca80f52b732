"""What is believed of prices not yet published: what is usual, a model's word, or the truth with noise.

Models of the training days never saw the days they forecast: each half of the training span is forecast by a
model of the other half, so that a learner meets errors of the size it will meet later. Days of validation and
test are forecast by a model of the whole training span.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from wattswarm.data import Floats, Series, local_midnight
from wattswarm.errors import no_such
from wattswarm.evaluate import FIRST
from wattswarm.forecast import (
    Forecaster,
    Model,
    Record,
    forecaster,
    forecaster_names,
    load_model,
    next_day,
    save_model,
)
from wattswarm.forecast.tuning import Allowance, Settings, tune_forecaster
from wattswarm.outlook import believing, with_forecasts
from wattswarm.papers.experiment import plain_name
from wattswarm.world import Scenario

PUBLISHED, NOW, USUAL, PERFECT = "published", "now", "usual", "perfect"
"""No belief beyond what is published, as now, the hour's mean with a fading deviation, and the truth."""
BY_POA = "bilstm by POA"
"""The BiLSTM with settings that the pelican found on the training days, as in the paper."""
_TUNED, _ALLOWANCE = "bilstm", Allowance(28, 4)
_HALF, _TAUGHT = date(2024, 9, 1), date(2025, 4, 1)
_FEW_TREES: Settings = {"trees": 40, "most": 20_000}
_LESS: Mapping[str, Settings] = MappingProxyType({"boosting": _FEW_TREES, "boosting-l1": _FEW_TREES})
"""Settings of models that learn little, to see that it works."""
_AR_1 = 0.97
"""Share of an error that is left in the next step, for noise that hangs together."""


@dataclass(frozen=True)
class Noise:
    """The truth with errors of its own making."""

    level: float
    """Standard deviation of the errors, as a share of the price."""
    together: bool
    """Whether errors of neighbouring steps hang together (AR(1), 0.97 a step), else independent."""
    seed: int = 0
    """Of the errors; every forecast has new ones."""

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return f"{'AR(1)' if self.together else 'iid'} noise {100 * self.level:g} %"


Belief = str | Noise
"""One of the words above, the name of a forecaster, or noise."""


def name_of(belief: Belief) -> str:
    """Return the name of a belief in tables and files."""
    return belief.name if isinstance(belief, Noise) else belief


@dataclass(frozen=True, eq=False)
class PriceModels:
    """Prices and the models that were fitted on them, kept as files."""

    prices: Series
    folder: Path | None = None
    """Of the models' files, None to keep none."""
    quick: bool = False
    """Whether models learn little, to see that it works."""

    @cached_property
    def record(self) -> Record:
        """The prices as forecasters read them."""
        return Record(self.prices)

    def believing(self, scenario: Scenario, belief: Belief) -> Scenario:
        """Return the scenario as one with such a belief sees it."""
        if isinstance(belief, Noise):
            return _with_noise(scenario, belief)
        if belief == PERFECT:
            return _with_noise(scenario, Noise(0.0, together=False))
        if belief in (PUBLISHED, USUAL):
            return believing(scenario, ahead_fill="usual")
        if belief == NOW:
            return believing(scenario, ahead_fill="now")
        if not self.is_model(belief):
            known = (PUBLISHED, NOW, USUAL, PERFECT, BY_POA, *forecaster_names())
            raise no_such("there is no such belief", where="belief", found=belief, known=known)
        day = (scenario.times[0] + np.timedelta64(12, "h")).astype("datetime64[D]").astype(date)
        return with_forecasts(scenario, self.model(belief, day), self.record)

    def is_model(self, belief: Belief) -> bool:
        """Return whether a belief is that of a forecaster."""
        return belief == BY_POA or belief in forecaster_names()

    def model(self, name: str, day: date) -> Model:
        """Return a model that may forecast a day, fitted or from its file."""
        return _fitted(self, name, *self.learned(day))

    def learned(self, day: date) -> tuple[date, date]:
        """Return from when to when a model learns that may forecast a day."""
        if day < _HALF:
            return _HALF, _TAUGHT
        return FIRST, _HALF if day < _TAUGHT else _TAUGHT

    def _forecaster(self, name: str) -> Forecaster:
        if name == BY_POA:
            return forecaster(_TUNED, **self.tuned)
        if not self.quick:
            return forecaster(name)
        return forecaster(name, **_LESS.get(name, {}))

    @cached_property
    def tuned(self) -> Settings:
        """Settings of the BiLSTM that err least on the end of the training span, by the pelican."""
        learned = self.record.until(self._step(_TAUGHT))
        kept = None if self.folder is None else self.folder / f"{plain_name(BY_POA)}.jsonl"
        found = tune_forecaster(
            _TUNED, learned, next_day(learned), method="pelican", allowance=_ALLOWANCE, path=kept
        )
        return found.best.settings

    def _step(self, day: date) -> int:
        midnight = local_midnight(day, self.prices.timezone)
        return int((midnight - self.prices.start) / np.timedelta64(self.prices.step_s, "s"))

    def is_fitted(self, name: str, day: date) -> bool:
        """Return whether the file of a model that may forecast a day is there."""
        return self.is_cached(name, *self.learned(day))

    def is_cached(self, name: str, first: date, end: date) -> bool:
        """Return whether the file of a model of a stretch of days is there."""
        path = self._file(name, first, end)
        return path is not None and path.is_file()

    def _file(self, name: str, first: date, end: date) -> Path | None:
        return None if self.folder is None else self.folder / f"{plain_name(name)}-{first}-{end}.safetensors"

    def fit(self, name: str, first: date, end: date) -> Model:
        """Return a model of a stretch of days, from its file where there is one."""
        path = self._file(name, first, end)
        if path is not None and path.is_file():
            return load_model(path).model
        learned = self.record.until(self._step(end)).since(self._step(first))
        ask = next_day(learned)
        made = self._forecaster(name).fit(learned, ask, seed=0)
        if path is not None:
            save_model(path, made, learned, ask)
        return made


@lru_cache(maxsize=64)
def _fitted(models: PriceModels, name: str, first: date, end: date) -> Model:
    return models.fit(name, first, end)


def _with_noise(scenario: Scenario, noise: Noise) -> Scenario:
    """Return the scenario with forecasts that are the truth times one and an error, never below 0.

    What comes after the scenario's end is as its last step.
    """
    steps, begun = scenario.steps, scenario.known_until
    lead = round(24.0 / scenario.arrays.dt_h)
    truth = scenario.market[np.minimum(begun[:, None] + np.arange(lead), steps - 1)]
    rng = np.random.default_rng([noise.seed, int(scenario.times[0].astype(np.int64) // 86_400)])
    errors = rng.standard_normal((steps, lead))
    if noise.together:
        errors = _ar_1(errors)
    factor = np.maximum(1.0 + noise.level * errors, 0.0)
    return believing(scenario, prices=truth * factor, ahead_fill="forecast")


def _ar_1(shocks: Floats) -> Floats:
    """Return errors of variance 1 along each row, each step keeping most of the one before."""
    errors = shocks.copy()
    for at in range(1, shocks.shape[1]):
        errors[:, at] = _AR_1 * errors[:, at - 1] + np.sqrt(1.0 - _AR_1**2) * shocks[:, at]
    return errors

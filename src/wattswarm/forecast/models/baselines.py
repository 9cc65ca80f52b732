"""Forecasts that learn nothing: the last value, the same time yesterday or last week, the weekday rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.almanac import clock_at
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.origins import training_origins
from wattswarm.forecast.record import Record
from wattswarm.forecast.state import ModelState

Rule = Literal["persistence", "naive-day", "naive-week", "weekday-rule"]

_WEEK = 7
_LIKE_THE_DAY_BEFORE = (1, 2, 3, 4)
"""Weekdays that resemble the day before them, Tuesday to Friday."""


@dataclass(frozen=True)
class Naive:
    """A rule that repeats the past."""

    rule: Rule
    """Which past it repeats."""

    @property
    def name(self) -> str:
        return self.rule

    def reach(self, record: Record) -> int:
        days = {"persistence": 0, "naive-day": 1}.get(self.rule, _WEEK)
        return max(1, days * record.day)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> NaiveModel:  # noqa: ARG002 (nothing random)
        """Check that the record can be learned from, as for any forecaster."""
        training_origins(record, ask, self.reach(record))
        return NaiveModel(self.rule, ask.steps)


@dataclass(frozen=True)
class NaiveModel:
    """The rule, for a number of steps."""

    rule: Rule
    """Which past it repeats."""
    steps: int
    """Forecast from each origin."""

    @property
    def name(self) -> str:
        return self.rule

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Repeat the past."""
        return Forecast(origins, repeat(self.rule, History(record, origins, self.steps)))

    def to_state(self) -> ModelState:
        return ModelState({"rule": self.rule, "steps": self.steps})

    @classmethod
    def from_state(cls, state: ModelState) -> NaiveModel:
        facts: dict[str, Any] = dict(state.facts)
        return cls(facts["rule"], int(facts["steps"]))


def repeat(rule: Rule, history: History) -> Floats:
    """Repeat the past by a rule.

    Args:
        rule: `persistence` is the last value; `naive-day` and `naive-week` the latest known value at the same
            time of day, and that of the same weekday; `weekday-rule` the former from Tuesday to Friday and
            the latter otherwise.

    Returns:
        In the unit of the target, shape [origin, step].

    Raises:
        InputError: there is too little history before an origin.

    Source:
        The weekday rule: Nogales et al. 2002, DOI 10.1109/TPWRS.2002.1007902.
    """
    if rule == "persistence":
        return np.repeat(history.target(history.before(1)), history.steps, axis=1)
    if rule == "naive-day":
        return history.target(history.same_time(1))
    week = history.target(history.same_time(1, every=_WEEK))
    if rule == "naive-week":
        return week
    weekday = clock_at(history.record.target, history.ahead).weekday
    like_yesterday = np.isin(weekday, _LIKE_THE_DAY_BEFORE)
    return np.where(like_yesterday, history.target(history.same_time(1)), week)

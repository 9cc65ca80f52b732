"""A row of features for every step of every forecast, made of nothing but what is known at its origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.features.almanac import COLUMNS, almanac_at
from wattswarm.forecast.features.history import History, Statistic
from wattswarm.forecast.record import Covariate, Record

_WEEK = 7
_BEFORE = "before the origin"
_STATISTICS: tuple[Statistic, ...] = ("mean", "std", "min", "max")


@dataclass(frozen=True)
class Features:
    """What a forecaster looks at."""

    recent: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8)
    """Steps before the origin whose values it sees."""
    days: tuple[int, ...] = (1, 2, 3)
    """It sees the time of day that is forecast on the latest, second latest .. such day known."""
    weeks: tuple[int, ...] = (1, 2)
    """As `days`, for the same weekday."""
    around: tuple[int, ...] = (-2, -1, 1, 2, 3, 4)
    """Steps earlier and later than that time of day, on the latest day."""
    profile: int = 7
    """Days whose mean, least and greatest values at that time of day it sees."""
    windows_h: tuple[int, ...] = (2, 6, 24, 168)
    """Hours before the origin whose mean, spread and extremes it sees."""
    country: str | None = None
    """Whose public holidays count; None for that of the record's time zone, empty for none."""

    def reach(self, record: Record) -> int:
        """Return how many steps are read before an origin."""
        days = (*self.days, *(_WEEK * week for week in self.weeks), self.profile, 2 * bool(self.around))
        windows = (steps_of(hours, record) for hours in self.windows_h)
        return max(1, *self.recent, max(days) * record.day + max(1, *(abs(o) for o in self.around)), *windows)


class Column(NamedTuple):
    """A feature of all forecast steps."""

    name: str
    """What it is."""
    known: str
    """When it is known, in words."""
    values: Floats
    """Spread to shape [origin, step]."""
    level: bool = False
    """Whether it is a value of the target, to be given as a difference from the naive forecast."""


@dataclass(frozen=True)
class Design:
    """The rows of all forecasts."""

    values: Floats
    """NaN where a covariate has none, shape [origin, step, feature]."""
    names: tuple[str, ...]
    """What each feature is and when it is known, in words, shape [feature]."""

    @property
    def rows(self) -> Floats:
        """All forecast steps as rows, shape [origin * step, feature]."""
        return self.values.reshape(-1, self.values.shape[-1])


def design(history: History, features: Features, naive: Floats) -> Design:
    """Lay out the features of every step of every forecast.

    Args:
        history: what is known, at which origins, of how many steps.
        naive: the forecast that is to be corrected: values of the target are given as differences from it,
            shape [origin, step].

    Raises:
        InputError: there is too little history before an origin, or a column ends before a forecast does.
    """
    columns = [*_past(history, features), *_changes(history, features), *_calendar(history, features)]
    for each in history.record.covariates:
        columns += _beforehand(history, each) if each.known == "beforehand" else _afterwards(history, each)
    values = np.empty((*naive.shape, len(columns)))
    for number, column in enumerate(columns):
        values[:, :, number] = column.values - naive if column.level else column.values
    return Design(values, tuple(f"{column.name} ({column.known})" for column in columns))


def _past(history: History, features: Features) -> Iterator[Column]:
    """Yield the target's level."""
    for lag in features.recent:
        yield Column(f"value {lag} back", _BEFORE, history.target(history.before(lag)), True)
    for nth in features.days:
        yield Column(f"same time, day {nth}", _BEFORE, history.target(history.same_time(nth)), True)
    for nth in features.weeks:
        found = history.target(history.same_time(nth, every=_WEEK))
        yield Column(f"same time, week {nth}", _BEFORE, found, True)
    for offset in features.around:
        found = history.target(history.same_time(1, offset=offset))
        yield Column(f"same time {offset:+d}, day 1", _BEFORE, found, True)
    if features.profile:
        days = np.stack([history.target(history.same_time(nth + 1)) for nth in range(features.profile)])
        for name, found in (("mean", days.mean(0)), ("min", days.min(0)), ("max", days.max(0))):
            yield Column(f"same time, {name} of {features.profile} days", _BEFORE, found, True)
    for hours in features.windows_h:
        for statistic in _STATISTICS:
            found = history.window(steps_of(hours, history.record), statistic)
            yield Column(f"{statistic} of {hours} h", _BEFORE, found, statistic != "std")


def _changes(history: History, features: Features) -> Iterator[Column]:
    """Yield how the target went on from this time of day to the forecast one on the days before."""
    days = {nth: _went_on(history, nth, 1) for nth in {*features.days, *range(1, features.profile + 1)}}
    weeks = {nth: _went_on(history, nth, _WEEK) for nth in features.weeks}
    for nth in features.days:
        yield Column(f"change, day {nth}", _BEFORE, days[nth])
    for nth in features.weeks:
        yield Column(f"change, week {nth}", _BEFORE, weeks[nth])
    if features.profile:
        mean = np.mean([days[nth + 1] for nth in range(features.profile)], axis=0)
        yield Column(f"change, mean of {features.profile} days", _BEFORE, mean)
    if features.weeks:
        mean = np.mean([weeks[nth] for nth in features.weeks], axis=0)
        yield Column(f"change, mean of {len(features.weeks)} weeks", _BEFORE, mean)


def _went_on(history: History, nth: int, every: int) -> Floats:
    start = history.target(history.before(1 + nth * every * history.record.day))
    return history.target(history.same_time(nth, every=every)) - start


def _calendar(history: History, features: Features) -> Iterator[Column]:
    """Yield the day and hour that is forecast, and how far ahead it is."""
    days = almanac_at(history.record.target, history.ahead, features.country)
    for number, name in enumerate(COLUMNS):
        yield Column(name, "always", days[..., number])
    if history.steps > 1:
        yield Column("steps ahead", "always", np.arange(history.steps, dtype=np.float64)[None, :])


def _beforehand(history: History, column: Covariate) -> Iterator[Column]:
    """Yield a covariate known for the forecast steps: its level, its neighbours, and what it was."""
    now = history.column(column, history.ahead)
    yield Column(column.name, "beforehand", now)
    if history.steps > 1:
        yield Column(f"{column.name}, mean ahead", "beforehand", now.mean(axis=1, keepdims=True))
    for nth in (1, _WEEK):
        found = history.column(column, history.same_time(nth))
        yield Column(f"{column.name}, day {nth}", _BEFORE, found)


def _afterwards(history: History, column: Covariate) -> Iterator[Column]:
    """Yield a covariate known once it is over: its latest values, and those of the same time of day."""
    known = f"{column.late} steps after the target" if column.late else _BEFORE
    for back in (1, 2, 3, 4):
        found = history.column(column, history.before(column.late + back))
        yield Column(f"{column.name}, latest {back}", known, found)
    for nth in (1, _WEEK):
        found = history.column(column, history.same_time(nth, late=column.late))
        yield Column(f"{column.name}, day {nth}", known, found)


def steps_of(hours: int, record: Record) -> int:
    """Return how many steps of a record make so many hours, at least 2."""
    return max(2, hours * record.day // 24)

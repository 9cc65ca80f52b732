"""Regressors of LEAR: whole days of the past and of covariates, hour by hour, and the weekday.

On grids finer than an hour whole days are hourly means, beside the exact time of the forecast step on
those days: a day of quarter-hours would be four times as many regressors for little more information. What
forecasts less than a day sees the latest values one by one too, which tell most of the next step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from wattswarm.data import Floats
from wattswarm.forecast.features.almanac import COLUMNS, almanac_at
from wattswarm.forecast.features.history import History, Index
from wattswarm.forecast.record import Covariate

_DAYS = (1, 2, 3, 7)
_DAYS_BESIDE = (1, 7)
_LATEST = tuple(range(1, 9))
_WEEK = 7
_HOLIDAYS = ("holiday", "holiday tomorrow", "holiday yesterday")


class Regressors(NamedTuple):
    """What each step's forecast is a sum of."""

    days: Floats
    """The same for all steps, shape [origin, regressor]."""
    same_time: Floats
    """Of the forecast step's own time of day, shape [origin, step, day], no day on hourly grids."""
    calendar: Floats
    """Zeros and ones of the forecast step's day, shape [origin, step, indicator]."""
    names: tuple[str, ...]
    """What they are and when known, in words, a line for each day of a series."""


def regressors(history: History) -> Regressors:
    """Lay out the regressors of each forecast.

    Returns:
        The regressors, NaN where a covariate has no value.

    Raises:
        InputError: there is too little history before an origin, or a column ends before a forecast does.

    Source:
        Lago et al. 2021, DOI 10.1016/j.apenergy.2021.116983, section 4.1; public holidays are ours.
    """
    names, days = zip(*_days(history), strict=True)
    finer = history.record.day > 24
    times = [history.target(history.same_time(nth)) for nth in _DAYS] if finer else []
    same_time = np.stack(times, axis=-1) if times else np.zeros((*history.ahead.shape, 0))
    words = (*names, *(f"same time, day {nth} (before the origin)" for nth in _DAYS if finer))
    return Regressors(
        np.hstack(days), same_time, _indicators(history), (*words, "weekday and holidays (always)")
    )


def _days(history: History) -> Iterator[tuple[str, Floats]]:
    """Yield the days of the target and of every covariate."""
    target, day = history.record.target, history.record.day
    if history.steps < day:
        found = history.target(history.before(*_LATEST))
        yield f"{target.name}, latest {len(_LATEST)} (before the origin)", found
    for nth in _DAYS:
        yield (
            f"{target.name} of day {nth} (before the origin)",
            _hourly(history, history.target(_day(history, nth))),
        )
    for column in history.record.covariates:
        if column.known == "beforehand":
            ahead = history.column(column, history.ahead)
            yield f"{column.name} ahead (beforehand)", _hourly(history, ahead)
        # Of a late column the latest day is that which is wholly known.
        late = 0 if column.known == "beforehand" else -(-column.late // day)
        for nth in _DAYS_BESIDE:
            found = history.column(column, _day(history, nth + late))
            yield f"{column.name} of day {nth + late} ({_when(column)})", _hourly(history, found)


def _hourly(history: History, values: Floats) -> Floats:
    """Return hourly means of steps in a row, or the steps themselves where they make none."""
    per_hour = max(1, history.record.day // 24)
    if values.shape[1] % per_hour:
        return values
    return np.asarray(values.reshape(len(values), -1, per_hour).mean(axis=2))


def _day(history: History, nth: int) -> Index:
    day = history.record.day
    return np.asarray(history.origins[:, None] - day * nth + np.arange(day))


def _when(column: Covariate) -> str:
    return "before the origin" if column.known == "beforehand" else f"{column.late} steps after the target"


def _indicators(history: History) -> Floats:
    days = almanac_at(history.record.target, history.ahead)
    weekday = days[..., [COLUMNS.index("weekday")]] == np.arange(_WEEK)
    return np.concatenate([weekday, days[..., [COLUMNS.index(each) for each in _HOLIDAYS]]], axis=-1)

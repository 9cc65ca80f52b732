"""What a network reads at an origin: a closed window of the past, and what is known of the steps ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.forecast.ask import Origins
from wattswarm.forecast.features.almanac import clock_at
from wattswarm.forecast.features.history import History, Index, newest_known
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.models.baselines import Rule, repeat
from wattswarm.forecast.record import Covariate, Record

Singles = NDArray[np.float32]
Anchor = Rule | Literal["direct"]
"""What a network's answers are added to: a repeated past, or the mean of the series."""

_RECENT = ((1, 1, 0), (1, 1, 1), (1, 1, -1), (2, 1, 0), (1, 7, 0))
"""Past values shown beside each step ahead: nth latest at that time of day, every so many days, offset."""


_CLOCK = 4
"""Numbers that encode hour and weekday."""


class Windows(NamedTuple):
    """What a network reads, one row an origin."""

    past: Singles
    """Scaled, shape [origin, time, column]."""
    ahead: Singles
    """Scaled, shape [origin, step, known]."""


@dataclass(frozen=True)
class Scaler:
    """Centres and spreads of inputs and outputs, of training steps alone."""

    centre: Floats
    """Of the target and of each covariate, shape [1 + column]."""
    spread: Floats
    """The same for standard deviations."""
    error: float
    """Root mean square of the anchor's errors in training, in the unit of the target."""

    @classmethod
    def fitted(cls, record: Record, origins: Origins, steps: int, rule: Anchor) -> Self:
        """Return the scaler of a training record.

        Args:
            record: its every step is a training step.
            origins: of the training, shape [origin].
        """
        columns = [
            record.target.values,
            *(each.values[np.isfinite(each.values)] for each in record.covariates),
        ]
        centre = np.asarray([float(np.mean(values)) if len(values) else 0.0 for values in columns])
        spread = np.asarray([float(np.std(values)) if len(values) else 0.0 for values in columns])
        unscaled = cls(centre, np.where(spread > 0.0, spread, 1.0), 1.0)
        missed = outcomes(record, origins, steps) - anchor(record, origins, steps, rule, unscaled)
        return replace(unscaled, error=float(np.sqrt(np.mean(missed**2))) or 1.0)

    def scaled(self, values: Floats, column: int = 0) -> Floats:
        """Return values of the target (0) or a covariate (1, ...) by their scale; 0 if missing."""
        return np.asarray(np.nan_to_num((values - self.centre[column]) / self.spread[column]))


@dataclass(frozen=True)
class Columns:
    """Which covariates a network was trained with."""

    names: tuple[str, ...]
    """In their order."""
    known: tuple[str, ...]
    """`beforehand` or `afterwards`."""
    late: tuple[int, ...]
    """Steps that each is known after the target's own."""

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return those of a record."""
        covariates = record.covariates
        return cls(
            tuple(each.name for each in covariates),
            tuple(each.known for each in covariates),
            tuple(each.late for each in covariates),
        )

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        return cls(tuple(facts["names"]), tuple(facts["known"]), tuple(facts["late"]))

    def described(self) -> tuple[str, ...]:
        """Return each column and when it is known, in words."""
        rows = zip(self.names, self.known, self.late, strict=True)
        return tuple(f"{name} ({known}{f', {late} late' if late else ''})" for name, known, late in rows)


def widths(columns: Columns) -> tuple[int, int]:
    """Return how many numbers are read of each step of the window, and known of each step ahead."""
    beforehand = sum(each == "beforehand" for each in columns.known)
    return 1 + _CLOCK + len(columns.names), len(_RECENT) + _CLOCK + beforehand


def reach(record: Record, look_back: int, steps: int) -> int:
    """Return how many steps are read before an origin."""
    history = History(record, np.zeros(1, np.int64), steps)
    return max(look_back, -int(min(_recent(history, each).min() for each in _RECENT)))


def windows(record: Record, origins: Origins, steps: int, look_back: int, scaler: Scaler) -> Windows:
    """Gather what is known at each origin.

    Args:
        record: may reach beyond the origins.
        origins: shape [origin].

    Returns:
        Windows that end just before the origin, and what is known of the steps ahead.

    Raises:
        InputError: there is too little history before an origin, or a column known beforehand ends too early.
    """
    history = History(record, origins, steps)
    behind = history.before(*range(look_back, 0, -1))
    past = [scaler.scaled(history.target(behind)), *_clock(record, behind)]
    ahead = [scaler.scaled(history.target(_recent(history, each))) for each in _RECENT]
    ahead += _clock(record, history.ahead)
    for at, column in enumerate(record.covariates, start=1):
        lag = max(0, newest_known(column, steps) - 1)
        past.append(scaler.scaled(_filled(history, column, behind - lag), at))
        if column.known == "beforehand":
            ahead.append(scaler.scaled(history.column(column, history.ahead), at))
    return Windows(*(np.stack(each, axis=-1).astype(np.float32) for each in (past, ahead)))


def anchor(record: Record, origins: Origins, steps: int, rule: Anchor, scaler: Scaler) -> Floats:
    """Return what a network's answers are added to: a repeated past, or the mean of the training.

    Args:
        record: may reach beyond the origins.
        origins: shape [origin].
        rule: which past is repeated, if any.

    Returns:
        In the unit of the target, shape [origin, step].

    Raises:
        InputError: there is too little history before an origin.
    """
    if rule == "direct":
        return np.full((len(origins), steps), scaler.centre[0])
    return repeat(rule, History(record, origins, steps))


def _recent(history: History, which: tuple[int, int, int]) -> Index:
    nth, every, offset = which
    return history.same_time(nth, every=every, offset=offset)


def _filled(history: History, column: Covariate, index: Index) -> Floats:
    """Return values with gaps filled by the last value before them in the window."""
    values = history.column(column, index)
    last = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(values.shape[1]), 0), axis=1)
    return np.take_along_axis(values, last, axis=1)


def _clock(record: Record, index: Index) -> list[Floats]:
    """Return hour and weekday on the local clock as points on a circle, each of shape [origin, any]."""
    clock = clock_at(record.target, index)
    turns = (2 * np.pi * clock.hour / 24, 2 * np.pi * clock.weekday / 7)
    return [part(turn) for turn in turns for part in (np.sin, np.cos)]

"""The only way from a record to a feature: what is known at each origin is read, anything later refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Origins
from wattswarm.forecast.record import Covariate, Record

Index = NDArray[np.int64]
"""Steps of the record, a row for each origin, shape [origin, any]."""

Statistic = Literal["mean", "std", "min", "max"]


class LookAheadError(Exception):
    """A feature reads what is not known yet at its origin: a fault of the programme, not of its data."""


@dataclass(frozen=True)
class History:
    """What is known at each origin of the steps before it and of those to be forecast."""

    record: Record
    """May reach beyond the origins, or end at the last of them."""
    origins: Origins
    """First unknown step of each forecast, shape [origin]."""
    steps: int
    """Forecast from each origin."""

    def __post_init__(self) -> None:
        """Refuse origins outside the record."""
        if len(self.origins) and (self.origins.min() < 0 or self.origins.max() > self.record.steps):
            raise InputError(
                "an origin lies outside the record",
                where=self.record.target.name,
                found=f"{int(self.origins.min())} to {int(self.origins.max())}",
                expected=f"0 to {self.record.steps}",
            )

    @property
    def ahead(self) -> Index:
        """Steps that are forecast, shape [origin, step]."""
        return self.origins[:, None] + np.arange(self.steps)

    def before(self, *steps: int) -> Index:
        """Return the steps that lie so many before each origin, shape [origin, len(steps)]."""
        return self.origins[:, None] - np.asarray(steps, np.int64)

    def same_time(self, nth: int, *, every: int = 1, late: int = 0, offset: int = 0) -> Index:
        """Return the latest known steps at the time of day of the forecast ones.

        Args:
            nth: 1 for the latest on which that time is known, 2 for the one before it, and so on.
            every: days between one and the next: 7 keeps the weekday.
            late: steps that the values are published after the target's own.
            offset: steps later in the day.

        Returns:
            Shape [origin, step].
        """
        lead = np.arange(self.steps) + offset
        period = every * self.record.day
        back = np.maximum(1, -(-(lead + 1 + late) // period)) + nth - 1
        return np.asarray(self.origins[:, None] + (lead - period * back))

    def target(self, index: Index) -> Floats:
        """Return values of the target at steps before their origins.

        Returns:
            Shape [origin, any].

        Raises:
            LookAheadError: a step is not known at its origin.
            InputError: a step lies before the record.
        """
        self._refuse_later(index, 1, self.record.target.name)
        if index.size and index.min() < 0:
            row = int(np.argmin(index.min(axis=1)))
            origin = int(self.origins[row])
            raise too_little_history(self.record, origin, origin - int(index[row].min()))
        return self.record.target.values[index]

    def column(self, column: Covariate, index: Index) -> Floats:
        """Return values of a covariate, NaN before the record.

        Returns:
            Shape [origin, any].

        Raises:
            LookAheadError: a step is not known at its origin.
            InputError: a column known beforehand ends before the forecast.
        """
        self._refuse_later(index, newest_known(column, self.steps), column.name)
        if index.size and index.max() >= len(column.values):
            raise InputError(
                "a column known beforehand ends before the forecast",
                where=f"column {column.name}",
                found=f"{len(column.values)} steps",
                expected=f"{int(index.max()) + 1} steps",
                mend="give its values for all steps to be forecast",
            )
        return np.where(index < 0, np.nan, column.values[np.maximum(index, 0)])

    def window(self, steps: int, statistic: Statistic) -> Floats:
        """Return a statistic of the target over the steps just before each origin.

        Returns:
            Shape [origin, 1].

        Raises:
            InputError: the window begins before the record.
        """
        first = max(0, int(self.origins.min()) - steps) if len(self.origins) else 0
        self.target(self.before(steps))
        values = pl.Series(self.record.target.values[first : int(self.origins.max(initial=0))])
        rolled: pl.Series = getattr(values, f"rolling_{statistic}")(steps)
        return rolled.to_numpy()[self.before(1) - first]

    def _refuse_later(self, index: Index, known: int, name: str) -> None:
        newest = int((index - self.origins[:, None]).max(initial=-np.iinfo(np.int64).max))
        if newest > -known:
            raise LookAheadError(f"{name} is read {newest} steps from the origin, known up to {-known}")


def too_little_history(record: Record, origin: int, needed: int) -> InputError:
    """Return the error that refuses an origin with fewer steps before it than a forecast reads."""
    return InputError(
        "there is too little history before an origin",
        where=f"{record.target.name}, step {origin}",
        found=f"{origin} steps before it",
        expected=f"{needed} steps",
        mend="give a longer series, or forecast from a later step on",
    )


def newest_known(column: Covariate, steps: int) -> int:
    """Return how many steps before an origin a column's newest known value lies; 0 or less if yet to come."""
    return 1 - steps if column.known == "beforehand" else 1 + column.late

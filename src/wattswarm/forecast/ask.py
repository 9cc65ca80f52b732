"""What is asked of a forecaster: how many steps from each origin, and from which origins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import local_clock
from wattswarm.errors import InputError
from wattswarm.forecast.record import Record

Origins = NDArray[np.int64]
"""First unknown step of each forecast, shape [origin]."""


@dataclass(frozen=True)
class Ask:
    """A forecast of the steps that follow an origin."""

    name: str
    """In tables."""
    steps: int
    """Forecast from each origin, the first of them the origin itself."""
    every: int = 1
    """Steps from origin to origin; with `daily` the origins are local midnights instead."""
    daily: bool = False
    """Whether a forecast is made once a day for the whole local day, before the gate closes."""

    def origins(self, record: Record, first: int, last: int | None = None) -> Origins:
        """Return the origins whose forecasts lie within a stretch of the record.

        Args:
            last: end of the stretch, exclusive; the end of the record by default.

        Returns:
            Shape [origin].

        Raises:
            InputError: none lies there.
        """
        end = record.steps if last is None else last
        if self.daily:
            hours = local_clock(record.times[first:end], record.target.timezone).hour
            found = first + np.flatnonzero(hours == 0.0)
        else:
            found = np.arange(first, end, self.every)
        found = found[found + self.steps <= end]
        if not len(found):
            raise InputError(
                "the stretch is too short for a forecast",
                where=f"{record.target.name}, steps {first} to {end}",
                found=f"{end - first} steps",
                expected=f"at least {self.steps} for {self.name}",
                mend="give a longer series, or ask for fewer steps ahead",
            )
        return found.astype(np.int64)


def one_step() -> Ask:
    """Ask for the next step, at every step."""
    return Ask("one step", 1)


def next_day(record: Record) -> Ask:
    """Ask for the path of the next 24 hours, every hour."""
    return Ask("24 h path", record.day, every=max(1, record.day // 24))


def day_ahead(record: Record) -> Ask:
    """Ask, before the gate closes, for all steps of the next local day (24 hours from its midnight)."""
    return Ask("day ahead", record.day, daily=True)

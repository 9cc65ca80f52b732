"""Charging sessions as they happened or were generated: who came when, for how long, for how much energy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.series import Floats, Provenance, Times


@dataclass(frozen=True)
class Sessions:
    """A table of charging sessions, sorted by arrival; NaN and "" stand for "not known".

    Args:
        arrival: plug-in time, UTC, datetime64[s], shape [n].
        departure: plug-out time, UTC, after `arrival`, shape [n].
        energy_kwh: energy asked for, on the grid side of the charger, >= 0, shape [n].
        arrival_soc: state of charge at arrival, 0..1 or NaN, shape [n].
        capacity_kwh: battery capacity or NaN, shape [n].
        station: label of the charging station in the source, str, shape [n].
        vehicle: name of the vehicle model or "", str, shape [n].
        timezone: IANA name of the clock the drivers live by.
        provenance: where it came from.
    """

    arrival: Times
    departure: Times
    energy_kwh: Floats
    arrival_soc: Floats
    capacity_kwh: Floats
    station: NDArray[np.str_]
    vehicle: NDArray[np.str_]
    timezone: str
    provenance: Provenance = field(default_factory=lambda: Provenance("memory", "none"))

    def __len__(self) -> int:
        """Number of sessions."""
        return len(self.arrival)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Sessions:
        """Return the sessions of the given rows (a mask or indices, shape [n] or [m])."""
        return Sessions(
            self.arrival[rows],
            self.departure[rows],
            self.energy_kwh[rows],
            self.arrival_soc[rows],
            self.capacity_kwh[rows],
            self.station[rows],
            self.vehicle[rows],
            self.timezone,
            self.provenance,
        )

"""Charging sessions as they happened or were generated: who came when, for how long, for how much energy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.numbers import Rows, take_rows
from wattswarm.data.series import Floats, Provenance, Times
from wattswarm.errors import InputError

Labels = NDArray[np.str_]


def _not_stated() -> Labels:
    return np.empty(0, np.str_)


@dataclass(frozen=True)
class Sessions:
    """A table of charging sessions, sorted by arrival; NaN and "" stand for "not known".

    Raises:
        InputError: two sessions have one identity.
    """

    arrival: Times
    """Plug-in time, UTC, datetime64[s], shape [n]."""
    departure: Times
    """Plug-out time, UTC, after `arrival`, shape [n]."""
    energy_kwh: Floats
    """Energy asked for, on the grid side of the charger, >= 0, shape [n]."""
    arrival_soc: Floats
    """State of charge at arrival, 0..1 or NaN, shape [n]."""
    capacity_kwh: Floats
    """Battery capacity or NaN, shape [n]."""
    station: Labels
    """Label of the charging station in the source, str, shape [n]."""
    vehicle: Labels
    """Name of the vehicle or of its model, or "", str, shape [n]."""
    timezone: str
    """IANA name of the clock the drivers live by."""
    provenance: Provenance = field(default_factory=lambda: Provenance("memory", "none"))
    identity: Labels = field(default_factory=_not_stated)
    """Number of the session in the source, unique; where there is none, one made of station and arrival that
    later cuts and moves leave alone, str, shape [n]."""
    user: Labels = field(default_factory=_not_stated)
    """Who charges and pays, as the source has it (account, RFID tag, contract), or "", str, shape [n]."""
    vehicle_id: Labels = field(default_factory=_not_stated)
    """The vehicle itself (VIN, plate, EVCC id), or "", str, shape [n]."""

    def __post_init__(self) -> None:
        for name in ("identity", "user", "vehicle_id"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.full(len(self), "", np.str_))
        object.__setattr__(self, "identity", _numbered(self))
        _refuse_doubles(self)

    def __len__(self) -> int:
        return len(self.arrival)

    def take(self, rows: Rows) -> Sessions:
        """Return the sessions of the given rows (a mask or indices, shape [n] or [m])."""
        return take_rows(self, rows)


def _numbered(sessions: Sessions) -> Labels:
    """Return an identity for each session: its own, else station and arrival, counted where both agree."""
    nameless = np.flatnonzero(sessions.identity == "")
    if not len(nameless):
        return sessions.identity
    # Counted by what the sessions are, not by their place in the file.
    order = np.lexsort((sessions.energy_kwh[nameless], sessions.departure[nameless]))
    names, counts = sessions.identity.tolist(), dict.fromkeys(sessions.identity.tolist(), 1)
    arrival = np.datetime_as_string(sessions.arrival, unit="s")
    for row in nameless[order].tolist():
        plain = name = f"{sessions.station[row] or 'session'}@{arrival[row]}Z"
        while name in counts:
            counts[plain] = counts.get(plain, 1) + 1
            name = f"{plain}#{counts[plain]}"
        counts[name] = 1
        names[row] = name
    return np.array(names, np.str_)


def _refuse_doubles(sessions: Sessions) -> None:
    if len(set(sessions.identity.tolist())) < len(sessions):
        names, counts = np.unique(sessions.identity, return_counts=True)
        raise InputError(
            "two sessions have one identity",
            where=sessions.provenance.source,
            found=str(names[counts.argmax()]),
            expected="an identity for each session",
            mend="give each its own, or none",
        )

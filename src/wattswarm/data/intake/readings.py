"""Rows of one quantity, or of sessions, understood but not yet checked: what every reader hands over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.numbers import Numbers, Rows, take_rows
from wattswarm.data.cells.stamps import Stamps
from wattswarm.data.cells.units import Quantity, Unit


@dataclass(frozen=True)
class Readings:
    """Rows of one quantity in the order of the file.

    Args:
        source: the path as the user gave it.
        row_word: what a row is called in messages.
        reader: the format.
        quantity: what is measured.
        name: the quantity in the trade's words.
        column: the column or node it was read from.
        unit: the unit of `values`.
        timezone: IANA name of the market's or meter's clock.
        stamps: start of each interval, shape [n].
        values: numbers as they stand in the file, shape [n].
        rows: row of each in the file, shape [n].
        notes: what a reader decided that the record must keep.
    """

    source: str
    row_word: str
    reader: str
    quantity: Quantity
    name: str
    column: str
    unit: Unit
    timezone: str
    stamps: Stamps
    values: Numbers
    rows: NDArray[np.int64]
    notes: tuple[str, ...] = ()

    def take(self, rows: Rows) -> Readings:
        """Return the given rows."""
        return take_rows(self, rows)


@dataclass(frozen=True)
class Visits:
    """Rows of charging sessions in the order of the file.

    Args:
        source: the path as the user gave it.
        row_word: what a row is called in messages.
        reader: the format.
        timezone: IANA name of the drivers' clock.
        arrival: plug-in instants, shape [n].
        departure: plug-out instants, shape [n].
        energy: kWh, shape [n].
        arrival_soc: 0..1 or NaN, shape [n].
        capacity: kWh or NaN, shape [n].
        station: label or "", shape [n].
        vehicle: label or "", shape [n].
        identity: the file's own session number, "" where it has none, shape [n].
        user: account, RFID tag or contract, or "", shape [n].
        vehicle_id: the vehicle itself, or "", shape [n].
        rows: row of each in the file, shape [n].
        notes: what a reader decided that the record must keep.
    """

    source: str
    row_word: str
    reader: str
    timezone: str
    arrival: Stamps
    departure: Stamps
    energy: Numbers
    arrival_soc: Numbers
    capacity: Numbers
    station: NDArray[np.str_]
    vehicle: NDArray[np.str_]
    identity: NDArray[np.str_]
    user: NDArray[np.str_]
    vehicle_id: NDArray[np.str_]
    rows: NDArray[np.int64]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: Rows) -> Visits:
        """Return the given rows."""
        return take_rows(self, rows)

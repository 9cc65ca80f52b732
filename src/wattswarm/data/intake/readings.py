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
    """Rows of one quantity in the order of the file."""

    source: str
    """The path as the user gave it."""
    row_word: str
    """What a row is called in messages."""
    reader: str
    """The format."""
    quantity: Quantity
    """What is measured."""
    name: str
    """The quantity in the trade's words."""
    column: str
    """The column or node it was read from."""
    unit: Unit
    """The unit of `values`."""
    timezone: str
    """IANA name of the market's or meter's clock."""
    stamps: Stamps
    """Start of each interval, shape [n]."""
    values: Numbers
    """Numbers as they stand in the file, shape [n]."""
    rows: NDArray[np.int64]
    """Row of each in the file, shape [n]."""
    notes: tuple[str, ...] = ()
    """What a reader decided that the record must keep."""

    def take(self, rows: Rows) -> Readings:
        return take_rows(self, rows)


@dataclass(frozen=True)
class Visits:
    """Rows of charging sessions in the order of the file."""

    source: str
    """The path as the user gave it."""
    row_word: str
    """What a row is called in messages."""
    reader: str
    """The format."""
    timezone: str
    """IANA name of the drivers' clock."""
    arrival: Stamps
    """Plug-in instants, shape [n]."""
    departure: Stamps
    """Plug-out instants, shape [n]."""
    energy: Numbers
    """KWh, shape [n]."""
    arrival_soc: Numbers
    """0..1 or NaN, shape [n]."""
    capacity: Numbers
    """KWh or NaN, shape [n]."""
    station: NDArray[np.str_]
    """Label or "", shape [n]."""
    vehicle: NDArray[np.str_]
    """Label or "", shape [n]."""
    identity: NDArray[np.str_]
    """The file's own session number, "" where it has none, shape [n]."""
    user: NDArray[np.str_]
    """Account, RFID tag or contract, or "", shape [n]."""
    vehicle_id: NDArray[np.str_]
    """The vehicle itself, or "", shape [n]."""
    rows: NDArray[np.int64]
    """Row of each in the file, shape [n]."""
    notes: tuple[str, ...] = ()
    """What a reader decided that the record must keep."""

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: Rows) -> Visits:
        return take_rows(self, rows)

"""A night of charging from two files: vehicles with their stays and needs, and hours with price and load."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.columns import cell, columns_of, names_of, numbers_of
from wattswarm.data.intake.table import Table, open_table
from wattswarm.data.series import Floats
from wattswarm.errors import InputError

_STAYS: Final = {
    "arrives": ("arrives", "arrival"),
    "leaves": ("leaves", "departure"),
    "kw": ("kw", "power_kw", "limit_kw"),
    "kwh": ("kwh", "energy_kwh"),
    "name": ("name", "vehicle", "id"),
}
_BATTERIES: Final = {
    "back_kw": ("back_kw", "discharge_kw"),
    "stored_kwh": ("stored_kwh", "stored"),
    "capacity_kwh": ("capacity_kwh", "capacity"),
    "least_kwh": ("least_kwh", "reserve_kwh"),
    "efficiency": ("efficiency",),
}
_USUAL: Final = {"least_kwh": 0.0, "efficiency": 0.95}
"""Of batteries whose file does not say."""
_HOURS: Final = {"price": ("price", "price_per_kwh"), "load_kw": ("load_kw", "load", "kw")}


@dataclass(frozen=True, eq=False)
class Batteries:
    """What vehicles that give back can hold and give, each of shape [vehicle]."""

    back_kw: Floats
    """Highest power given back [kW]."""
    stored_kwh: Floats
    """Held on arrival [kWh]."""
    capacity_kwh: Floats
    """Most that can be held [kWh]."""
    least_kwh: Floats
    """Below which nothing is given back [kWh]."""
    efficiency: Floats
    """Energy stored for energy drawn, and given back for energy taken out."""


@dataclass(frozen=True, eq=False)
class ChargingNeeds:
    """Vehicles in the order of their rows."""

    table: Table
    """The file."""
    columns: dict[str, str]
    """Column of the file by field."""
    name: tuple[str, ...]
    """Name of each vehicle, its row where the file states none."""
    arrives: NDArray[np.int64]
    """First step of each stay, counted from 0, shape [vehicle]."""
    leaves: NDArray[np.int64]
    """Step after its last, shape [vehicle]."""
    kw: Floats
    """Highest charging power [kW], shape [vehicle]."""
    kwh: Floats
    """Energy needed [kWh], of vehicles that give back: held more when leaving than on arrival, shape
    [vehicle]."""
    batteries: Batteries | None = None
    """Of vehicles that give back, None where all only charge."""

    def place(self, vehicle: int, field: str) -> str:
        """Return the place of a vehicle's field in the file."""
        return cell(self.table, vehicle, self.columns[field])


@dataclass(frozen=True, eq=False)
class Hours:
    """Price and load of each step."""

    table: Table
    """The file."""
    columns: dict[str, str]
    """Column of the file by field."""
    price: Floats
    """Of the market [currency/kWh], shape [step]."""
    load_kw: Floats
    """Load without vehicles [kW], shape [step]."""

    def place(self, step: int, field: str) -> str:
        """Return the place of a step's field in the file."""
        return cell(self.table, step, self.columns[field])


def read_hours(path: str | Path) -> Hours:
    """Read a row a step: columns price and load_kw.

    Raises:
        InputError: the file is not a table, a column is missing, or a cell is not a number.
    """
    table = open_table(path)
    columns = columns_of(table, _HOURS, tuple(_HOURS), "price and load_kw")
    return Hours(table, columns, numbers_of(table, columns["price"]), numbers_of(table, columns["load_kw"]))


def read_charging_needs(path: str | Path, steps: int) -> ChargingNeeds:
    """Read a row a vehicle: columns arrives and leaves (steps), kw and kwh, and optionally name.

    A column back_kw lets vehicles give back; columns stored_kwh and capacity_kwh are needed then, and if need
    be least_kwh and efficiency.

    Args:
        steps: number of steps that there are; a stay lies within them.

    Raises:
        InputError: the file is not a table, a column is missing, a cell is not a number, or a stay does not
            lie within the steps; names row and column.
    """
    table = open_table(path)
    needed = ("arrives", "leaves", "kw", "kwh")
    expected = "arrives, leaves, kw and kwh, and optionally name"
    columns = columns_of(table, _STAYS, needed, expected)
    batteries = None
    if table.find(*_BATTERIES["back_kw"]) is not None:
        expected += "; with back_kw also stored_kwh and capacity_kwh, and optionally least_kwh and efficiency"
        columns |= columns_of(table, _BATTERIES, ("stored_kwh", "capacity_kwh"), expected)
        batteries = _batteries(table, columns)
    ends: dict[str, NDArray[np.int64]] = {}
    for field, least in (("arrives", 0), ("leaves", 1)):
        value = numbers_of(table, columns[field])
        bound = np.full(len(value), least) if field == "arrives" else ends["arrives"] + 1
        wrong = (value != np.round(value)) | (value < bound) | (value > steps)
        if wrong.any():
            first = int(wrong.argmax())
            raise InputError(
                "not a step of the night",
                where=cell(table, first, columns[field]),
                found=f"{value[first]:g}",
                expected=f"a whole number from {bound[first]} to {steps}, steps counted from 0",
                mend="correct the row",
            )
        ends[field] = value.astype(np.int64)
    return ChargingNeeds(
        table=table,
        columns=columns,
        name=names_of(table, columns.get("name"), [str(row) for row in table.rows]),
        arrives=ends["arrives"],
        leaves=ends["leaves"],
        kw=numbers_of(table, columns["kw"]),
        kwh=numbers_of(table, columns["kwh"]),
        batteries=batteries,
    )


def _batteries(table: Table, columns: dict[str, str]) -> Batteries:
    count = len(table.rows)
    expected = {
        field: numbers_of(table, columns[field]) if field in columns else np.full(count, _USUAL[field])
        for field in _BATTERIES
    }
    return Batteries(**expected)

"""Orders of a market from a file: who would buy or sell how much energy at what price."""

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

_SIDES: Final = {"buy": True, "bid": True, "sell": False, "ask": False, "offer": False}
_FIELDS: Final = {
    "side": ("side",),
    "price": ("price", "price_per_kwh"),
    "kwh": ("kwh", "energy_kwh"),
    "area": ("area", "zone"),
    "name": ("name", "trader", "id"),
}
_CHARGE_FIELDS: Final = {
    "from": ("from", "from_area"),
    "to": ("to", "to_area"),
    "charge": ("charge", "charge_per_kwh"),
}
_NEEDED: Final = ("side", "price", "kwh")


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders in the order of their rows."""

    source: str
    """The file."""
    buys: NDArray[np.bool_]
    """Whether each order buys, shape [order]."""
    price: Floats
    """Limit of each order [currency/kWh], shape [order]."""
    kwh: Floats
    """Energy of each order [kWh], shape [order]."""
    area: tuple[str, ...]
    """Area of each order, "" where the file states none."""
    name: tuple[str, ...]
    """Name of each order, its row where the file states none."""
    rows: NDArray[np.int64]
    """Row of each order in the file, shape [order]."""
    columns: dict[str, str]
    """Column of the file by field."""

    def __len__(self) -> int:
        return len(self.price)

    def place(self, index: int, field: str) -> str:
        """Return the place of an order's field in the file."""
        return f"{self.source}, row {self.rows[index]}, column {self.columns.get(field, field)}"


def read_orders(path: str | Path) -> Orders:
    """Read orders: columns side (buy or sell), price and kwh, and optionally area and name.

    Returns:
        The orders, numbers as they stand; whether a market takes them is the market's to check.

    Raises:
        InputError: the file is not a table, a column is missing, or a cell is not a side or a number.
    """
    table = open_table(path)
    columns = columns_of(table, _FIELDS, _NEEDED, "side, price and kwh, and optionally area and name")
    sides = table.text(columns["side"]).str.strip_chars().str.to_lowercase().to_list()
    for index, side in enumerate(sides):
        if side not in _SIDES:
            raise InputError(
                "not a side of the market",
                where=cell(table, index, columns["side"]),
                found="an empty cell" if side is None else side,
                expected="buy or sell",
                mend="correct the row",
            )
    labels = [str(row) for row in table.rows]
    return Orders(
        source=table.source,
        buys=np.array([_SIDES[side] for side in sides], bool),
        price=numbers_of(table, columns["price"]),
        kwh=numbers_of(table, columns["kwh"]),
        area=names_of(table, columns.get("area"), [""] * len(labels)),
        name=names_of(table, columns.get("name"), labels),
        rows=table.rows,
        columns=columns,
    )


def read_charges(path: str | Path) -> tuple[tuple[str, ...], Floats]:
    """Read what the network charges from area to area: columns from, to and charge.

    Args:
        path: CSV or Parquet, a row for every pair of areas; within an area 0 where no row says otherwise.

    Returns:
        Names of the areas, and the charges, shape [from area, to area] [currency/kWh].

    Raises:
        InputError: the file is not a table, a column or a pair is missing, a pair appears twice, or a charge
            is not a number or below 0.
    """
    table = open_table(path)
    columns = columns_of(table, _CHARGE_FIELDS, tuple(_CHARGE_FIELDS), "from, to and charge")
    value = numbers_of(table, columns["charge"])
    ends = [_areas(table, columns[field]) for field in ("from", "to")]
    areas = tuple(dict.fromkeys(name for pair in zip(*ends, strict=True) for name in pair))
    number = {name: at for at, name in enumerate(areas)}
    charge = np.full((len(areas), len(areas)), np.nan)
    for index, (start, end) in enumerate(zip(*ends, strict=True)):
        pair = number[start], number[end]
        wrong = (
            "a negative charge"
            if value[index] < 0
            else ""
            if np.isnan(charge[pair])
            else "a pair appears twice"
        )
        if wrong:
            raise InputError(
                wrong,
                where=cell(table, index, columns["charge"]),
                found=f"{start} to {end}: {value[index]:g}",
                expected="one charge of 0 or above for every pair",
                mend="correct or remove the row",
            )
        charge[pair] = value[index]
    within = np.eye(len(areas), dtype=bool) & np.isnan(charge)
    charge[within] = 0.0
    if np.isnan(charge).any():
        start, end = np.argwhere(np.isnan(charge))[0]
        raise InputError(
            "a pair of areas has no charge",
            where=table.source,
            found=f"no row from {areas[start]} to {areas[end]}",
            expected="a row for every pair of areas, in both directions",
            mend="add the row",
        )
    return areas, charge


def _areas(table: Table, column: str) -> tuple[str, ...]:
    cells = names_of(table, column, [""] * len(table.rows))
    if "" in cells:
        raise InputError(
            "an area has no name",
            where=cell(table, cells.index(""), column),
            found="an empty cell",
            expected="the name of an area",
            mend="complete or remove the row",
        )
    return cells

"""Which column of a wide table, or which node of a long one, the caller means, and in what unit it is."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wattswarm.data.cells.numbers import OK, read_numbers
from wattswarm.data.cells.stamps import DateOrder, Stamps, read_clock, to_instants
from wattswarm.data.cells.units import EXAMPLES, KINDS, Quantity, Unit, require_unit, unit_in_name
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import AmbiguousColumn, Ask
from wattswarm.errors import InputError, no_such

NAMES: Final[dict[Quantity, str]] = {
    "price": "price",
    "power": "power",
    "load": "load",
    "intensity": "carbon intensity",
    "irradiance": "irradiance",
}


def choose_column(
    table: Table, ask: Ask, aside: tuple[str, ...], default: Unit | None = None
) -> tuple[str, Unit]:
    """Return the column that holds the quantity, and its unit.

    Args:
        ask: quantity, and column and unit where the caller named them.
        aside: columns that hold times or labels.
        default: unit that the format fixes for columns whose name declares none.

    Raises:
        InputError: no column, several, no unit, or a unit of another quantity.
    """
    given = require_unit(ask.unit) if ask.unit else default
    open_columns = [column for column in table.columns if column not in aside]
    if ask.column is not None:
        wanted = ask.column.strip().lower()
        column = next((c for c in open_columns if c.lower() == wanted), None)
        if column is None:
            place = f"{table.source}, --column"
            raise no_such("there is no such column", where=place, found=ask.column, known=open_columns)
        return column, _unit_of(table, column, ask, given)
    declared = {column: unit_in_name(column) for column in open_columns}
    fits = [c for c, unit in declared.items() if unit is not None and unit.kind in KINDS[ask.quantity]]
    if ask.unit and given is not None:
        same = [c for c in fits if (unit := declared[c]) is not None and unit.same(given)]
        fits = same or [c for c, unit in declared.items() if unit is None and _numeric(table, c)] or fits
    elif not fits and given is not None:
        fits = [c for c, unit in declared.items() if unit is None and _numeric(table, c)]
    if len(fits) > 1:
        raise AmbiguousColumn(f"several columns hold a {NAMES[ask.quantity]}", table.source, tuple(fits))
    if not fits:
        raise _no_column(table, ask, [c for c in open_columns if declared[c] is None and _numeric(table, c)])
    return fits[0], _unit_of(table, fits[0], ask, given)


def choose_node(table: Table, column: str | None, wanted: str | None, what: str) -> Table:
    """Return the rows of one node of a long table.

    Raises:
        InputError: several nodes and none named, or no such node.
    """
    if column is None:
        return table
    labels = table.text(column).str.strip_chars().fill_null("")
    choices = tuple(sorted(labels.unique().to_list()))
    if wanted is None:
        if len(choices) > 1:
            raise AmbiguousColumn(f"the file holds several {what}s", table.source, choices)
        return table
    mask = (labels.str.to_lowercase() == wanted.strip().lower()).to_numpy()
    if not mask.any():
        place = f"{table.source}, --column"
        raise no_such(f"there is no such {what}", where=place, found=wanted, known=choices[:30])
    return table.where(mask)


def instants_of(
    table: Table, column: str, zone: str | None, order: DateOrder | None = None, *, ordered: bool = True
) -> tuple[Stamps, tuple[str, ...]]:
    """Return a column of times as instants, and notes for the record; see `read_clock` and `to_instants`."""
    where = f"{table.source}, column {column}"
    return to_instants(read_clock(table.frame[column], order), zone, where, ordered=ordered)


def readings_of(
    table: Table,
    ask: Ask,
    reader: str,
    column: str,
    unit: Unit,
    zone: str,
    stamps: Stamps,
    notes: tuple[str, ...] = (),
    name: str | None = None,
) -> Readings:
    """Return the rows of one column; a price is a day-ahead price where no other name is given."""
    usual = "day-ahead price" if ask.quantity == "price" else NAMES[ask.quantity]
    return Readings(
        source=table.source,
        row_word=table.row_word,
        reader=reader,
        quantity=ask.quantity,
        name=name or usual,
        column=column,
        unit=unit,
        timezone=ask.timezone or zone,
        stamps=stamps,
        values=read_numbers(table.frame[column]),
        rows=table.rows,
        notes=notes,
    )


def _unit_of(table: Table, column: str, ask: Ask, given: Unit | None) -> Unit:
    declared = unit_in_name(column)
    where = f"{table.source}, column {column}"
    if ask.unit and declared and given and not declared.same(given):
        raise InputError(
            "the unit given is not the one that the column declares",
            where=where,
            found=ask.unit,
            expected=declared.label,
            mend="leave out --unit, or rename the column",
        )
    unit = declared or given
    if unit is None:
        raise InputError(
            "the column declares no unit",
            where=where,
            expected=f"a name such as price_eur_per_mwh or power_kw, or the unit ({EXAMPLES[ask.quantity]})",
            mend=f"--unit with what the column is in, such as {EXAMPLES[ask.quantity]}",
        )
    if unit.kind not in KINDS[ask.quantity]:
        raise InputError(
            f"the unit is not one of a {NAMES[ask.quantity]}",
            where=where,
            found=unit.label,
            expected=f"such as {EXAMPLES[ask.quantity]}",
            mend="name another column, or ask for another quantity",
        )
    return unit


def _no_column(table: Table, ask: Ask, undeclared: list[str]) -> InputError:
    if undeclared and not ask.unit:
        return InputError(
            f"no column declares the unit of a {NAMES[ask.quantity]}",
            where=table.source,
            found=f"numbers without a unit: {', '.join(undeclared)}",
            expected=f"a name such as price_eur_per_mwh or power_kw, or the unit ({EXAMPLES[ask.quantity]})",
            mend=f"--column with one of these and --unit, such as {EXAMPLES[ask.quantity]}",
        )
    return InputError(
        f"no column holds a {NAMES[ask.quantity]}",
        where=table.source,
        found=", ".join(table.columns),
        expected=f"a column in a unit such as {EXAMPLES[ask.quantity]}",
        mend="ask for the quantity that the file holds",
    )


def _numeric(table: Table, column: str) -> bool:
    cells = table.frame[column]
    if cells.dtype.is_numeric():
        return True
    if not isinstance(cells.dtype, pl.String):
        return False
    sample = cells.drop_nulls().head(50)
    return len(sample) > 0 and bool(np.all(read_numbers(sample).fault == OK))

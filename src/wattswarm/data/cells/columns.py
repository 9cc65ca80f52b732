"""Columns of numbers and of names, read with the row and column of whatever has to be mended."""

from __future__ import annotations

from collections.abc import Mapping

from wattswarm.data.cells.numbers import EMPTY, OK, read_numbers
from wattswarm.data.intake.table import Table
from wattswarm.data.series import Floats
from wattswarm.errors import InputError


def columns_of(
    table: Table, fields: Mapping[str, tuple[str, ...]], needed: tuple[str, ...], expected: str
) -> dict[str, str]:
    """Return the table's column of each field that it has.

    Raises:
        InputError: a needed field has no column.
    """
    found = {field: table.find(*names) for field, names in fields.items()}
    for field in needed:
        if found[field] is None:
            raise InputError(
                f"there is no column {field}",
                where=table.source,
                found=", ".join(table.columns[:40]),
                expected=f"columns {expected}",
                mend=f"name the column {field}",
            )
    return {field: column for field, column in found.items() if column is not None}


def cell(table: Table, index: int, column: str) -> str:
    """Return the place of a cell in the file, the first row of the table being 0."""
    return f"{table.source}, {table.row_word} {table.rows[index]}, column {column}"


def numbers_of(table: Table, column: str) -> Floats:
    """Return a column of numbers.

    Raises:
        InputError: a cell is empty or holds no finite number.
    """
    numbers = read_numbers(table.frame[column])
    wrong = numbers.fault != OK
    if wrong.any():
        first = int(wrong.argmax())
        raise InputError(
            "a number is missing" if numbers.fault[first] == EMPTY else "not a number",
            where=cell(table, first, column),
            found=numbers.text[first] or "an empty cell",
            expected="a finite number such as 0.25, with a decimal point",
            mend="correct or remove the row",
        )
    return numbers.values


def names_of(table: Table, column: str | None, instead: list[str]) -> tuple[str, ...]:
    """Return a column of names, others instead where cells are empty or there is no such column."""
    if column is None:
        return tuple(instead)
    cells = [(each or "").strip() for each in table.text(column).to_list()]
    return tuple(name or other for name, other in zip(cells, instead, strict=True))

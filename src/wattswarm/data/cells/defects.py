"""Defects of single cells: unreadable times, times the clock never showed, unreadable numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.numbers import EMPTY, UNREADABLE, Numbers
from wattswarm.data.cells.stamps import SKIPPED, UNSURE, Stamps
from wattswarm.data.intake.defect import Defect, runs, say_time
from wattswarm.data.intake.readings import Readings, Visits
from wattswarm.data.series import Times

_TIME_FAULTS: Final[dict[int, tuple[str, str, str]]] = {
    UNREADABLE: (
        "{name} is not a time between 1970 and 2200",
        "such as 2024-03-31 01:00, 31.03.2024 01:00 or 2024-03-31T01:00:00+01:00",
        "correct the row",
    ),
    SKIPPED: (
        "the clock of {zone} never showed this {name}: it jumps over that hour in spring",
        "times of the local clock, or a zone without daylight saving",
        "correct the row, or if the file ignores daylight saving give --timezone with a fixed offset,"
        " such as Etc/GMT-1 for UTC+1",
    ),
    UNSURE: (
        "{name} does not tell day from month",
        "year first, such as 2024-03-04, or at least one day above 12 in the file",
        "export the times year first",
    ),
}


def row_name(table: Readings | Visits, first: int, last: int) -> str:
    """Return the place of one row or of a run of rows, by index in the table."""
    a, b = table.rows[first], table.rows[last]
    word = table.row_word
    return f"{table.source}, {word} {a}" if a == b else f"{table.source}, {word}s {a}-{b}"


def run_defects(
    table: Readings | Visits,
    wrong: NDArray[np.bool_],
    what: str,
    found: Callable[[int, int], str],
    expected: str,
    mend: str,
    repair: str = "",
    times: Times | None = None,
) -> list[Defect]:
    """Return a defect for each run of wrong rows, shape [n]; `found` tells what is in a run, by its ends.

    With `times`, shape [n], a run is named by its first time too.
    """
    return [
        Defect(
            what,
            row_name(table, first, last) + ("" if times is None else f", {say_time(times[first])}"),
            found(first, last),
            expected,
            mend,
            repair,
            last - first + 1,
        )
        for first, last in runs(np.flatnonzero(wrong))
    ]


def time_defects(table: Readings | Visits, stamps: Stamps, name: str) -> list[Defect]:
    """Return the defects of a column of times, such as "departure", other than empty cells."""
    return [
        each
        for fault, (what, expected, mend) in _TIME_FAULTS.items()
        for each in run_defects(
            table,
            stamps.fault == fault,
            what.format(name=name, zone=table.timezone),
            lambda first, _: str(stamps.text[first]),
            expected,
            mend,
        )
    ]


def number_defects(table: Readings | Visits, numbers: Numbers, name: str) -> list[Defect]:
    """Return the defects of a column of numbers other than empty cells."""
    return run_defects(
        table,
        numbers.fault == UNREADABLE,
        f"{name} is not a number",
        lambda first, _: str(numbers.text[first]),
        "a number such as 12.5; a lone comma such as 1,234 does not tell thousands from decimals",
        "correct the row, or write decimals with a point",
    )


def empty_defects(
    table: Readings | Visits, column: Stamps | Numbers, name: str, repair: str, mend: str
) -> list[Defect]:
    def found(first: int, last: int) -> str:
        return "an empty cell" if first == last else f"{last - first + 1} empty cells"

    wrong, expected = column.fault == EMPTY, "a value in every row"
    return run_defects(table, wrong, f"{name} is missing", found, expected, mend, repair)

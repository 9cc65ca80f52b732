"""`wattswarm doctor FILE`: in plain words what a file holds, what is wrong where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wattswarm.data.cells.clock import check_zone
from wattswarm.data.cells.units import Quantity
from wattswarm.data.facts import column_facts, series_facts, sessions_facts, table_facts
from wattswarm.data.intake.defect import Defect
from wattswarm.data.intake.grid import lay_on_grid
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.stays import check_sessions
from wattswarm.data.intake.table import Table, open_table
from wattswarm.data.readers import series_reader, sessions_reader
from wattswarm.data.readers.base import AmbiguousColumn, Ask, SeriesReader, SessionsReader
from wattswarm.errors import InputError

_SHOWN: Final = 20
_MOST_COLUMNS: Final = 40
_QUANTITIES: Final[tuple[Quantity, ...]] = ("price", "load", "intensity", "irradiance")
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Findings:
    """What a file holds and what is wrong with it."""

    path: str
    """The file as the user gave it."""
    kind: str
    """"price", "load", "power", "intensity", "irradiance", "sessions" or "unknown"."""
    facts: tuple[str, ...]
    """What the file holds, a sentence each."""
    defects: tuple[Defect, ...]
    """What is wrong, in the order found."""
    readable: bool
    """Whether it can be read without repairs."""

    def __str__(self) -> str:
        """Return the report for a terminal: facts, the first defects of each kind, and the verdict."""
        lines = [self.path, *(f"  {fact}" for fact in self.facts)]
        kinds = dict.fromkeys((defect.what, defect.mend) for defect in self.defects)
        for what, mend in kinds:
            alike = [defect for defect in self.defects if (defect.what, defect.mend) == (what, mend)]
            lines.append(f"{what}: {len(alike)} place{'s' if len(alike) > 1 else ''}")
            for defect in alike[:_SHOWN]:
                found = f": found {defect.found}" if defect.found else ""
                lines.append(f"  {defect.where.removeprefix(self.path).lstrip(', ') or 'the file'}{found}")
            if len(alike) > _SHOWN:
                lines.append(f"  and {len(alike) - _SHOWN} more")
            if mend:
                lines.append(f"  to mend: {mend}")
        lines.append(self._verdict())
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as plain values for JSON."""
        return {
            "path": self.path,
            "kind": self.kind,
            "facts": list(self.facts),
            "defects": [defect.as_dict() for defect in self.defects],
            "readable": self.readable,
        }

    def _verdict(self) -> str:
        if self.readable:
            return "readable as it is"
        repairs = sorted({defect.repair for defect in self.defects})
        if repairs and "" not in repairs:
            return "readable with " + " ".join(f"--repair {name}" for name in repairs)
        return "not readable as it is"


def examine(
    path: str | Path,
    *,
    quantity: Quantity | None = None,
    column: str | None = None,
    unit: str | None = None,
    timezone: str | None = None,
) -> Findings:
    """Examine a file; a bad file is reported, never raised.

    Args:
        quantity: what to look for; None looks for sessions, then prices, loads, intensities and irradiance.
        column: column, node, zone or country to examine; None examines all that hold the quantity.
        unit: unit of the column where its name declares none.
        timezone: IANA zone of times that state no offset.
    """
    facts: list[str] = []
    try:
        if timezone is not None:
            check_zone(timezone)
        table = open_table(path)
        facts = table_facts(table)
        visitors, reader = sessions_reader(table), series_reader(table)
        if visitors is not None and quantity is None:
            return _examine_sessions(table, visitors, timezone, facts)
        if reader is not None:
            return _examine_series(table, reader, quantity, Ask("price", column, unit, timezone), facts)
    except InputError as error:
        return Findings(str(path), "unknown", tuple(facts), (Defect.of(error),), False)
    except Exception as fault:
        broken = Defect(
            "the reader failed on this file",
            str(path),
            f"{type(fault).__name__}: {fault}",
            mend="report this file to us",
        )
        return Findings(str(path), "unknown", tuple(facts), (broken,), False)
    unknown = Defect(
        "the file holds no series and no sessions of a format we know",
        str(path),
        f"columns {', '.join(table.columns[:_MOST_COLUMNS])}",
        "times and a quantity with its unit, or arrival, departure and energy",
        "name the columns time_start and price_eur_per_mwh, or arrival, departure and energy_kwh",
    )
    return Findings(str(path), "unknown", tuple(facts), (unknown,), False)


def _examine_sessions(
    table: Table, reader: SessionsReader, timezone: str | None, facts: list[str]
) -> Findings:
    facts = [f"format: {reader.name}", *facts]
    try:
        visits = reader.read(table, timezone)
    except InputError as error:
        return Findings(table.source, "sessions", tuple(facts), (Defect.of(error),), False)
    facts += [*sessions_facts(visits), *visits.notes]
    defects = tuple(check_sessions(visits, _NOTHING).defects)
    return Findings(table.source, "sessions", tuple(facts), defects, not defects)


def _examine_series(
    table: Table, reader: SeriesReader, quantity: Quantity | None, ask: Ask, facts: list[str]
) -> Findings:
    facts = [f"format: {reader.name}", *facts]
    first_error: InputError | None = None
    for wanted in (quantity,) if quantity else _QUANTITIES:
        try:
            columns = _readings(table, reader, Ask(wanted, ask.column, ask.unit, ask.timezone))
        except InputError as error:
            first_error = first_error or error
            continue
        defects: list[Defect] = []
        facts += series_facts(columns[0][1])
        if len(columns) > 1:
            facts.append(f"{len(columns)} columns or nodes of {wanted}: name one with --column")
        for label, readings in columns:
            laid = lay_on_grid(readings, _NOTHING, None)
            facts += column_facts(label, readings, laid)
            defects += laid.defects
        return Findings(table.source, wanted, tuple(facts), tuple(defects), not defects)
    assert first_error is not None
    return Findings(table.source, quantity or "unknown", tuple(facts), (Defect.of(first_error),), False)


def _readings(table: Table, reader: SeriesReader, ask: Ask) -> list[tuple[str, Readings]]:
    """Return the rows of the column or node asked for, or of each that would do, with its name."""
    try:
        readings = reader.read(table, ask)
        return [(ask.column or readings.column, readings)]
    except AmbiguousColumn as error:
        return [
            (choice, reader.read(table, Ask(ask.quantity, choice, ask.unit, ask.timezone)))
            for choice in error.choices[:_MOST_COLUMNS]
        ]

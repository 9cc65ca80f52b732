"""Any CSV or Parquet table of charging sessions: arrival, departure, energy with its unit in the name."""

from __future__ import annotations

from wattswarm.data.cells.numbers import read_numbers
from wattswarm.data.cells.units import unit_in_name
from wattswarm.data.intake.readings import Visits
from wattswarm.data.intake.table import Table, plain_name
from wattswarm.data.readers.base import AmbiguousColumn
from wattswarm.data.readers.visits import ARRIVAL, DEPARTURE, scaled, visits_of
from wattswarm.errors import InputError


class GenericSessions:
    """Reader of a session table with declared units."""

    name = "session table"

    def recognises(self, table: Table) -> bool:
        """Whether the table has an arrival, a departure and something that is an energy."""
        has_energy = any("energy" in plain_name(c) or "kwh" in plain_name(c) for c in table.columns)
        return has_energy and None not in (table.find(*ARRIVAL), table.find(*DEPARTURE))

    def read(self, table: Table, timezone: str | None) -> Visits:
        """Return the sessions.

        Raises:
            InputError: no energy column with a unit, several, or times without a zone.
        """
        arrival, departure = table.find(*ARRIVAL) or "", table.find(*DEPARTURE) or ""
        column, factor = _energy(table)
        energy = scaled(read_numbers(table.frame[column]), factor)
        return visits_of(table, self.name, arrival, departure, energy, timezone, None)


def _energy(table: Table) -> tuple[str, float]:
    """Return the column of session energies and kWh in one of its units."""
    declared = {
        column: unit.factor
        for column in table.columns
        if (unit := unit_in_name(column)) is not None
        and unit.kind == "energy"
        and not {"capacity", "battery"} & set(plain_name(column).split("_"))
    }
    plain = [column for column in declared if plain_name(column) in ("energy_kwh", "kwh", "energy_wh")]
    if len(plain) == 1:
        declared = {plain[0]: declared[plain[0]]}
    if len(declared) > 1:
        raise AmbiguousColumn("several columns hold an energy", table.source, tuple(declared))
    if not declared:
        raise InputError(
            "no column declares the energy of a session and its unit",
            where=table.source,
            found=", ".join(table.columns),
            expected="a column such as energy_kwh",
            mend="name the column energy_kwh if it is in kWh, energy_wh if it is in Wh",
        )
    return next(iter(declared.items()))

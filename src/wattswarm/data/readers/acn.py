"""ACN-Data charging sessions of Caltech, JPL and an office: the site's JSON, and tables of the same fields.

Source: Lee, Li, Low, ACN-Data, ACM e-Energy 2019, https://doi.org/10.1145/3307772.3328313
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import polars as pl

from wattswarm.data.cells.numbers import read_numbers
from wattswarm.data.intake.readings import Visits
from wattswarm.data.intake.table import Table, plain_name
from wattswarm.data.readers.visits import asked_or_delivered, visits_of

_HOME: Final = "America/Los_Angeles"


class AcnJson:
    """Reader of the JSON that the ACN-Data site and its API hand out."""

    name = "ACN-Data JSON"

    def recognises(self, table: Table) -> bool:
        """Whether the items have the fields of ACN-Data."""
        return {"connectionTime", "disconnectTime", "kWhDelivered"} <= set(table.columns)

    def read(self, table: Table, timezone: str | None) -> Visits:
        """Return the sessions; the driver's last request counts.

        Raises:
            InputError: times without a zone.
        """
        requests = (
            table.text("userInputs").to_list() if "userInputs" in table.columns else [None] * len(table.rows)
        )
        asked = read_numbers(pl.Series([_last_request(inputs) for inputs in requests], dtype=pl.Float64))
        energy, notes = asked_or_delivered(asked, read_numbers(table.text("kWhDelivered")))
        stated = table.text("timezone").drop_nulls().unique().to_list() if "timezone" in table.columns else []
        home = stated[0] if len(stated) == 1 else _HOME
        visits = visits_of(table, self.name, "connectionTime", "disconnectTime", energy, timezone, home)
        return replace(visits, notes=(*visits.notes, *notes))


class AcnTable:
    """Reader of CSV or Parquet tables with requested and delivered energy."""

    name = "ACN-Data table"

    def recognises(self, table: Table) -> bool:
        """Whether the table has arrival, departure, requested and delivered kWh."""
        requested, delivered = _column(table, "requested"), _column(table, "delivered")
        return None not in (table.find("arrival"), table.find("departure"), requested, delivered)

    def read(self, table: Table, timezone: str | None) -> Visits:
        arrival, departure = table.find("arrival") or "arrival", table.find("departure") or "departure"
        requested, delivered = _column(table, "requested") or "", _column(table, "delivered") or ""
        energy, notes = asked_or_delivered(
            read_numbers(table.frame[requested]), read_numbers(table.frame[delivered])
        )
        visits = visits_of(table, self.name, arrival, departure, energy, timezone, _HOME)
        return replace(visits, notes=(*visits.notes, *notes))


def _column(table: Table, word: str) -> str | None:
    plain = {plain_name(column): column for column in table.columns}
    return plain.get(f"{word}_kwh", plain.get(f"{word}_energy_kwh"))


def _last_request(inputs: str | None) -> float | None:
    if not inputs:
        return None
    try:
        entries = json.loads(inputs)
    except json.JSONDecodeError:
        return None
    asked = [
        entry["kWhRequested"]
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("kWhRequested"), int | float)
    ]
    return float(asked[-1]) if asked else None

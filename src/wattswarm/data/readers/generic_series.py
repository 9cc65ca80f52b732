"""Any CSV or Parquet table with a time column and a unit declared in a column's name or by the caller."""

from __future__ import annotations

from typing import Final

import polars as pl

from wattswarm.data.cells.stamps import stated_zone
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table, plain_name
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import NAMES, choose_column, instants_of, readings_of
from wattswarm.errors import InputError

_TIME_NAMES: Final = (
    "time_start_utc", "time_start", "start_time_utc", "start_time", "interval_start_utc", "interval_start",
    "period_start", "datetime_utc", "timestamp_utc", "time_utc", "utc", "timestamp", "datetime", "date_time",
    "time", "time_start_local", "datetime_local", "local_time", "start", "date", "index",
)  # fmt: skip


class GenericSeries:
    """Reader of a table with a time column and declared units."""

    name = "table with declared units"

    def recognises(self, table: Table) -> bool:
        """Whether the table has a column of times that mark the start of an interval."""
        return _time_column(table) is not None

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of the column that holds the quantity asked for.

        Raises:
            InputError: no or several such columns, no unit, or times without a zone.
        """
        time = _time_column(table)
        if time is None:
            raise InputError(
                "no column holds the start of each interval",
                where=table.source,
                found=", ".join(table.columns),
                expected="a column such as time_start, timestamp or datetime",
                mend="name the column of times time_start",
            )
        column, unit = choose_column(table, ask, (time,))
        zone = "UTC" if plain_name(time).endswith("utc") else ask.timezone
        stamps, notes = instants_of(table, time, zone)
        stated = stated_zone(table.frame[time]) or "UTC"
        return readings_of(table, ask, self.name, column, unit, stated, stamps, notes, NAMES[ask.quantity])


def _time_column(table: Table) -> str | None:
    named = table.find(*_TIME_NAMES)
    if named is not None:
        return named
    temporal = [c for c, kind in table.frame.schema.items() if isinstance(kind, pl.Datetime | pl.Date)]
    if len(temporal) == 1 and "end" not in plain_name(temporal[0]).split("_"):
        return temporal[0]
    return next(
        (
            column
            for column in table.columns
            if {"time", "timestamp", "datetime", "date"} & set(plain_name(column).split("_"))
            and not {"end", "ending"} & set(plain_name(column).split("_"))
        ),
        None,
    )

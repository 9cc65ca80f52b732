"""ENTSO-E Transparency Platform exports: day-ahead prices or load by market time unit, UTC or CET/CEST."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from wattswarm.data.cells.numbers import EMPTY
from wattswarm.data.cells.stamps import SKIPPED, read_clock, to_instants
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import choose_column, choose_node, readings_of
from wattswarm.errors import InputError

_AHEAD_S: Final = {
    "CET": 3600.0,
    "CEST": 7200.0,
    "WET": 0.0,
    "WEST": 3600.0,
    "EET": 7200.0,
    "EEST": 10800.0,
    "UTC": 0.0,
}
_ZONE_OF_CLOCK: Final = {
    "CET": "Europe/Brussels",
    "WET": "Europe/Lisbon",
    "EET": "Europe/Helsinki",
    "UTC": "UTC",
}


class EntsoeExport:
    """Reader of both layouts of the platform; `column` names the value column, area or auction sequence."""

    name = "ENTSO-E Transparency Platform export"

    def recognises(self, table: Table) -> bool:
        """Whether the first column is one of market time units with its clock in the header."""
        return _time_column(table) is not None

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of one area and one auction.

        The platform writes the spring hour that the clock skips as a row without a value; they are passed
        over and counted. In the repeated autumn hour the marks (CET) and (CEST) decide, else the order.

        Raises:
            InputError: several areas or sequences and none named, or the quantity is not in the table.
        """
        time = _time_column(table) or table.columns[0]
        clock_name = _clock_name(time)
        labels = tuple(c for c in (table.find("area"), table.find("sequence"), table.find("currency")) if c)
        values = [c for c in table.columns if c != time and c not in labels and "intraday" not in c.lower()]
        aside = tuple(c for c in table.columns if c not in values)
        by_column = ask.column is not None and any(c.lower() == ask.column.lower() for c in values)
        node = None if by_column else ask.column
        column, unit = choose_column(table, ask if by_column else replace(ask, column=None), aside)
        table = _one_auction(table, node)
        start = table.text(time).str.split(" - ").list.first()
        mark = start.str.extract(r"\(([A-Z]+)\)")
        clock = read_clock(start.str.replace(r"\s*\([A-Z]+\)", ""), "day first")
        ahead = mark.replace_strict(_AHEAD_S, default=None, return_dtype=pl.Float64)
        stated = ahead.fill_null(np.nan).to_numpy()
        clock = replace(clock, offset_s=np.where(np.isnan(clock.offset_s), stated, clock.offset_s))
        zone = _ZONE_OF_CLOCK[clock_name]
        if zone != "UTC" and ask.timezone:
            zone = ask.timezone
        stamps, notes = to_instants(clock, zone, f"{table.source}, column {time}", ordered=True)
        readings = readings_of(table, ask, self.name, column, unit, zone, stamps, notes)
        hollow = (stamps.fault == SKIPPED) & (readings.values.fault == EMPTY)
        if hollow.any():
            count = np.count_nonzero(hollow)
            notes = (*notes, f"{count} rows without a value in the skipped spring hour passed over")
        return replace(readings, stamps=replace(stamps, text=table.text(time)), notes=notes).take(~hollow)


def _time_column(table: Table) -> str | None:
    return next((c for c in table.columns if re.match(r"(MTU|Time) \((UTC|CET|WET|EET)", c)), None)


def _clock_name(column: str) -> str:
    found = re.search(r"\((UTC|CET|WET|EET)", column)
    return found[1] if found else "UTC"


def _one_auction(table: Table, wanted: str | None) -> Table:
    """Return the rows of one area and sequence; one name may pick either, "area / sequence" picks both."""
    several = []
    for label in ("area", "sequence"):
        column = table.find(label)
        if column is not None and table.text(column).fill_null("").n_unique() > 1:
            several.append(column)
    if len(several) < 2:
        if wanted is not None and not several:
            column = table.find("area", "sequence")
            if column is None:
                raise InputError(
                    "there is no such column",
                    where=table.source,
                    found=wanted,
                    expected=", ".join(table.columns),
                    mend="--column with one of these, or leave it out",
                )
            several = [column]
        return choose_node(table, several[0] if several else None, wanted, "area or auction")
    both = table.text(several[0]).fill_null("") + " / " + table.text(several[1]).fill_null("")
    joined = replace(table, frame=table.frame.with_columns(both.alias("area / sequence")))
    return choose_node(joined, "area / sequence", wanted, "area and auction")

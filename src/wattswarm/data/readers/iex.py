"""Indian Energy Exchange market snapshot, day-ahead or real-time: Date, Time Block, bids, MCP (Rs/MWh)."""

from __future__ import annotations

import numpy as np
import polars as pl

from wattswarm.data.cells.numbers import EMPTY, OK
from wattswarm.data.cells.stamps import read_clock, to_instants
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import choose_column, readings_of


class IexSnapshot:
    """Reader of the exchange's 15-minute export; summary lines are passed over and counted."""

    name = "IEX market snapshot"

    def recognises(self, table: Table) -> bool:
        """Whether the table has Date, Time Block and a market clearing price."""
        price = any(column.lower().startswith("mcp") for column in table.columns)
        return price and None not in (table.find("date"), table.find("time_block"))

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the blocks of the column asked for, the market clearing price by default.

        Raises:
            InputError: the quantity is not in the table, or several columns hold it.
        """
        date, block = table.find("date") or "Date", table.find("time_block") or "Time Block"
        column, unit = choose_column(table, ask, (date, block))
        start = table.text(block).str.extract(r"^\s*(\d{1,2}:\d{2})\s*[-–]")
        whole = read_clock(table.frame[date], "day first")
        summary = start.is_null().to_numpy() & (whole.fault != OK) & (whole.fault != EMPTY)
        blocks = table.where(~summary)
        cells = blocks.text(date).str.strip_chars().str.head(11) + " " + start.filter(pl.Series(~summary))
        stamps, notes = to_instants(
            read_clock(cells, "day first"), "Asia/Kolkata", f"{table.source}, column {block}", ordered=True
        )
        if summary.any():
            notes = (*notes, f"{np.count_nonzero(summary)} summary lines passed over")
        return readings_of(blocks, ask, self.name, column, unit, "Asia/Kolkata", stamps, notes)

"""PJM Data Miner 2 exports: locational marginal prices by node (USD/MWh) and metered load by area (MW)."""

from __future__ import annotations

import numpy as np

from wattswarm.data.cells.units import require_unit
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import choose_node, instants_of, readings_of
from wattswarm.errors import InputError

_PRICES = ("total_lmp_da", "total_lmp_rt", "total_lmp")
_LOADS = ("mw", "instantaneous_load")


class PjmDataMiner:
    """Reader of Data Miner 2; `column` names the node or the load area."""

    name = "PJM Data Miner 2"

    def recognises(self, table: Table) -> bool:
        """Whether the table has Data Miner's UTC column and a price or a load."""
        return table.find("datetime_beginning_utc") is not None and table.find(*_PRICES, *_LOADS) is not None

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of one node or area, rows of superseded versions passed over and counted.

        Raises:
            InputError: the file does not hold the quantity, or holds several nodes and none is named.
        """
        time = table.find("datetime_beginning_utc")
        value = table.find(*(_PRICES if ask.quantity == "price" else _LOADS))
        if time is None or value is None or ask.quantity not in ("price", "load"):
            raise InputError(
                f"the file holds no {ask.quantity}",
                where=table.source,
                found=", ".join(table.columns),
                expected="total_lmp_da, total_lmp_rt or mw",
                mend="ask for the quantity that the file holds",
            )
        label = table.find("pnode_name", "load_area", "area", "pnode_id")
        table = choose_node(table, label, ask.column, "node" if ask.quantity == "price" else "load area")
        notes: tuple[str, ...] = ()
        current = table.find("row_is_current")
        if current is not None:
            stale = table.text(current).str.to_lowercase().is_in(["false", "0"]).fill_null(False).to_numpy()
            if stale.any():
                table = table.where(~stale)
                notes = (f"{np.count_nonzero(stale)} rows of superseded versions passed over",)
        stamps, _ = instants_of(table, time, "UTC", "month first")
        unit = require_unit("USD/MWh" if ask.quantity == "price" else "MW")
        name = "real-time price" if value.endswith("_rt") else None
        return readings_of(table, ask, self.name, value, unit, "America/New_York", stamps, notes, name)

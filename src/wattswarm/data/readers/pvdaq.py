"""PVDAQ photovoltaic field data: measured_on in local time, ac_power__315 and the like in watts.

Source: PVDAQ, Open Energy Data Initiative, https://doi.org/10.25984/1846021
"""

from __future__ import annotations

from wattswarm.data.cells.units import require_unit
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table, plain_name
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import NAMES, choose_column, instants_of, readings_of


class PvdaqFieldData:
    """Reader of a PVDAQ system's CSV; power is in watts unless the column says otherwise."""

    name = "PVDAQ field data"

    def recognises(self, table: Table) -> bool:
        """Whether the table has PVDAQ's column of measurement times."""
        return table.find("measured_on") is not None

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of one channel.

        Raises:
            InputError: several channels and none named, or no zone given for the local times.
        """
        time = table.find("measured_on") or "measured_on"
        channel = {"power": "ac_power", "irradiance": "irradiance"}.get(ask.quantity, ask.quantity)
        others = tuple(c for c in table.columns if not ask.column and channel not in plain_name(c))
        unit = {"power": "W", "irradiance": "W/m2"}.get(ask.quantity)
        column, chosen = choose_column(table, ask, (time, *others), require_unit(unit) if unit else None)
        stamps, notes = instants_of(table, time, ask.timezone)
        name = {"power": "solar power", "price": NAMES["price"]}.get(ask.quantity)
        return readings_of(table, ask, self.name, column, chosen, "UTC", stamps, notes, name)

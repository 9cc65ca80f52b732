"""CAISO OASIS locational marginal prices (PRC_LMP, PRC_INTVL_LMP): rows of LMP_TYPE LMP, USD/MWh."""

from __future__ import annotations

from wattswarm.data.cells.units import require_unit
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import choose_node, instants_of, readings_of
from wattswarm.errors import InputError


class CaisoOasis:
    """Reader of OASIS price reports; `column` names the node."""

    name = "CAISO OASIS"

    def recognises(self, table: Table) -> bool:
        """Whether the table has OASIS's GMT interval and a kind of price."""
        return None not in (table.find("intervalstarttime_gmt"), table.find("lmp_type"))

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the full prices (LMP) of one node, without their energy, congestion and loss parts.

        Raises:
            InputError: no rows of LMP_TYPE LMP, no price column, or several nodes and none named.
        """
        time, kind = table.find("intervalstarttime_gmt"), table.find("lmp_type")
        value = table.find("mw", "value", "prc", "lmp_prc")
        if time is None or kind is None or value is None or ask.quantity != "price":
            raise InputError(
                f"the file holds no {ask.quantity}",
                where=table.source,
                found=", ".join(table.columns),
                expected="INTERVALSTARTTIME_GMT, LMP_TYPE and MW or VALUE",
                mend="download the report PRC_LMP or PRC_INTVL_LMP as CSV, and ask for a price",
            )
        full = (table.text(kind) == "LMP").fill_null(False).to_numpy()
        if not full.any():
            raise InputError(
                "no row has a full price",
                where=f"{table.source}, column {kind}",
                found=", ".join(sorted(table.text(kind).drop_nulls().unique().to_list())),
                expected="rows of LMP_TYPE LMP",
                mend="download the LMP rows as well",
            )
        table = choose_node(
            table.where(full), table.find("node", "node_id", "node_id_xml"), ask.column, "node"
        )
        stamps, _ = instants_of(table, time, "UTC")
        run = table.find("market_run_id")
        runs = [] if run is None else table.text(run).drop_nulls().unique().to_list()
        name = "real-time price" if runs and "DAM" not in runs else "day-ahead price"
        return readings_of(
            table, ask, self.name, value, require_unit("USD/MWh"), "America/Los_Angeles", stamps, name=name
        )

"""What the wires allow: limits of the connection and the phases, voltages along a feeder."""

from wattswarm.grid.limits import Element, LimitNode, LimitRows, limit_rows
from wattswarm.grid.phases import line_currents, phase_incidence, unbalance

__all__ = [
    "Element",
    "LimitNode",
    "LimitRows",
    "limit_rows",
    "line_currents",
    "phase_incidence",
    "unbalance",
]

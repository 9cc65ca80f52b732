"""What the wires allow: limits of the connection and the phases, voltages along a feeder."""

from wattswarm.grid.cases import ieee33
from wattswarm.grid.feeder import Feeder, radial_feeder
from wattswarm.grid.limits import Element, LimitNode, LimitRows, limit_rows
from wattswarm.grid.lindistflow import VoltageRows, lindistflow, voltage_rows
from wattswarm.grid.phases import line_currents, phase_incidence, unbalance
from wattswarm.grid.power_flow import LineFlows, Voltages, line_flows, power_flow

__all__ = [
    "Element",
    "Feeder",
    "LimitNode",
    "LimitRows",
    "LineFlows",
    "VoltageRows",
    "Voltages",
    "ieee33",
    "limit_rows",
    "lindistflow",
    "line_currents",
    "line_flows",
    "phase_incidence",
    "power_flow",
    "radial_feeder",
    "unbalance",
    "voltage_rows",
]

"""The mixed-integer program of vehicles that share one meter: a house's pool, or one vehicle at a station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.papers.p000_city.settings import Battery
from wattswarm.plan.linear import Assembly, minimise


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known of the vehicles behind one meter."""

    away: NDArray[np.bool_]
    """Shape [hour, vehicle]."""
    drive_kwh: Floats
    """Wanted, shape [hour, vehicle]."""
    import_price: Floats
    """Of a kWh that the meter draws, shape [hour]."""
    export_price: Floats
    """Of one that it gives, shape [hour]."""
    net_kwh: Floats
    """Load less sun beside each vehicle, shape [hour, vehicle]."""
    sells: NDArray[np.bool_]
    """Hours in which what is held may be given to others, shape [hour]."""
    own_use: bool
    """Whether it may be given to the own load at any hour."""
    floor_kwh: Floats
    """Below which nothing is given, shape [vehicle]."""
    left_price: Floats
    """Worth of a kWh at the end, shape [vehicle]."""
    battery: Battery
    unmet_price: float
    """Cost of a kWh of a trip that the battery lacks."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The best that these vehicles can do."""

    worth: float
    """Money, and what is held at the end [currency]."""
    charge_kwh: Floats
    """Shape [hour, vehicle]."""
    discharge_kwh: Floats
    """Likewise."""


def best_plan(known: Known, start_kwh: Floats) -> Plan:
    """Return the plan of greatest worth.

    Columns are, for every vehicle and hour, what is drawn c and given d, the energy E before the drive, what
    the drive lacks u, and whether anything is given y; and for every hour what the meter draws and gives.

    Args:
        known: of the hours.
        start_kwh: in each battery, shape [vehicle].

    Raises:
        RuntimeError: the search did not end within 200,000 branches.
    """
    battery, drive = known.battery, known.drive_kwh
    shape, efficiency = drive.shape, battery.efficiency
    steps = shape[0]
    power = np.where(known.away, 0.0, battery.kw)
    own = np.maximum(known.net_kwh, 0.0) if known.own_use else 0.0
    most_given = np.where(known.sells[:, None], power, np.minimum(power, own))
    program = Assembly()
    drawn = program.variables(shape, 0.0, 0.0, power)
    given = program.variables(shape, battery.wear, 0.0, most_given)
    left = np.zeros(shape)
    left[-1] = known.left_price
    energy = program.variables(shape, -left, 0.0, battery.kwh)
    lacking = program.variables(shape, known.unmet_price - left, 0.0, drive)
    giving = program.variables(shape, 0.0, 0.0, (most_given > 0.0).astype(float))
    bought = program.variables((steps,), known.import_price, 0.0, np.inf)
    sold = program.variables((steps,), -known.export_price, 0.0, np.inf)

    before = np.zeros(shape)
    before[0] = start_kwh
    before[1:] = -drive[:-1]
    balance = program.constraints(shape, before, before)
    program.put(balance, energy, 1.0)
    program.put(balance[1:], energy[:-1], -1.0)
    program.put(balance[1:], lacking[:-1], -1.0)
    program.put(balance, drawn, -efficiency)
    program.put(balance, given, 1.0 / efficiency)
    # The drive takes what is there, and no more.
    driven = program.constraints(shape, drive, np.inf)
    program.put(driven, energy, 1.0)
    program.put(driven, lacking, 1.0)
    # Whoever gives keeps the floor.
    gate = program.constraints(shape, -np.inf, 0.0)
    program.put(gate, given, 1.0)
    program.put(gate, giving, -most_given)
    floor = program.constraints(shape, 0.0, np.inf)
    program.put(floor, energy, 1.0)
    program.put(floor, giving, -np.broadcast_to(known.floor_kwh, shape))
    net = known.net_kwh.sum(-1)
    meter = program.constraints((steps,), net, net)
    program.put(meter, bought, 1.0)
    program.put(meter, sold, -1.0)
    program.put(meter[:, None], drawn, -1.0)
    program.put(meter[:, None], given, 1.0)

    best = minimise(program.program(whole=giving))
    # What is left is E - drive + u; the constant of the drive is missing from the program's cost.
    worth = -best.cost - float((known.left_price * drive[-1]).sum())
    return Plan(worth, best.x[drawn], best.x[given])

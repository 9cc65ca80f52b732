"""What energy is worth under an optimal plan: shadow prices of the storages' and of the site's balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattswarm.data import Floats
from wattswarm.outlook import Outlook
from wattswarm.plan.linear.program import Program, build_program
from wattswarm.plan.linear.solver import Solver
from wattswarm.site import SiteArrays, Tariff


@dataclass(frozen=True, eq=False)
class Shadow:
    """The optimal plan of a window and what energy is worth in it."""

    energy_kwh: Floats
    """At the end of each step, shape [step, battery]."""
    deferred_kwh: Floats
    """Demand put off in each step, shape [step, station]."""
    stored: Floats
    """Worth of a further kWh in each battery at the end of each step [currency/kWh], 0 where the plan has no
    battery, shape [step, battery]."""
    used: Floats
    """Worth of a further kWh at the site in each step [currency/kWh], between the prices of export and
    import, shape [step]."""


def shadow_prices(outlook: Outlook, arrays: SiteArrays, tariff: Tariff, solver: Solver) -> Shadow:
    """Plan a window and read off what energy is worth in it.

    Args:
        solver: warm from the window before, if there was one.

    Returns:
        Energies and their worth.

    Raises:
        Infeasible: no plan keeps every limit.

    Source:
        Opportunity value of stored energy, Zheng et al. (2022), arXiv 2211.07797.
    """
    program = build_program(outlook, arrays, tariff)
    x, prices = solver.solve(program).x, solver.row_prices()
    flows, shape = len(program.battery), (outlook.steps, len(arrays.charge_kw))
    # The balances of the batteries come first, flow by flow; those of the site last, step by step.
    energy, stored = np.zeros(shape), np.zeros(shape)
    place = program.battery_step, program.battery
    energy[place] = x[program.rest.columns[:flows]]
    stored[place] = -prices[program.rest.rows[:flows]]
    used = price_used(outlook, program, solver, arrays.dt_h)
    deferred = np.zeros((outlook.steps, arrays.station_count))
    if program.defer.shape[1]:
        deferred = x[program.defer]
    return Shadow(energy, deferred, stored, used)


def price_used(outlook: Outlook, program: Program, solver: Solver, hours: float) -> Floats:
    """Return the worth of a further kWh in each step (of so many hours) of the last plan [currency/kWh]."""
    return np.asarray(solver.row_prices()[program.rest.rows[-outlook.steps :]] / hours)

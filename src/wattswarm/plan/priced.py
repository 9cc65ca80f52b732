"""The operator's price: each hour the fleet's cheapest plan, and the price by which everyone answers with it.

A plan that is cheapest for all together is cheapest for each alone once energy costs what one more kWh costs
the site, peak and valley included. Plan and shadow price are thus an equilibrium of price takers.
"""

from __future__ import annotations

import numpy as np

from wattswarm.data import Floats
from wattswarm.outlook import Foresight, Known, Outlook
from wattswarm.plan.advice import to_the_end
from wattswarm.plan.linear.program import Program
from wattswarm.plan.linear.shadow import price_used
from wattswarm.plan.linear.solver import Solution, Solver
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.world import World


class Priced(ModelPredictive):
    """Model predictive control to the end of the horizon that tells the price of every plan it makes.

    Args:
        foresight: what is believed of the hours ahead.

    Source:
        models.md 8.1: with marginal-cost pricing the Wardrop equilibrium is the social optimum.
    """

    def __init__(self, foresight: Foresight) -> None:
        super().__init__(foresight, hours=None)
        self.name = f"operator's price, {foresight.name}"
        self.told: list[tuple[Floats, Floats]] = []

    def begin(self, world: World) -> Solver:
        """Start with a cold solver and nothing told yet."""
        self.told.clear()
        return super().begin(world)

    def solved(
        self, known: Known, outlook: Outlook, program: Program, solution: Solution | None, solver: Solver
    ) -> None:
        """Note price and net load of the plan; without one, of the forecast."""
        price = np.asarray(outlook.import_price)
        net = outlook.base_kw.sum(axis=1) - outlook.solar_kw.sum(axis=1)
        if solution is not None:
            price = price_used(outlook, program, solver, known.site.dt_h)
            power = program.requests(solution.x, outlook.steps, len(known.site.charge_kw))[0]
            net = net + power.sum(axis=1)
        whole = known.step + len(known.times)
        self.told.append((to_the_end(price, whole), to_the_end(net, whole)))

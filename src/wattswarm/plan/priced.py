"""The operator's price: each hour the fleet's cheapest plan, and the price by which everyone answers with it.

A plan that is cheapest for all together is cheapest for each alone once energy costs what one more kWh costs
the site, peak and valley included. Plan and shadow price are thus an equilibrium of price takers.
"""

from __future__ import annotations

import numpy as np

from wattswarm.data import Floats
from wattswarm.outlook import Foresight, Outlook
from wattswarm.plan.advice import to_the_end
from wattswarm.plan.linear.program import Program
from wattswarm.plan.linear.shadow import price_used
from wattswarm.plan.linear.solver import Solution, Solver
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.world import Scenario, World


class Priced(ModelPredictive):
    """Model predictive control to the end of the scenario that tells the price of every plan it makes.

    Args:
        scenario: the site, and the source of what the forecast is allowed to know.
        foresight: what is believed of the hours ahead.

    Source:
        models.md 8.1: with marginal-cost pricing the Wardrop equilibrium is the social optimum.
    """

    def __init__(self, scenario: Scenario, foresight: Foresight) -> None:
        super().__init__(scenario, foresight, hours=scenario.steps * scenario.arrays.dt_h)
        self.name = f"operator's price, {foresight.name}"
        self.told: list[tuple[Floats, Floats]] = []
        self._length = scenario.steps

    def begin(self, world: World) -> tuple[int, Solver]:
        """Start at the first step with a cold solver and nothing told yet."""
        self.told.clear()
        return super().begin(world)

    def solved(self, outlook: Outlook, program: Program, solution: Solution | None, solver: Solver) -> None:
        """Note price and net load of the plan; without one, of the forecast."""
        price = np.asarray(outlook.import_price)
        net = outlook.base_kw.sum(axis=1) - outlook.solar_kw.sum(axis=1)
        if solution is not None:
            price = price_used(outlook, program, solver, self._scenario.arrays.dt_h)
            power = program.requests(solution.x, outlook.steps, len(self._scenario.arrays.charge_kw))[0]
            net = net + power.sum(axis=1)
        self.told.append((to_the_end(price, self._length), to_the_end(net, self._length)))

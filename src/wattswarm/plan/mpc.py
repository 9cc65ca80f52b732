"""Model predictive control: the bound's own program over the hours ahead, its first step carried out."""

from __future__ import annotations

from typing import Any

import numpy as np

from wattswarm.control import requests
from wattswarm.outlook import Foresight, Outlook
from wattswarm.plan.linear.program import Program, build_program
from wattswarm.plan.linear.solver import Infeasible, Solution, Solver
from wattswarm.world import Requests, Scenario, View, World


class ModelPredictive:
    """Plans every step anew on a forecast, with the solver warm from the step before.

    Args:
        scenario: the site, and the source of what the forecast is allowed to know.
        foresight: what it believes of the hours ahead.
        hours: length of the window [h].
    """

    compiled = False

    def __init__(self, scenario: Scenario, foresight: Foresight, hours: float = 24.0) -> None:
        self.name = f"MPC, {foresight.name}"
        self._scenario, self._foresight = scenario, foresight
        self._steps = max(1, round(hours / scenario.arrays.dt_h))

    def begin(self, _world: World) -> tuple[int, Solver]:
        """Start at the first step with a cold solver."""
        return 0, Solver()

    def act(
        self, world: World, memory: tuple[int, Solver], view: View
    ) -> tuple[tuple[int, Solver], Requests]:
        """Solve the window and ask for its first step."""
        at, solver = memory
        scenario = self._scenario
        steps = min(self._steps, scenario.steps - at)
        outlook = self._foresight.outlook(scenario, at, steps, view)
        program = build_program(outlook, scenario.arrays, scenario.site.tariff)
        try:
            solution = solver.solve(program)
        except Infeasible:
            # A forecast can promise more load than a limit allows; then only what must be charged is.
            self.solved(outlook, program, None, solver)
            return (at + 1, solver), requests(world, view.must_kw)
        self.solved(outlook, program, solution, solver)
        power, solar, defer = program.requests(solution.x, steps, world.batteries)
        put_off = defer[0] if defer.shape[1] else np.zeros(world.stations)
        asked: tuple[Any, ...] = (power[0], solar[0], put_off)
        return (at + 1, solver), Requests(*asked)

    def solved(self, outlook: Outlook, program: Program, solution: Solution | None, solver: Solver) -> None:
        """Be told of each plan as it is made, None where there is none; here nobody asks."""

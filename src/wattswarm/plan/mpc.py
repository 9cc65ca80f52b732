"""Model predictive control: the bound's own program over the hours ahead, its first step carried out."""

from __future__ import annotations

from typing import Any

import numpy as np

from wattswarm.control import requests
from wattswarm.outlook import Foresight, Known, Outlook, known_of
from wattswarm.plan.linear.program import Program, build_program
from wattswarm.plan.linear.solver import Infeasible, Solution, Solver
from wattswarm.world import Requests, View, World


class ModelPredictive:
    """Plans every step anew on a forecast, with the solver warm from the step before.

    Args:
        foresight: what it believes of the hours ahead.
        hours: length of the window [h], None for all that is left of the horizon.
    """

    compiled = False

    def __init__(self, foresight: Foresight, hours: float | None = 24.0) -> None:
        self.name = f"MPC, {foresight.name}"
        self._foresight, self._hours = foresight, hours

    def begin(self, _world: World) -> Solver:
        """Start with a cold solver."""
        return Solver()

    def act(self, world: World, memory: Solver, view: View) -> tuple[Solver, Requests]:
        """Solve the window and ask for its first step."""
        known, solver = known_of(view), memory
        steps = len(known.times)
        if self._hours is not None:
            steps = min(steps, max(1, round(self._hours / known.site.dt_h)))
        outlook = self._foresight.outlook(known, steps)
        program = build_program(outlook, known.site, known.tariff)
        try:
            solution = solver.solve(program)
        except Infeasible:
            # A forecast can promise more load than a limit allows; then only what must be charged is.
            self.solved(known, outlook, program, None, solver)
            return solver, requests(world, view.must_kw)
        self.solved(known, outlook, program, solution, solver)
        power, solar, defer = program.requests(solution.x, steps, world.batteries)
        put_off = defer[0] if defer.shape[1] else np.zeros(world.stations)
        asked: tuple[Any, ...] = (power[0], solar[0], put_off)
        return solver, Requests(*asked)

    def solved(
        self, known: Known, outlook: Outlook, program: Program, solution: Solution | None, solver: Solver
    ) -> None:
        """Be told of each plan as it is made, None where there is none; here nobody asks."""

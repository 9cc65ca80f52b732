"""The perfect-foresight bound: what nobody can beat, and the plan that attains it (models 7)."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from wattswarm.control import Run, simulate
from wattswarm.outlook import hindsight
from wattswarm.plan.linear.program import build_program
from wattswarm.plan.linear.solver import solve_exactly
from wattswarm.plan.scheduled import Scheduled
from wattswarm.world import Scenario


@dataclass(frozen=True, eq=False)
class Bound:
    """The optimum of a scenario in hindsight."""

    profit: float
    """The highest profit that any policy can reach [currency]."""
    plan: Scheduled
    """The policy that reaches it, None where the optimum is only an upper bound."""
    run: Run
    """The plan replayed in the world."""
    exact: bool
    """Whether the plan attains `profit` in the world."""
    gap: float
    """Relative gap left by the solver."""
    binaries: int
    """Pairs that had to be kept apart at negative prices."""
    seconds: float
    """CPU seconds of the solver."""
    note: str
    """What the bound leaves out, in plain words."""


def perfect_foresight(scenario: Scenario, *, dtype: DTypeLike = np.float64) -> Bound:
    """Solve a scenario in hindsight and replay the solution in the world.

    Raises:
        Unbounded: export is worth more than import somewhere.
    """
    optimum = solve_in_hindsight(scenario, dtype=dtype)
    return replayed(optimum, simulate(scenario, [optimum.plan], dtype=dtype)[0])


@dataclass(frozen=True, eq=False)
class Optimum:
    """A solution that has yet to be replayed: its objective, its plan and how it was found."""

    cost: float
    plan: Scheduled
    gap: float
    binaries: int
    seconds: float


def solve_in_hindsight(scenario: Scenario, *, dtype: DTypeLike = np.float64) -> Optimum:
    """Solve a scenario in hindsight; its plan is a policy that can be run beside others."""
    program = build_program(hindsight(scenario), scenario.arrays, scenario.site.tariff)
    solution = solve_exactly(program)
    requests = program.requests(solution.x, scenario.steps, len(scenario.arrays.charge_kw))
    plan = scheduled(requests, scenario, dtype)
    return Optimum(solution.cost, plan, solution.gap, solution.binaries, solution.seconds)


def replayed(optimum: Optimum, run: Run) -> Bound:
    """Return the bound that an optimum and the run of its plan make."""
    profit = -optimum.cost
    pauses = bool((run.scenario.arrays.minimum_kw > 0).any())
    note = (
        "ports with a minimum current may pause in the world; the bound ignores that and is a little too high"
        if pauses
        else ""
    )
    return Bound(
        profit=profit,
        plan=optimum.plan,
        run=run,
        exact=abs(run.profit - profit) <= 1e-6 * max(1.0, abs(profit)),
        gap=optimum.gap,
        binaries=optimum.binaries,
        seconds=optimum.seconds,
        note=note,
    )


def scheduled(
    requests: tuple[np.ndarray, np.ndarray, np.ndarray], scenario: Scenario, dtype: DTypeLike
) -> Scheduled:
    """Return a solution's requests as a policy."""
    power, solar, defer = requests
    if defer.shape[1] == 0:
        defer = np.zeros((scenario.steps, scenario.arrays.station_count))
    return Scheduled(
        jnp.asarray(power, dtype),
        jnp.asarray(solar, dtype),
        jnp.asarray(defer, dtype),
        name="perfect foresight",
    )

"""What the planners are timed on: the pool of paper 002 for bounds, its days and the hub's for MPC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import jax
import numpy as np

from wattswarm.control import policy, simulate
from wattswarm.data.generate import generate_prices
from wattswarm.outlook import Knowledge, hindsight
from wattswarm.plan.linear import build_program, solve_exactly
from wattswarm.site import Location, load_example
from wattswarm.tasks.pool import pool_scenario
from wattswarm.world import HISTORY_DAYS, Requests, Scenario, View, World, build_scenario

UTRECHT = Location(latitude=52.09, longitude=5.12, timezone="Europe/Amsterdam")


def bound_of(days: int) -> Callable[[int], object]:
    """Return what states and solves the exact optimum of three stations over some days of positive prices."""
    start = date(2023, 1, 1)
    prices = generate_prices(
        start=start - timedelta(days=HISTORY_DAYS),
        days=days + HISTORY_DAYS,
        timezone=UTRECHT.timezone,
        currency="USD",
        negative_share=0.0,
        rng=np.random.default_rng(0),
    )
    scenario = pool_scenario(prices, start=start, days=days, seed=0, location=UTRECHT)
    return lambda _run: solve_exactly(
        build_program(hindsight(scenario), scenario.arrays, scenario.site.tariff)
    )


def control(site: str, days: int) -> tuple[Callable[[int], object], int]:
    """Return what replays the windows of a day-ahead MPC over some days, and how many windows these are."""
    start = date(2024, 6, 3)
    if site == "pool":
        scenario = pool_scenario(start=start, days=days, seed=0, location=UTRECHT)
    else:
        scenario = build_scenario(load_example(site), start=start, days=days)
    recorder = _Recorder(scenario)
    with jax.enable_x64(True):
        simulate(scenario, [recorder])
        world = scenario.world()
    views = recorder.views

    def run(_run: int) -> object:
        controller, knowledge = policy("mpc-dayahead", scenario), Knowledge(scenario)
        memory, asked = controller.begin(world), []
        for at, view in enumerate(views):
            told = view._replace(told=knowledge.at(at, view))
            memory, request = controller.act(world, memory, told)
            asked.append(request)
        return asked

    return run, len(views)


class _Recorder:
    """A controller that keeps what it saw, so that its decisions can be timed without the world."""

    compiled = False

    def __init__(self, scenario: Scenario) -> None:
        self.name, self.views = "recorder", list[View]()
        self._controller = policy("mpc-dayahead", scenario)

    def begin(self, world: World) -> object:
        return self._controller.begin(world)

    def act(self, world: World, memory: object, view: View) -> tuple[object, Requests]:
        self.views.append(jax.tree.map(np.asarray, view._replace(told=None)))
        return self._controller.act(world, memory, view)

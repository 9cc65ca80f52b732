"""One time step of sites, vehicles and markets as pure functions, and the scenarios they run on."""

from wattswarm.world.build import build_scenario
from wattswarm.world.records import Dispatch, Exogenous, Flows, Money, Requests, State, View, World
from wattswarm.world.reveal import look, reveal
from wattswarm.world.scenario import Scenario
from wattswarm.world.schedule import Schedule, schedule_sessions
from wattswarm.world.step import start, step
from wattswarm.world.timeline import Timeline, bank

__all__ = [
    "Dispatch",
    "Exogenous",
    "Flows",
    "Money",
    "Requests",
    "Scenario",
    "Schedule",
    "State",
    "Timeline",
    "View",
    "World",
    "bank",
    "build_scenario",
    "look",
    "reveal",
    "schedule_sessions",
    "start",
    "step",
]

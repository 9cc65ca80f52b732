"""One time step of sites, vehicles and markets as pure functions, and the scenarios they run on."""

from wattswarm.world.build import HISTORY_DAYS, build_scenario, moved_by
from wattswarm.world.clear import voltages
from wattswarm.world.kernel import compile_kernels, one_kernel
from wattswarm.world.records import Dispatch, Exogenous, Flows, Money, Requests, State, View, World
from wattswarm.world.reveal import look, open_step, reveal
from wattswarm.world.scenario import History, Scenario, exogenous_columns
from wattswarm.world.schedule import Schedule, schedule_sessions
from wattswarm.world.sessions import SessionFlows, session_flows
from wattswarm.world.stays import NO_LIMIT_KW, Stays
from wattswarm.world.step import start, step
from wattswarm.world.timeline import Timeline, bank, pack

__all__ = [
    "HISTORY_DAYS",
    "NO_LIMIT_KW",
    "Dispatch",
    "Exogenous",
    "Flows",
    "History",
    "Money",
    "Requests",
    "Scenario",
    "Schedule",
    "SessionFlows",
    "State",
    "Stays",
    "Timeline",
    "View",
    "World",
    "bank",
    "build_scenario",
    "compile_kernels",
    "exogenous_columns",
    "look",
    "moved_by",
    "one_kernel",
    "open_step",
    "pack",
    "reveal",
    "schedule_sessions",
    "session_flows",
    "start",
    "step",
    "voltages",
]

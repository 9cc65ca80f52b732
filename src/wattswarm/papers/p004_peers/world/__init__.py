"""Paper 004: vehicles that charge, discharge, idle, sell and buy; orders among them are matched."""

from wattswarm.papers.p004_peers.world.day import (
    Flows,
    Population,
    Requests,
    State,
    View,
    begin,
    look,
    population,
    step,
)
from wattswarm.papers.p004_peers.world.settings import ACTIONS, HOURS, Settings

__all__ = [
    "ACTIONS",
    "HOURS",
    "Flows",
    "Population",
    "Requests",
    "Settings",
    "State",
    "View",
    "begin",
    "look",
    "population",
    "step",
]

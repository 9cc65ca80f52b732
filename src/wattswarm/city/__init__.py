"""The city of paper 000: vehicles that charge, sell and trade, stations with buffers, neighbours, outages."""

from wattswarm.city.look import look
from wattswarm.city.records import City, Flows, Requests, State, View, begin, build
from wattswarm.city.settings import Group, Settings
from wattswarm.city.step import step

__all__ = [
    "City",
    "Flows",
    "Group",
    "Requests",
    "Settings",
    "State",
    "View",
    "begin",
    "build",
    "look",
    "step",
]

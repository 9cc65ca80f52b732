"""The city of paper 000: vehicles that charge, sell and trade, stations with buffers, neighbours, outages."""

from wattswarm.papers.p000_city.settings import Group, Settings
from wattswarm.papers.p000_city.world.look import look
from wattswarm.papers.p000_city.world.records import City, Flows, Requests, State, View, begin, build
from wattswarm.papers.p000_city.world.step import step
from wattswarm.papers.p000_city.world.surroundings import slot_of

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
    "slot_of",
    "step",
]

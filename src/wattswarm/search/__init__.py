"""Searches over numbers without gradients: what planners and the tuning of forecasters share."""

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Search
from wattswarm.search.chance import Chance
from wattswarm.search.genetic import Genetic
from wattswarm.search.pelican import Pelican, PrintedPelican
from wattswarm.search.swarm import Swarm

__all__ = [
    "Budget",
    "Chance",
    "Fitness",
    "Floats",
    "Genetic",
    "Pelican",
    "PrintedPelican",
    "Result",
    "Search",
    "Swarm",
]

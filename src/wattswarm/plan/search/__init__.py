"""Searches without gradients, and plans made by them."""

from wattswarm.plan.search.budget import Budget, Fitness, Result, Search
from wattswarm.plan.search.chance import Chance
from wattswarm.plan.search.genetic import Genetic
from wattswarm.plan.search.pelican import Pelican, PrintedPelican
from wattswarm.plan.search.planner import Plan, plan_by_search
from wattswarm.plan.search.swarm import Swarm

__all__ = [
    "Budget",
    "Chance",
    "Fitness",
    "Genetic",
    "Pelican",
    "Plan",
    "PrintedPelican",
    "Result",
    "Search",
    "Swarm",
    "plan_by_search",
]

"""What the city is timed on: whole days of play and learning."""

from __future__ import annotations

from functools import cache

from wattswarm.bench import Training
from wattswarm.market import lightning
from wattswarm.papers.p000_city.learning import CityProblem, q_learning
from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.world import build


@cache
def _city() -> CityProblem:
    """Return paper 000's city, drawn when it is first timed."""
    return CityProblem(build(paper(), lightning()))


CITY = Training(_city, lambda updates: q_learning(_city(), updates), rounds=60, deciders=1060)
"""Sixty days of 1,000 vehicles and 60 stations: markets, outages, payments and a table each."""

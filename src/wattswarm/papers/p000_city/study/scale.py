"""What an hour of an agent costs as the city grows: more districts, or one market for all."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wattswarm.papers.experiment import cached, spread_work
from wattswarm.papers.p000_city.presets import paper, scaled
from wattswarm.papers.p000_city.settings import Settings
from wattswarm.papers.p000_city.study.design import Case, Design
from wattswarm.papers.p000_city.study.memory import most_memory_gb
from wattswarm.papers.p000_city.study.simulation import learn
from wattswarm.runtime import prepare


@dataclass(frozen=True)
class Size:
    """A city to be timed."""

    label: str
    city: Settings
    days: int


@dataclass(frozen=True)
class Cost:
    """What a size took."""

    label: str
    vehicles: int
    """In all."""
    stations: int
    """In all."""
    days: int
    cpu_s: float
    """Processor time of the days, all threads [s]."""
    compile_cpu_s: float
    """Of compiling [s]."""
    wall_s: float
    """By the clock, compiling counted [s]."""
    memory_gb: float
    """Most that the process held [GB]."""
    microseconds: float
    """Processor time of an hour of an agent."""


def sizes(design: Design) -> list[Size]:
    """Return the sizes of the sweep, and one market of all where there is time for it."""
    found = [
        Size(f"{1000 * count:,} in districts of 1,000", scaled(count), design.scale_days)
        for count in design.districts
    ]
    if design.quick:
        return found
    groups = tuple(replace(group, vehicles=10 * group.vehicles) for group in paper().groups)
    whole = replace(paper(), groups=groups, stations=600, hubs=60)
    return [*found, Size("10,000 in one market", whole, design.scale_days)]


def cost(size: Size, folder: Path) -> Cost:
    """Return what a size takes, timed in a process of its own unless the folder holds it."""
    path = folder / f"{size.label.replace(' ', '-').replace(',', '')}-{size.days}.json"
    found: Cost = cached(path, Cost, partial(_timed_alone, size))
    return found


def _timed_alone(size: Size) -> Cost:
    ((_, cost),) = spread_work(time_size, [size], 1)
    return cost


def time_size(size: Size) -> Cost:
    """Live in a city of a size, in this process, and tell what it took."""
    prepare(keep=False)
    began = time.perf_counter()
    result = learn(Case(city=size.city, days=size.days)).result
    districts = size.city.districts
    return Cost(
        label=size.label,
        vehicles=districts * size.city.vehicles,
        stations=districts * size.city.stations,
        days=size.days,
        cpu_s=result.cpu_s,
        compile_cpu_s=result.compile_cpu_s,
        wall_s=time.perf_counter() - began,
        memory_gb=most_memory_gb(),
        microseconds=1e6 / result.agent_steps_per_cpu_s,
    )

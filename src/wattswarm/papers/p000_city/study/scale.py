"""What an hour of an agent costs as the city grows: more districts, or one market for all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from wattswarm.papers.experiment import kept_json, spread_work
from wattswarm.papers.p000_city.presets import paper, scaled
from wattswarm.papers.p000_city.settings import Settings
from wattswarm.papers.p000_city.study.contest import Contest, Life
from wattswarm.papers.p000_city.study.living import learn
from wattswarm.papers.p000_city.study.memory import most_memory_gb
from wattswarm.runtime import prepare


@dataclass(frozen=True)
class Size:
    """A city to be timed.

    Args:
        label: in the table.
        city: its settings.
        days: lived.
    """

    label: str
    city: Settings
    days: int


@dataclass(frozen=True)
class Cost:
    """What a size took.

    Args:
        label: of the size.
        vehicles: in all.
        stations: in all.
        days: lived.
        cpu_s: processor time of the days, all threads [s].
        compile_cpu_s: of compiling [s].
        wall_s: by the clock, compiling counted [s].
        memory_gb: most that the process held [GB].
        microseconds: processor time of an hour of an agent.
    """

    label: str
    vehicles: int
    stations: int
    days: int
    cpu_s: float
    compile_cpu_s: float
    wall_s: float
    memory_gb: float
    microseconds: float


def sizes(contest: Contest) -> list[Size]:
    """Return the sizes of the sweep, and one market of all where there is time for it."""
    told = [
        Size(f"{1000 * count:,} in districts of 1,000", scaled(count), contest.scale_days)
        for count in contest.districts
    ]
    if contest.quick:
        return told
    groups = tuple(replace(group, vehicles=10 * group.vehicles) for group in paper().groups)
    whole = replace(paper(), groups=groups, stations=600, hubs=60)
    return [*told, Size("10,000 in one market", whole, contest.scale_days)]


def costs(wanted: Sequence[Size], folder: Path) -> list[Cost]:
    """Return what every size takes, each in its own process; those in the folder are not timed again.

    Args:
        wanted: sizes.
        folder: that keeps them.
    """
    told = []
    for size in wanted:
        path = folder / f"{size.label.replace(' ', '-').replace(',', '')}-{size.days}.json"
        told.append(Cost(**kept_json(path, partial(_timed_alone, size))))
    return told


def _timed_alone(size: Size) -> dict[str, Any]:
    ((_, cost),) = spread_work(time_size, [size], 1)
    return asdict(cost)


def time_size(size: Size) -> Cost:
    """Live in a city of a size, in this process, and tell what it took."""
    prepare(keep=False)
    began = time.perf_counter()
    lived = learn(Life(city=size.city, days=size.days)).lived
    districts = size.city.districts
    return Cost(
        label=size.label,
        vehicles=districts * size.city.vehicles,
        stations=districts * size.city.stations,
        days=size.days,
        cpu_s=lived.cpu_s,
        compile_cpu_s=lived.compile_cpu_s,
        wall_s=time.perf_counter() - began,
        memory_gb=most_memory_gb(),
        microseconds=1e6 / lived.agent_steps_per_cpu_s,
    )

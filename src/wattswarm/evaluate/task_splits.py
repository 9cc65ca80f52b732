"""The training, validation and test split of every task, and the problems that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from wattswarm.errors import InputError
from wattswarm.evaluate.regions import Region, east, generated, west
from wattswarm.evaluate.split import WEEK_DAYS, Role, weeks
from wattswarm.learn import TaskProblem, TrainingSet, about_task
from wattswarm.market import Regime
from wattswarm.site import load_example
from wattswarm.tasks import GAMMA, make_task, scales, scenario_for_task, shaped, task_entry, with_scales
from wattswarm.tasks.station import station_scenario
from wattswarm.world import Scenario, build_scenario

REGIONS = ("generated", "east", "west")
_FIRST_DAY = date(2024, 1, 1)
_STATION = 40
_DAYS: Mapping[str, int] = MappingProxyType({"training": 60, "validation": 12, "test": 12})


@dataclass(frozen=True, eq=False)
class TaskSplits:
    """The days of a task by role; problems are made when first asked for."""

    task: str
    region: str
    lay_out: Callable[[Role], tuple[Scenario, ...]]
    """Returns the episodes of a role."""

    @cached_property
    def training(self) -> tuple[Scenario, ...]:
        """Episodes to learn from."""
        return self.lay_out("training")

    @cached_property
    def validation(self) -> tuple[Scenario, ...]:
        """Episodes to choose by."""
        return self.lay_out("validation")

    @cached_property
    def test(self) -> tuple[Scenario, ...]:
        """Horizons to test on, with the prices ahead laid out as policies of the task see them."""
        return tuple(scenario_for_task(self.task, each) for each in self.lay_out("test"))

    def problem(self, gamma: float = GAMMA, *, shape: bool = True) -> TaskProblem:
        """Return what is learned on; rewards are shaped except where the task is as printed.

        Args:
            gamma: the learner's discount, for potentials that are no plan's.
            shape: whether to shape rewards; without, they are what the task pays in a fixed unit.
        """
        entry = task_entry(self.task)
        task = make_task(self.task, self.training, training=True)
        if not entry.literal:
            share = 1.0 / len(task.agents) if entry.divided else 1.0
            discount = (GAMMA if entry.planned else gamma) if shape else None
            task = shaped(task, baseline=shape, gamma=discount, share=share, planned=entry.planned)
        return TaskProblem(task, entry.points)

    @cached_property
    def judged(self) -> TaskProblem:
        """What validation plays: the bare task, seen with the scales of training."""
        task = make_task(self.task, self.validation)
        return TaskProblem(with_scales(task, scales(self._trained)), task_entry(self.task).points)

    @property
    def training_set(self) -> TrainingSet:
        """What plans teach on, without pay."""
        task = make_task(self.task, self.training, training=True)
        return TrainingSet(TaskProblem(task, task_entry(self.task).points), self.training, self.judged)

    @property
    def about(self) -> dict[str, Any]:
        """What the files of a training say about it, as JSON values."""
        bare = TaskProblem(self._trained, task_entry(self.task).points)
        return {**about_task(self.task, bare), "region": self.region}

    @cached_property
    def _trained(self) -> Any:
        return make_task(self.task, self.training)


def splits_of_task(
    task: str, region: str = "generated", *, data: Path | None = None, quick: bool = False, seed: int = 0
) -> TaskSplits:
    """Return the splits of a task.

    Args:
        region: one of `REGIONS`; the real ones exist for the pool.
        data: folder of the records of a real region.
        quick: few days, to see that it works.
        seed: of everything that is generated.

    Raises:
        InputError: no such task or region, or its records are not there.
    """
    entry = task_entry(task)
    if region not in REGIONS:
        raise InputError("there is no such region", where="region", found=region, expected=", ".join(REGIONS))
    if task.startswith("pool"):
        return splits_of_region(task, region_of(region, data, literal=entry.literal, seed=seed), quick=quick)
    if region != "generated":
        raise InputError(
            "only the pool has regions of real records",
            where="region",
            found=f"{region} for {task}",
            expected="generated",
            mend="leave the region out, or choose pool or pool-literal",
        )
    numbers = {"training": 6, "validation": 2, "test": 2} if quick else _DAYS
    day = _hub_day if task == "hub" else _literal_station_day if entry.literal else _station_day
    return TaskSplits(task, region, partial(_days, numbers, day, seed))


def splits_of_region(task: str, region: Region, *, quick: bool = False) -> TaskSplits:
    """Return the splits of a pool in a region: weeks to train and validate, months to test; few if quick."""
    return TaskSplits(task, region.name.lower(), partial(_weeks_and_months, region, quick))


def region_of(
    name: str, data: Path | None, *, regime: Regime = Regime.DAM, literal: bool = False, seed: int = 0
) -> Region:
    """Return a region by its name.

    Args:
        name: one of `REGIONS`.
        data: folder of the records of a real region.
        regime: what is known of prices when.
        literal: whether the power of storages shall never bind, as the task as printed asks.
        seed: of everything that is generated.

    Raises:
        InputError: a real region without its records.
    """
    if name == "generated":
        region = generated(seed=seed)
    elif data is None:
        raise InputError(
            "the region needs its records",
            where="data",
            found="no folder",
            expected="the folder that holds them",
            mend="name it, or take the generated region",
        )
    else:
        region = east(data) if name == "east" else west(data)
    return replace(region, regime=regime, power_per_kwh=1.0 if literal else 0.5, seed=seed)


def _weeks_and_months(region: Region, quick: bool, role: Role) -> tuple[Scenario, ...]:
    """Return weeks to learn from and to choose by, and whole months to be judged by; of each few if quick."""
    split = region.split
    if role == "test" and not quick:
        return region.test
    if role == "training" and not quick:
        return region.training
    if role == "test":
        starts = [weeks(month, WEEK_DAYS)[0] for month in split.test[:2]]
    elif role == "validation":
        choosing = [start for month in split.validation for start in weeks(month, WEEK_DAYS)]
        starts = choosing[:1] if quick else choosing
    else:
        starts = list(weeks(split.training[0], WEEK_DAYS))
    laid = (region.scenario(start, WEEK_DAYS) for start in starts)
    return tuple(each for each in laid if each.steps == 24 * WEEK_DAYS)


def _days(
    numbers: Mapping[str, int], lay_out: Callable[[date, int], Scenario], seed: int, role: Role
) -> tuple[Scenario, ...]:
    """Return days spread over a year, each in one role; those of a clock change are left out."""
    total = sum(numbers.values())
    order = np.random.default_rng([seed, 3]).permutation(total)
    bounds = dict(zip(numbers, pairwise(np.cumsum([0, *numbers.values()])), strict=True))
    own = sorted(order[slice(*bounds[role])].tolist())
    days = [lay_out(_FIRST_DAY + timedelta(days=at * 365 // total), seed * 1000 + at) for at in own]
    return tuple(day for day in days if day.steps * day.arrays.dt_h == 24)


def _hub_day(day: date, seed: int) -> Scenario:
    return build_scenario(load_example("hub"), start=day, days=1, seed=seed)


def _station_day(day: date, seed: int) -> Scenario:
    return station_scenario(_STATION, start=day, seed=seed)


def _literal_station_day(day: date, seed: int) -> Scenario:
    return station_scenario(_STATION, start=day, seed=seed, transformer="soft")

"""Names of the tasks: what the command line offers, and how each is made of days at its site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wattswarm.registry import Catalogue, Entry, load
from wattswarm.tasks.pool.task import hour_by_hour
from wattswarm.tasks.task import Task
from wattswarm.world import Scenario


@dataclass(frozen=True)
class TaskEntry(Entry):
    """A task on offer: a function of the days, or of what `of` makes of them."""

    of: str = ""
    """What makes of days what the target takes, as "module:attribute"."""
    points: tuple[int, ...] | None = (9,)
    """Grid of choices over each control, None where there are too many controls for one."""
    draws: bool = False
    """Whether it takes `random_start`, so that episodes of training start anywhere."""
    hourly: bool = False
    """Whether it looks at prices and load ahead hour by hour, not at prices in the usual blocks."""
    planned: bool = False
    """Whether what is stored is paid in training by what a plan over the hours ahead says."""
    divided: bool = True
    """Whether profit is divided among the agents instead of paid to each whole."""
    literal: bool = False
    """Whether it is as printed, rewards included."""

    def make(self, scenarios: Sequence[Scenario], training: bool) -> Task:
        """Return the task on given days; in training the storages of a pool start anywhere."""
        first = load(self.of or self.target)
        made = first(scenarios, random_start=training) if self.draws else first(scenarios)
        task: Task = self.load()(made) if self.of else made
        return task


def _pool(description: str, target: str, of: str = "", **facts: Any) -> TaskEntry:
    usual = {"points": (9, 3), "draws": True, "divided": False, **facts}
    return TaskEntry(
        f"wattswarm.tasks.pool.{target}", description, of and f"wattswarm.tasks.pool.{of}", **usual
    )


_SETTING = "wattswarm.tasks.place:setting"
_TASKS = Catalogue(
    "task",
    "wattswarm.tasks",
    TaskEntry,
    {
        "pool": _pool(
            "Three stations with storage, sun and demand that can wait share a profit (paper 002).",
            "task:sound_pool",
            hourly=True,
        ),
        "pool-advised": _pool(
            "The same pool whose stations see what a plan on published and usual values would have them do.",
            "advised:advised_pool",
            "task:sound_pool",
            hourly=True,
            planned=True,
        ),
        "pool-beliefs": _pool(
            "The same pool run by one coordinator, whose beliefs of the day ahead an exact plan acts by.",
            "beliefs:belief_pool",
            "task:sound_pool",
            points=None,
            hourly=True,
        ),
        "pool-literal": _pool(
            "The pool with the state, actions and reward as printed.", "task:literal_pool", literal=True
        ),
        "hub": TaskEntry(
            "wattswarm.tasks.hub:Hub",
            "Every port and storage of the built-in hub is paid what it earns the site.",
            _SETTING,
        ),
        "station": TaskEntry(
            "wattswarm.tasks.station.task:SoundStation",
            "The 40 ports of the station of paper 001 share its profit.",
            _SETTING,
        ),
        "station-literal": TaskEntry(
            "wattswarm.tasks.station.task:literal_station",
            "The same with the state, actions and reward as printed, the transformer a penalty.",
            literal=True,
        ),
    },
)


def task_names() -> tuple[str, ...]:
    return tuple(_TASKS)


def task_entry(name: str) -> TaskEntry:
    """Return what there is to know of a task.

    Raises:
        InputError: there is no task of that name.
    """
    return _TASKS[name]


def make_task(name: str, scenarios: Sequence[Scenario], *, training: bool = False) -> Task:
    """Return the task of that name on given days.

    Args:
        name: one of `task_names()`.
        scenarios: one episode each.
        training: whether episodes may start elsewhere than the days do.

    Returns:
        The task, in single precision.

    Raises:
        InputError: no such task, or the days do not make it.
    """
    return task_entry(name).make(scenarios, training)


def scenario_for_task(name: str, scenario: Scenario) -> Scenario:
    """Return the scenario with prices and load ahead laid out as the task looks at them."""
    if not task_entry(name).hourly:
        return scenario
    return hour_by_hour(scenario)

"""Names of the tasks: what the command line offers, and how each is made of days at its site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from wattswarm.errors import no_such
from wattswarm.tasks.hub import Hub
from wattswarm.tasks.place import setting
from wattswarm.tasks.pool.advised import advised_pool
from wattswarm.tasks.pool.beliefs import belief_pool
from wattswarm.tasks.pool.task import hour_by_hour, literal_pool, sound_pool
from wattswarm.tasks.station.task import SoundStation, literal_station
from wattswarm.tasks.task import Task
from wattswarm.world import Scenario


@dataclass(frozen=True)
class Entry:
    """A task on offer.

    Args:
        make: builds it of episodes; in training the pool's storages start anywhere.
        points: grid of choices over each control, None where there are too many controls for one.
        description: who acts, in one sentence.
        hourly: whether it looks at prices and load ahead hour by hour, not at prices in the usual blocks.
        planned: whether what is stored is paid in training by what a plan over the hours ahead says.
        divided: whether profit is divided among the agents instead of paid to each whole.
        literal: whether it is as printed, rewards included.
    """

    make: Callable[[Sequence[Scenario], bool], Task]
    points: tuple[int, ...] | None
    description: str
    hourly: bool = False
    planned: bool = False
    divided: bool = True
    literal: bool = False


_TASKS: Mapping[str, Entry] = MappingProxyType(
    {
        "pool": Entry(
            lambda days, training: sound_pool(days, random_start=training),
            (9, 3),
            "Three stations with storage, sun and demand that can wait share a profit (paper 002).",
            hourly=True,
            divided=False,
        ),
        "pool-advised": Entry(
            lambda days, training: advised_pool(sound_pool(days, random_start=training)),
            (9, 3),
            "The same pool whose stations see what a plan on published and usual values would have them do.",
            hourly=True,
            planned=True,
            divided=False,
        ),
        "pool-beliefs": Entry(
            lambda days, training: belief_pool(sound_pool(days, random_start=training)),
            None,
            "The same pool run by one coordinator, whose beliefs of the day ahead an exact plan acts by.",
            hourly=True,
            divided=False,
        ),
        "pool-literal": Entry(
            lambda days, training: literal_pool(days, random_start=training),
            (9, 3),
            "The pool with the state, actions and reward as printed.",
            divided=False,
            literal=True,
        ),
        "hub": Entry(
            lambda days, _: Hub(setting(days)),
            (9,),
            "Every port and storage of the built-in hub is paid what it earns the site.",
        ),
        "station": Entry(
            lambda days, _: SoundStation(setting(days)),
            (9,),
            "The 40 ports of the station of paper 001 share its profit.",
        ),
        "station-literal": Entry(
            lambda days, _: literal_station(days),
            (9,),
            "The same with the state, actions and reward as printed, the transformer a penalty.",
            literal=True,
        ),
    }
)


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks."""
    return tuple(_TASKS)


def task_entry(name: str) -> Entry:
    """Return what there is to know of a task.

    Raises:
        InputError: there is no task of that name.
    """
    if name not in _TASKS:
        raise no_such("there is no such task", where="task", found=name, known=_TASKS)
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

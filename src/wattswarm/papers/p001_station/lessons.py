"""Trainings of the study: a learner at a place with its beliefs, and the policies that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from wattswarm.evaluate import Role, days_of
from wattswarm.learn import SupervisedLearner, TaskProblem, TrainedPolicy, TrainingSet, any_learner
from wattswarm.learn.training import Record, Trained, train, train_supervised
from wattswarm.outlook import AHEAD_H, believing
from wattswarm.papers.experiment import plain_name
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, Belief, Oracle, name_of
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.task import anticipating_station
from wattswarm.tasks import Task, make_task, scales, shaped, with_scales
from wattswarm.world import Scenario

Kind = Literal["anticipating", "registered"]
"""The task of this study, or the package's own `station`."""
POINTS = (9,)
"""Grid of choices of learners that need one: quarters of the power either way."""
Changes = tuple[tuple[str, float], ...]
"""Fields of a learner and their values."""
_BLOCKS = 25


@dataclass(frozen=True)
class Lesson:
    """One way to train at one place.

    Args:
        label: name in tables.
        algorithm: name in the registry of learners.
        place: case of the station.
        belief: of prices that are not published, in training and after.
        kind: which task.
        changes: fields of the learner that differ from its defaults.
        seeds: trained side by side.
        steps: environment steps of each seed that learns by trying.
        days: how many to learn from, and to choose by.
    """

    label: str
    algorithm: str
    place: Place
    belief: Belief = PUBLISHED
    kind: Kind = "anticipating"
    changes: Changes = ()
    seeds: tuple[int, ...] = (0,)
    steps: int = 200_000
    days: tuple[int, int] = (60, 12)

    @property
    def folder(self) -> str:
        """Name of its folder within the study's."""
        words = f"{self.label} {name_of(self.belief)} {self.kind}"
        return f"{self.place.name}/{plain_name(words)}/seeds-{self.seeds[0]}-{self.seeds[-1]}"

    @property
    def all_steps(self) -> int:
        """Environment steps of all that is trained for it."""
        return self.steps * len(self.seeds)

    def seen(self, scenario: Scenario, oracle: Oracle) -> Scenario:
        """Return a scenario as the learner sees it.

        Args:
            scenario: a day at its place, or at one like it.
            oracle: prices and models.
        """
        laid = scenario if self.kind == "anticipating" else believing(scenario, ahead_h=AHEAD_H)
        return oracle.believing(laid, self.belief)

    def task(self, scenarios: Sequence[Scenario]) -> Task:
        """Return the bare task on given days."""
        return (
            anticipating_station(scenarios)
            if self.kind == "anticipating"
            else make_task("station", scenarios)
        )

    def train(self, oracle: Oracle, out: Path, progress: Callable[[Record], None] | None = None) -> Pupil:
        """Train the seeds, or what of that is left; what is done comes back from its files.

        Args:
            oracle: prices and models.
            out: folder of all trainings.
            progress: told of every block.
        """
        ground, folder = self.ground(oracle), out / self.folder
        made = self.learner(ground, out)
        if isinstance(made, SupervisedLearner):
            matter = TrainingSet(TaskProblem(ground.bare, POINTS), ground.scenarios, ground.exam)
            learned = train_supervised(matter, made, seeds=self.seeds, out=folder, progress=progress)
        else:
            learned = ground.learn_by_trying(
                made, steps=self.steps, seeds=self.seeds, out=folder, progress=progress
            )
        return Pupil(self, learned, ground.scales)

    def learner(self, ground: Ground, out: Path) -> Any:  # noqa: ARG002 - what tunes itself needs both.
        """Return how it is learned.

        Args:
            ground: what it is learned on.
            out: folder of all trainings.
        """
        return any_learner(self.algorithm, **dict(self.changes))

    def ground(self, oracle: Oracle) -> Ground:
        """Return what is learned on and chosen by.

        Args:
            oracle: prices and models.
        """
        scenarios = self._scenarios("training", oracle)
        bare = self.task(scenarios)
        measure = scales(bare)
        exam = TaskProblem(with_scales(self.task(self._scenarios("validation", oracle)), measure), POINTS)
        return Ground(scenarios, bare, exam, measure)

    def all_days(self) -> tuple[date, ...]:
        """Return the dates to learn from and to choose by."""
        return (*days_of("training", self.days[0]), *days_of("validation", self.days[1]))

    def _scenarios(self, role: Role, oracle: Oracle) -> list[Scenario]:
        count = self.days[0] if role == "training" else self.days[1]
        return [self.seen(self.place.day(day, oracle.prices), oracle) for day in days_of(role, count)]


@dataclass(frozen=True, eq=False)
class Ground:
    """What a lesson is learned on and chosen by.

    Args:
        scenarios: days to learn from, as the learner sees them.
        bare: the task on them.
        exam: the task on the days to choose by.
        scales: of what is seen in training.
    """

    scenarios: Sequence[Scenario]
    bare: Task
    exam: TaskProblem
    scales: Mapping[str, float]

    def learn_by_trying(self, learner: Any, *, blocks: int = _BLOCKS, **how: Any) -> Trained:
        """Train a learner with shaped rewards.

        Args:
            learner: one that learns by trying.
            blocks: parts after each of which it is judged by the days to choose by.
            how: steps, seeds and what else `train` takes.
        """
        whole = shaped(self.bare, gamma=learner.gamma, share=1.0 / len(self.bare.agents))
        return train(TaskProblem(whole, POINTS), learner, validation=self.exam, blocks=blocks, **how)


@dataclass(frozen=True, eq=False)
class Pupil:
    """A lesson that was learned.

    Args:
        lesson: how.
        trained: what came of it.
        scales: of what was seen in training.
    """

    lesson: Lesson
    trained: Trained
    scales: Mapping[str, float]

    def policies(self, seen: Scenario) -> list[TrainedPolicy]:
        """Return the policy of every seed for a scenario that is laid out by `Lesson.seen`."""
        problem = TaskProblem(with_scales(self.lesson.task([seen]), self.scales), POINTS)
        states = (self.trained.policy(seed) for seed in self.trained.seeds)
        return [TrainedPolicy(problem, self.trained.learner, state, self.lesson.label) for state in states]

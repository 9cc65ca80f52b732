"""Trainings of a study and the evaluation of what they learned on days that no training saw."""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from wattswarm.control import Run, simulate
from wattswarm.evaluate import Role, days_of
from wattswarm.learn import SupervisedLearner, TaskProblem, TrainedPolicy, TrainingSet, any_learner
from wattswarm.learn.training import METRICS, Trained, train, train_supervised
from wattswarm.papers.experiment.figures import Curve
from wattswarm.papers.experiment.folder import Inputs, Study
from wattswarm.papers.experiment.online import episode_seconds
from wattswarm.papers.experiment.parts import CachedPart
from wattswarm.papers.experiment.shared_actor import SharedActor
from wattswarm.tasks import Task, scales, shaped, with_scales
from wattswarm.world import Scenario

Changes = tuple[tuple[str, float], ...]
"""Fields of a learner and their values."""
Outcome = TypeVar("Outcome")
TrainingOf = TypeVar("TrainingOf", bound="Training[Any]")


@dataclass(frozen=True, kw_only=True)
class Training(ABC, Generic[Inputs]):
    """One way to train at one place."""

    blocks: ClassVar[int]
    """Parts of a training, after each of which it is judged by the days to choose by."""
    label: str
    algorithm: str
    """Name in the registry of learners."""
    place: Any
    changes: Changes = ()
    """Fields of the learner that differ from its defaults."""
    seeds: tuple[int, ...] = (0,)
    steps: int = 60_000
    """Environment steps of each seed that learns by trying."""
    days: tuple[int, int] = (48, 12)
    """How many to learn from, and to choose by."""

    @property
    @abstractmethod
    def folder(self) -> str:
        """Name of its folder among those of all trainings."""

    @property
    @abstractmethod
    def points(self) -> tuple[int, ...] | None:
        """Grid of choices, None for learners that need none."""

    @abstractmethod
    def scenario(self, place: Any, day: date, inputs: Inputs) -> Scenario:
        """Return a day as the learner sees it, at its own place or another."""

    @abstractmethod
    def task(self, scenarios: Sequence[Scenario]) -> Task:
        """Return the bare task on given days."""

    def learner(self, training_set: TrainingSet, out: Path) -> Any:  # noqa: ARG002 - what tunes itself needs both
        """Return how it is learned."""
        return any_learner(self.algorithm, **dict(self.changes))

    def dates(self, role: Role) -> tuple[date, ...]:
        """Return the dates to learn from, or to choose by."""
        return days_of(role, self.days[0] if role == "training" else self.days[1])

    @property
    def all_dates(self) -> tuple[date, ...]:
        """The dates to learn from and to choose by."""
        return (*self.dates("training"), *self.dates("validation"))

    def training_set(self, inputs: Inputs) -> TrainingSet:
        """Return the bare task on the days to learn from, and on those to choose by with the same scales."""
        learned, chosen = (
            [self.scenario(self.place, day, inputs) for day in self.dates(role)]
            for role in ("training", "validation")
        )
        bare = self.task(learned)
        validation = with_scales(self.task(chosen), scales(bare))
        return TrainingSet(TaskProblem(bare, self.points), learned, TaskProblem(validation, self.points))

    def train(self, inputs: Inputs, out: Path) -> TrainedPolicies:
        """Train the seeds in `out`, or what of that is left; what is done comes back from its files."""
        training_set, folder = self.training_set(inputs), out / self.folder
        learner = self.learner(training_set, out)
        if isinstance(learner, SupervisedLearner):
            trained = train_supervised(training_set, learner, seeds=self.seeds, out=folder)
        else:
            how = {"steps": self.steps, "seeds": self.seeds, "out": folder, "blocks": self.blocks}
            trained = learn_by_trying(training_set, learner, **how)
        return TrainedPolicies(self, trained, scales(training_set.problem.task))

    def records(self, study: Study[Inputs]) -> list[dict[str, Any]]:
        """Return what was noted after each block of the training."""
        lines = (study.trainings / self.folder / METRICS).read_text().splitlines()
        return [json.loads(line) for line in lines]

    def curve(self, study: Study[Inputs]) -> Curve:
        """Return the validation score of every seed over environment steps."""
        records = self.records(study)
        scores = np.array([record["validation"] for record in records]).T
        return Curve(self.label, [record["env_steps"] for record in records], scores)

    def cpu_s(self, study: Study[Inputs]) -> float:
        """Return the processor time of a seed [s]."""
        return float(self.records(study)[-1]["cpu_s"]) / len(self.seeds)


def learn_by_trying(training_set: TrainingSet, learner: Any, **how: Any) -> Trained:
    """Train a learner with shaped rewards; `how` is what else `train` takes."""
    bare = training_set.problem.task
    whole = shaped(bare, gamma=learner.gamma, share=1.0 / len(bare.agents))
    return train(
        TaskProblem(whole, training_set.problem.points), learner, validation=training_set.validation, **how
    )


@dataclass(frozen=True, eq=False)
class TrainedPolicies:
    """What came of a training."""

    training: Training[Any]
    trained: Trained
    """States of all seeds."""
    scales: Mapping[str, float]
    """Of what was seen in training."""

    def policies(self, scenario: Scenario) -> list[TrainedPolicy | SharedActor]:
        """Return the policy of every seed for a day by `Training.scenario`, at a place of any size.

        At another size the vehicles act in groups, each as those of training did, the last one perhaps not
        full; an actor that is carried over sees only its own agent.
        """
        problem = self.problem([scenario])
        states = [self.trained.policy(seed) for seed in self.trained.seeds]
        label, learner, layout = self.training.label, self.trained.learner, self.trained.layout
        if scenario.arrays.port_count == self.training.place.count:
            return [TrainedPolicy(problem, learner, state, label) for state in states]
        return [SharedActor(problem, learner, state, layout, label) for state in states]

    def problem(self, scenarios: Sequence[Scenario]) -> TaskProblem:
        """Return the problem of some days, seen with the scales of training."""
        return TaskProblem(with_scales(self.training.task(scenarios), self.scales), self.training.points)


@lru_cache(maxsize=1)
def trained(training: Training[Inputs], study: Study[Inputs]) -> TrainedPolicies:
    """Return what comes of a training, at hand where this process trained it last."""
    return training.train(study.inputs(), study.trainings)


@dataclass(frozen=True)
class Evaluation(CachedPart[Any, list[list[Outcome]]], Generic[TrainingOf, Outcome]):
    """Days of every seed of a training, at its own place or at another size, its actor carried over."""

    double = False
    training: TrainingOf
    days: tuple[date, ...]
    place: Any

    @abstractmethod
    def outcome(self, run: Run, decided_s: float) -> Outcome:
        """Return what a day comes to; `decided_s` is the time of its decisions [s], NaN if unmeasured."""

    @property
    def group(self) -> Hashable:
        """All evaluations of a training share what is learned."""
        return self.training

    @property
    def file(self) -> str:
        return f"judged/{self.training.folder}/{self.place.name}-{self.digest}.json"

    def compute(self, study: Study[Any]) -> list[list[Outcome]]:
        """Train the seeds where that is not done, and run each on every day; outcomes by seed."""
        by_date = [self._day(study, day) for day in self.days]
        return [list(seed) for seed in zip(*by_date, strict=True)]

    def _day(self, study: Study[Any], day: date) -> list[Outcome]:
        scenario = self.training.scenario(self.place, day, study.inputs())
        policies = trained(self.training, study).policies(scenario)
        decided = episode_seconds(scenario, policies[0]) if day == self.days[0] else math.nan
        return [self.outcome(run, decided) for run in simulate(scenario, policies, dtype=np.float32)]

    def summary(self, study: Study[Any]) -> str:
        """Return which training was done, and the mean best validation score of its seeds."""
        best = trained(self.training, study).trained.best
        return f"trained {self.training.folder}: validation {sum(best) / len(best):,.2f}"

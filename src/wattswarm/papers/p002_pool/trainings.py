"""Trains what the design asks for, a part for each group of seeds, going on where a folder left off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.evaluate import Region, TaskSplits, region_of, splits_of_region
from wattswarm.learn import is_supervised, learner, supervised_learner
from wattswarm.learn.algorithms.value import QLearning
from wattswarm.learn.training import Record, Trained, train, train_supervised
from wattswarm.market import Regime
from wattswarm.papers.experiment import CachedPart, Study
from wattswarm.papers.p002_pool.beliefs import overestimation
from wattswarm.papers.p002_pool.design import POOL, Design, Entry
from wattswarm.tasks import task_entry

_BLOCKS = 25


class PoolStudy(Study[None]):
    """The study's folder; every part reads the records of its own region."""

    def open(self) -> None:
        """Read nothing that all parts share."""

    @property
    def scores(self) -> Path:
        """What policies earned."""
        return self.out / "scores"

    @property
    def baselines(self) -> Path:
        """What rules, planners and the bound earn."""
        return self.out / "yardsticks"


@dataclass(frozen=True)
class Outcome:
    """What is left of a training."""

    records: tuple[Record, ...]
    overestimation: tuple[float, ...]
    """Of each seed; empty where the learner holds no beliefs about values, and on the pool as printed, whose
    beliefs are of another reward."""


@dataclass(frozen=True)
class PoolTraining(CachedPart[None, Outcome]):
    """One group of seeds of one entry in one region, under a regime, trained together."""

    double = False
    result_type = Outcome
    region: str
    regime: Regime
    entry: Entry
    seeds: tuple[int, ...]
    steps: int

    @property
    def name(self) -> str:
        """Name of its folder among those of all trainings."""
        return f"{self.region}/{self.entry.folder}/seeds-{self.seeds[0]}-{self.seeds[-1]}"

    @property
    def file(self) -> str:
        return f"outcomes/{self.name}-{self.digest}.json"

    def folder(self, study: Study[None]) -> Path:
        """Return the folder of the training's files."""
        return study.trainings / self.name

    def place(self, study: Study[None]) -> Region:
        """Return the region under its regime."""
        return _region(self.region, study.data, self.regime, task_entry(self.entry.task).literal)

    def splits(self, study: Study[None]) -> TaskSplits:
        """Return the days that the region learns from, chooses by and is judged by."""
        return splits_of_region(self.entry.task, self.place(study), quick=study.quick)

    def train(self, study: Study[None]) -> Trained:
        """Train the seeds, or what of that is left; what is done comes back from its files."""
        splits, out = self.splits(study), self.folder(study)
        changes: dict[str, Any] = dict(self.entry.changes)
        if is_supervised(self.entry.algorithm):
            by_plans = supervised_learner(self.entry.algorithm, quick=study.quick, **changes)
            return train_supervised(
                splits.training_set, by_plans, seeds=self.seeds, out=out, about=splits.about
            )
        made: Any = learner(self.entry.algorithm, **changes)
        return train(
            splits.problem(made.gamma, shape=self.entry.shaped),
            made,
            steps=self.steps,
            seeds=self.seeds,
            validation=splits.judged,
            out=out,
            blocks=_BLOCKS,
            about=splits.about,
        )

    def compute(self, study: Study[None]) -> Outcome:
        """Train the seeds, and measure how far they overestimate their start where they value states."""
        trained = self.train(study)
        if self.entry.task != POOL or not isinstance(trained.learner, QLearning):
            return Outcome(trained.records, ())
        shape, place = self.entry.shaped, self.place(study)
        bias = overestimation(trained.learner, trained.states, self.splits(study), place, shape)
        return Outcome(trained.records, tuple(bias.tolist()))

    def summary(self, study: Study[None]) -> str:
        """Return who was trained, and the mean validation score."""
        best = np.mean(self.result(study).records[-1].validation)
        return f"{self.region} {self.entry.label} {self.seeds}: validation {best:,.0f}"


@lru_cache(maxsize=4)
def _region(name: str, data: Path | None, regime: Regime, literal: bool) -> Region:
    return region_of(name, data, regime=regime, literal=literal)


def trainings(design: Design) -> list[PoolTraining]:
    """Return all trainings, first the first seeds of every entry in every region."""
    return [
        PoolTraining(name, regime, entry, seeds, design.steps)
        for seeds in design.chunks
        for entry in design.entries
        for name, regime in design.regions
    ]

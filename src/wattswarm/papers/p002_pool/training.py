"""Trains what the contest asks for, a process for each group of seeds, going on where a folder left off."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wattswarm.evaluate import Region, TaskSplits, region_of, splits_of_region
from wattswarm.files import write_files
from wattswarm.learn import is_supervised, learner, supervised_learner
from wattswarm.learn.algorithms.value import QLearning
from wattswarm.learn.training import Record, Trained, train, train_supervised
from wattswarm.market import Regime
from wattswarm.papers.experiment import spread_work
from wattswarm.papers.p002_pool.beliefs import overestimation
from wattswarm.papers.p002_pool.contest import POOL, Contest, Entry
from wattswarm.runtime import prepare
from wattswarm.tasks import task_entry

_BLOCKS = 25


@dataclass(frozen=True)
class Job:
    """One group of seeds of one entry in one region.

    Args:
        region: its name.
        regime: what is known of prices when.
        entry: the way to train.
        seeds: trained together.
        steps: of each seed.
        data: folder of the region's records, None for the generated region.
        folder: of the training's files.
        quick: few days to learn from.
    """

    region: str
    regime: Regime
    entry: Entry
    seeds: tuple[int, ...]
    steps: int
    data: Path | None
    folder: Path
    quick: bool = False

    @cached_property
    def place(self) -> Region:
        """The region under its regime."""
        literal = task_entry(self.entry.task).literal
        return region_of(self.region, self.data, regime=self.regime, literal=literal)

    def splits(self) -> TaskSplits:
        """Return the training, validation and test episodes of the region."""
        return splits_of_region(self.entry.task, self.place, quick=self.quick)

    def train(self) -> Trained:
        """Train the seeds, or what of that is left; what is done comes back from its files."""
        splits = self.splits()
        changes: dict[str, Any] = dict(self.entry.changes)
        if is_supervised(self.entry.algorithm):
            pupil = supervised_learner(self.entry.algorithm, quick=self.quick, **changes)
            return train_supervised(
                splits.training_set, pupil, seeds=self.seeds, out=self.folder, about=splits.about
            )
        made: Any = learner(self.entry.algorithm, **changes)
        return train(
            splits.problem(made.gamma, shape=self.entry.shaped),
            made,
            steps=self.steps,
            seeds=self.seeds,
            validation=splits.judged,
            out=self.folder,
            blocks=_BLOCKS,
            about=splits.about,
        )


def jobs(contest: Contest, data: Path | None, out: Path) -> list[Job]:
    """Return all trainings, first the first seeds of every entry in every region."""
    return [
        Job(
            name,
            regime,
            entry,
            seeds,
            contest.steps,
            data,
            out / name / entry.folder / f"seeds-{seeds[0]}-{seeds[-1]}",
            contest.quick,
        )
        for seeds in contest.chunks
        for entry in contest.entries
        for name, regime in contest.regions
    ]


@dataclass(frozen=True)
class Outcome:
    """What is left of a training.

    Args:
        records: one a block.
        overestimation: of each seed; empty where the learner holds no beliefs about values, and on the pool
            as printed, whose beliefs are of another reward.
    """

    records: tuple[Record, ...]
    overestimation: tuple[float, ...]


def train_job(job: Job) -> Outcome:
    """Train one group of seeds in this process, or take it from its files where that is done."""
    prepare(double=False)
    trained = job.train()
    if job.entry.task != POOL or not isinstance(trained.learner, QLearning):
        return Outcome(trained.records, ())
    kept = job.folder / "overestimation.json"
    if not kept.is_file():
        shape = job.entry.shaped
        bias = overestimation(trained.learner, trained.states, job.splits(), job.place, shape)
        write_files(job.folder, {kept.name: json.dumps(bias.tolist()).encode()})
    return Outcome(trained.records, tuple(json.loads(kept.read_text())))


def train_all(
    wanted: Sequence[Job], workers: int, progress: Callable[[Job, Record, int], None] | None = None
) -> dict[Path, Outcome]:
    """Train all jobs, some at a time.

    Args:
        wanted: what to train, in this order.
        workers: processes at a time.
        progress: told of each finished job, its last record, and how many are done.

    Returns:
        What is left of each job by its folder.
    """
    outcomes: dict[Path, Outcome] = {}
    for job, outcome in spread_work(train_job, wanted, workers):
        outcomes[job.folder] = outcome
        if progress:
            progress(job, outcome.records[-1], len(outcomes))
    return outcomes

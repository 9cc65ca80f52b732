"""Trained policies on days that no training saw, kept day by day; and the same actor at larger places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm import __version__
from wattswarm.control import simulate
from wattswarm.learn import TaskProblem
from wattswarm.papers.experiment import SharedActor, digest_of, episode_seconds, kept_json
from wattswarm.papers.p001_station.lessons import POINTS, Lesson, Pupil
from wattswarm.papers.p001_station.problem.beliefs import Oracle
from wattswarm.papers.p001_station.problem.days import Day, day_of
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.tasks import with_scales
from wattswarm.world import Scenario


@dataclass(frozen=True)
class Exam:
    """A lesson judged somewhere.

    Args:
        lesson: who.
        days: local dates.
        place: where; the lesson's own place, or a larger one that its actor is carried over to.
    """

    lesson: Lesson
    days: tuple[date, ...]
    place: Place

    @property
    def file(self) -> str:
        """Where its days are kept, by all that they depend on."""
        return f"{self.lesson.folder}/{self.place.name}-{digest_of(f'{__version__} {self}')}.json"


def examine(exam: Exam, pupil: Pupil | None, oracle: Oracle, folder: Path) -> list[list[Day]]:
    """Return the days of every seed, from their file where they were judged before.

    Args:
        exam: what to judge.
        pupil: of the exam's lesson, None only where all is done.
        oracle: prices and models.
        folder: of the files.

    Returns:
        Days by seed.
    """

    def judged() -> list[list[dict[str, Any]]]:
        assert pupil is not None  # whoever asks for what is not done has trained it
        by_date = [_judge_day(exam, pupil, oracle, day) for day in exam.days]
        return [[asdict(day) for day in seed] for seed in zip(*by_date, strict=True)]

    return [[Day(**each) for each in seed] for seed in kept_json(folder / exam.file, judged)]


def _judge_day(exam: Exam, pupil: Pupil, oracle: Oracle, day: date) -> Sequence[Day]:
    seen = exam.lesson.seen(exam.place.day(day, oracle.prices), oracle)
    at_home = exam.place.count == exam.lesson.place.count
    policies = pupil.policies(seen) if at_home else _carried_over(pupil, seen)
    decided = episode_seconds(seen, policies[0]) if day == exam.days[0] else math.nan
    return [day_of(run, decided_s=decided) for run in simulate(seen, policies, dtype=np.float32)]


def _carried_over(pupil: Pupil, seen: Scenario) -> list[SharedActor]:
    """Return the policy of every seed for a station of another size; its actor sees only its own agent."""
    problem = TaskProblem(with_scales(pupil.lesson.task([seen]), pupil.scales), POINTS)
    trained, label = pupil.trained, pupil.lesson.label
    return [
        SharedActor(problem, trained.learner, trained.policy(seed), trained.layout, label)
        for seed in trained.seeds
    ]

"""Trained policies on days that no training saw, kept day by day; and the same actor at larger places."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm import __version__
from wattswarm.plan.simulate import simulate
from wattswarm.publish import publish
from wattswarm.study.station.beliefs import Oracle
from wattswarm.study.station.days import Day, day_of
from wattswarm.study.station.lessons import Lesson, Pupil
from wattswarm.study.station.names import digest_of
from wattswarm.study.station.online import episode_seconds
from wattswarm.study.station.places import Place
from wattswarm.study.station.shared_actor import shared_actor


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
    path = folder / exam.file
    if path.is_file():
        return [[Day(**each) for each in seed] for seed in json.loads(path.read_text())]
    assert pupil is not None  # whoever asks for what is not done has trained it
    by_day = [_judge_day(exam, pupil, oracle, day) for day in exam.days]
    seeds = [list(seed) for seed in zip(*by_day, strict=True)]
    told = [[asdict(day) for day in seed] for seed in seeds]
    publish(path.parent, {path.name: json.dumps(told, indent=1).encode()})
    return seeds


def _judge_day(exam: Exam, pupil: Pupil, oracle: Oracle, day: date) -> Sequence[Day]:
    seen = exam.lesson.seen(exam.place.day(day, oracle.prices), oracle)
    at_home = exam.place.count == exam.lesson.place.count
    policies = pupil.policies(seen) if at_home else shared_actor(pupil, seen)
    decided = episode_seconds(seen, policies[0]) if day == exam.days[0] else math.nan
    return [day_of(run, decided_s=decided) for run in simulate(seen, policies, dtype=np.float32)]

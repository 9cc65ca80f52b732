"""Trained policies on nights that no training saw, kept night by night; also at other sizes."""

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
from wattswarm.papers.experiment import digest_of, episode_seconds, kept_json
from wattswarm.papers.p003_fusion.layers.outcome import Night, night_of
from wattswarm.papers.p003_fusion.layers.places import Place
from wattswarm.papers.p003_fusion.lessons import Lesson, Pupil
from wattswarm.papers.p003_fusion.trials import Desk


@dataclass(frozen=True)
class Exam:
    """A lesson judged somewhere.

    Args:
        lesson: who.
        nights: dates of the evenings.
        place: where; the lesson's own place, or one of another size that its actor is carried over to.
    """

    lesson: Lesson
    nights: tuple[date, ...]
    place: Place

    @property
    def file(self) -> str:
        """Where its nights are kept, by all that they depend on."""
        return f"{self.lesson.folder}/{self.place.name}-{digest_of(f'{__version__} {self}')}.json"


def examine(exam: Exam, pupil: Pupil | None, desk: Desk, folder: Path) -> list[list[Night]]:
    """Return the nights of every seed, from their file where they were judged before.

    Args:
        exam: what to judge.
        pupil: of the exam's lesson, None only where all is done.
        desk: records, forecasters and games.
        folder: of the files.

    Returns:
        Nights by seed.
    """

    def judged() -> list[list[dict[str, Any]]]:
        assert pupil is not None  # whoever asks for what is not done has trained it
        by_date = [_judge(exam, pupil, desk, day) for day in exam.nights]
        return [[asdict(night) for night in seed] for seed in zip(*by_date, strict=True)]

    return [[Night(**each) for each in seed] for seed in kept_json(folder / exam.file, judged)]


def _judge(exam: Exam, pupil: Pupil, desk: Desk, day: date) -> Sequence[Night]:
    seen = exam.lesson.night(day, desk, exam.place)
    policies = pupil.policies(seen)
    decided = episode_seconds(seen, policies[0]) if day == exam.nights[0] else math.nan
    return [night_of(run, decided_s=decided) for run in simulate(seen, policies, dtype=np.float32)]

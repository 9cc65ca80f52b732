"""Fused control looked at closely: which inputs it lives by, and its first test night beside others."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm import __version__
from wattswarm.control import rule, simulate
from wattswarm.papers.experiment import digest_of, kept_json
from wattswarm.papers.p003_fusion.layers.games import Game, played
from wattswarm.papers.p003_fusion.layers.importance import importance
from wattswarm.papers.p003_fusion.lessons import Lesson
from wattswarm.papers.p003_fusion.trials import IDLE, Desk, follow
from wattswarm.plan import perfect_foresight


@dataclass(frozen=True)
class CloseLook:
    """What to look at.

    Args:
        lesson: of fused control.
        game: alone, beside it.
        nights: on which inputs are misread; the first is shown.
    """

    lesson: Lesson
    game: Game
    nights: tuple[date, ...]

    @property
    def file(self) -> str:
        """Where it is kept."""
        return f"close-look-{digest_of(f'{__version__} {self}')}.json"


@dataclass(frozen=True)
class Seen:
    """What was seen.

    Args:
        lost: by name of an input, what fused control loses a night by misreading it [currency].
        net: net load of the night by policy [kW].
        price: of its market [currency/kWh].
    """

    lost: dict[str, float]
    net: dict[str, list[float]]
    price: list[float]


def look(at: CloseLook, desk: Desk, trainings: Path, folder: Path) -> Seen:
    """Return what is seen, from its file where somebody looked before.

    Args:
        at: what to look at.
        desk: records, forecasters and games.
        trainings: folder of what was trained.
        folder: of the file.
    """
    return Seen(**kept_json(folder / at.file, lambda: asdict(_look(at, desk, trainings))))


def _look(at: CloseLook, desk: Desk, trainings: Path) -> Seen:
    lesson, day = at.lesson, at.nights[0]
    pupil = lesson.train(desk, trainings)
    plain, seen = lesson.place.day(day, desk.records), lesson.night(day, desk)
    told = played(at.game, lesson.place, day, desk.records, desk.layer, desk.games)
    runs = {
        "uncontrolled": simulate(plain, [rule(IDLE)], dtype=np.float32)[0],
        "game alone": simulate(told, [follow(told)], dtype=np.float32)[0],
        "fused": simulate(seen, pupil.policies(seen)[:1], dtype=np.float32)[0],
        "perfect foresight": perfect_foresight(plain, dtype=np.float32).run,
    }
    lost = importance(pupil, [lesson.night(each, desk) for each in at.nights])
    return Seen(
        lost={name: float(each.mean()) for name, each in lost.items()},
        net={
            name: np.asarray(run.flows.import_kw - run.flows.export_kw, np.float64).tolist()
            for name, run in runs.items()
        },
        price=plain.import_price.tolist(),
    )

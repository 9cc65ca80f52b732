"""What the study computes, in kept parts: trials, games, and lessons with their exams, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wattswarm.papers.experiment import kept, spread_work
from wattswarm.papers.p003_fusion.close_look import CloseLook, look
from wattswarm.papers.p003_fusion.exams import Exam, examine
from wattswarm.papers.p003_fusion.layers.beliefs import layer
from wattswarm.papers.p003_fusion.layers.games import Game, played
from wattswarm.papers.p003_fusion.layers.places import Place, records
from wattswarm.papers.p003_fusion.lessons import Lesson
from wattswarm.papers.p003_fusion.trials import Desk, Trial, judge
from wattswarm.runtime import prepare

Tell = Callable[[str], None]


class Files(kept.Files):
    """Where the study keeps what it computes, with its records and models at hand."""

    def desk(self) -> Desk:
        """Return records and models, the same ones at every call of a process."""
        return _desk(self)


@lru_cache(maxsize=1)
def _desk(files: Files) -> Desk:
    told = records(files.data)
    return Desk(told, layer(told, files.out / "models", files.quick), files.out / "games")


@dataclass(frozen=True)
class FitPart:
    """Forecasters to be fitted for the month of a night."""

    belief: str
    day: date
    files: Files


@dataclass(frozen=True)
class TrialPart:
    """A trial to be done."""

    trial: Trial
    files: Files


@dataclass(frozen=True)
class GamePart:
    """A game to be played on some nights, for learners to look at."""

    game: Game
    place: Place
    nights: tuple[date, ...]
    files: Files


@dataclass(frozen=True)
class LessonPart:
    """A lesson with all its exams, to be done together: what is learned is at hand then."""

    lesson: Lesson
    exams: tuple[Exam, ...]
    files: Files


def do_fit(part: FitPart) -> None:
    """Fit forecasters in this process."""
    prepare()
    part.files.desk().layer.fit(part.belief, part.day)


def do_trial(part: TrialPart) -> None:
    """Judge a trial in this process, in double precision."""
    prepare()
    judge(part.trial, part.files.desk(), part.files.judged)


def do_game(part: GamePart) -> None:
    """Play a game on its nights in this process, in double precision."""
    prepare()
    desk = part.files.desk()
    for day in part.nights:
        played(part.game, part.place, day, desk.records, desk.layer, desk.games)


def do_lesson(part: LessonPart) -> float:
    """Train a lesson and judge its exams in this process, in single precision.

    Returns:
        Mean best validation score of its seeds, the negative objective of a night [currency].
    """
    prepare(double=False)
    desk = part.files.desk()
    pupil = part.lesson.train(desk, part.files.trainings)
    for exam in part.exams:
        examine(exam, pupil, desk, part.files.judged)
    return float(sum(pupil.trained.best) / len(pupil.trained.best))


@dataclass(frozen=True)
class LookPart:
    """What is looked at closely."""

    at: CloseLook
    files: Files


def do_look(part: LookPart) -> None:
    """Look closely in this process, in single precision as it was trained."""
    prepare(double=False)
    look(part.at, part.files.desk(), part.files.trainings, part.files.judged)


def look_closely(at: CloseLook, files: Files) -> None:
    """Look closely unless somebody did, in a process of its own."""
    if not (files.judged / at.file).is_file():
        list(spread_work(do_look, [LookPart(at, files)], 1))


def do_trials(trials: Sequence[Trial], files: Files, workers: int, tell: Tell) -> None:
    """Judge what is left of all trials, telling of each.

    Args:
        trials: in this order.
        files: where all is kept.
        workers: processes at a time.
        tell: told of each in one line.
    """
    left = [each for each in dict.fromkeys(trials) if not (files.judged / each.file).is_file()]
    _fit([(each.belief, day) for each in left for day in each.nights], files, workers, tell)
    parts = [TrialPart(trial, files) for trial in left]
    for done, (part, _) in enumerate(spread_work(do_trial, parts, workers) if parts else (), start=1):
        tell(f"[{done}/{len(parts)}] judged {part.trial.file}")


def do_lessons(exams: Sequence[Exam], files: Files, workers: int, tell: Tell) -> None:
    """Train and judge what is left of all exams, telling of each lesson.

    Args:
        exams: in this order.
        files: where all is kept.
        workers: processes at a time.
        tell: told of each in one line.
    """
    left = [each for each in dict.fromkeys(exams) if not (files.judged / each.file).is_file()]
    lessons = [
        LessonPart(lesson, tuple(each for each in left if each.lesson == lesson), files)
        for lesson in dict.fromkeys(each.lesson for each in left)
    ]
    seen = [
        (part.lesson.game.belief, day)
        for part in lessons
        for day in (*part.lesson.dates("training"), *part.lesson.dates("validation"))
    ]
    _fit(seen, files, workers, tell)
    games = [
        part
        for lesson in lessons
        if lesson.lesson.kind == "fused"
        for part in _games(lesson.lesson, lesson.exams, files)
    ]
    for game, _ in spread_work(do_game, games, workers) if games else ():
        tell(f"played {game.game.name} on {len(game.nights)} nights at {game.place.name}")
    work = spread_work(do_lesson, lessons, workers) if lessons else ()
    for done, (learned, best) in enumerate(work, start=1):
        tell(f"[{done}/{len(lessons)}] trained {learned.lesson.folder}: validation {best:,.2f} a night")


def _fit(wanted: Sequence[tuple[str, date]], files: Files, workers: int, tell: Tell) -> None:
    """Fit once the models that forecast some nights, before processes would each fit their own."""
    layer = files.desk().layer
    parts = {
        (belief, layer.prices.learned(day)): FitPart(belief, day, files)
        for belief, day in wanted
        if not layer.is_fitted(belief, day)
    }
    work = spread_work(do_fit, [*parts.values()], workers) if parts else ()
    for done, (part, _) in enumerate(work, start=1):
        tell(f"[{done}/{len(parts)}] fitted {part.belief} for {part.day:%B %Y}")


def _games(lesson: Lesson, exams: Sequence[Exam], files: Files) -> Iterator[GamePart]:
    """Yield the games that a lesson and its exams look at, as far as they were not played yet."""
    desk = files.desk()
    wanted = [(lesson.place, (*lesson.dates("training"), *lesson.dates("validation")))]
    for place, nights in (*wanted, *((exam.place, exam.nights) for exam in exams)):
        left = tuple(day for day in nights if not (desk.games / lesson.game.file(place, day)).is_file())
        if left:
            yield GamePart(lesson.game, place, left, files)

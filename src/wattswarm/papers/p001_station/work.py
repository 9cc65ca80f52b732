"""What the study computes, in parts that are kept: trials, and lessons with their exams, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wattswarm.papers.experiment import kept, spread_work
from wattswarm.papers.p001_station.exams import Exam, examine
from wattswarm.papers.p001_station.lessons import Lesson
from wattswarm.papers.p001_station.problem.beliefs import Oracle
from wattswarm.papers.p001_station.problem.places import exchange
from wattswarm.papers.p001_station.trials import Trial, judge
from wattswarm.runtime import prepare

Tell = Callable[[str], None]


class Files(kept.Files):
    """Where the study keeps what it computes, with its prices and models at hand."""

    def oracle(self) -> Oracle:
        """Return prices and models, the same ones at every call of a process."""
        return _oracle(self)


@lru_cache(maxsize=1)
def _oracle(files: Files) -> Oracle:
    return Oracle(exchange(files.data), files.out / "models", files.quick)


@dataclass(frozen=True)
class TrialPart:
    """A trial to be done."""

    trial: Trial
    files: Files


@dataclass(frozen=True)
class LessonPart:
    """A lesson with all its exams, to be done together: what is learned is at hand then."""

    lesson: Lesson
    exams: tuple[Exam, ...]
    files: Files


def do_trial(part: TrialPart) -> None:
    """Judge a trial in this process, in double precision."""
    prepare()
    judge(part.trial, part.files.oracle(), part.files.judged)


def do_lesson(part: LessonPart) -> float:
    """Train a lesson and judge its exams in this process, in single precision.

    Returns:
        Mean best validation score of its seeds [INR].
    """
    prepare(double=False)
    oracle = part.files.oracle()
    pupil = part.lesson.train(oracle, part.files.trainings)
    for exam in part.exams:
        examine(exam, pupil, oracle, part.files.judged)
    return float(sum(pupil.trained.best) / len(pupil.trained.best))


def do_all(trials: Sequence[Trial], exams: Sequence[Exam], files: Files, workers: int, tell: Tell) -> None:
    """Do what is left of all trials and exams, telling of each.

    Args:
        trials: first.
        exams: after them.
        files: where all is kept.
        workers: processes at a time.
        tell: told of each finished part in one line.
    """
    # Models are fitted once, before processes would each fit their own.
    left = [each for each in dict.fromkeys(trials) if not (files.judged / each.file).is_file()]
    _fit_models(left, exams, files, tell)
    parts = [TrialPart(trial, files) for trial in left]
    for done, (part, _) in enumerate(spread_work(do_trial, parts, workers) if parts else (), start=1):
        tell(f"[{done}/{len(parts)}] judged {part.trial.file}")
    undone = [each for each in exams if not (files.judged / each.file).is_file()]
    lessons = [
        LessonPart(lesson, tuple(each for each in undone if each.lesson == lesson), files)
        for lesson in dict.fromkeys(each.lesson for each in undone)
    ]
    work = spread_work(do_lesson, lessons, workers) if lessons else ()
    for done, (learned, best) in enumerate(work, start=1):
        tell(f"[{done}/{len(lessons)}] trained {learned.lesson.folder}: validation {best:,.0f} INR a day")


def _fit_models(trials: Sequence[Trial], exams: Sequence[Exam], files: Files, tell: Tell) -> None:
    oracle = files.oracle()
    for trial in trials:
        if oracle.is_model(trial.belief):
            tell(f"fitting {trial.belief}")
            oracle.model(str(trial.belief), trial.days[0])
    for exam in exams:
        if oracle.is_model(exam.lesson.belief) and not (files.judged / exam.file).is_file():
            for day in exam.lesson.all_days():
                oracle.model(str(exam.lesson.belief), day)

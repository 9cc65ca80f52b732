"""Runs the study of paper 001 from prices to the written page; every part is kept and picked up again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from wattswarm.files import write_files
from wattswarm.learn import is_supervised
from wattswarm.papers.experiment import refuse_other_study
from wattswarm.papers.p001_station.contest import Contest, full_contest, quick_contest
from wattswarm.papers.p001_station.findings import Findings
from wattswarm.papers.p001_station.lessons import Lesson
from wattswarm.papers.p001_station.page import charts, page
from wattswarm.papers.p001_station.problem.places import exchange
from wattswarm.papers.p001_station.trials import BOUND, MPC, SEARCHES, Trial
from wattswarm.papers.p001_station.work import Files, Tell, do_all
from wattswarm.report.figures import png
from wattswarm.runtime import prepare

_TRIAL_S = {BOUND: 0.1, MPC: 0.55, **dict.fromkeys(SEARCHES, 10.0)}
"""Processor time of a test day of 40 vehicles on an idle core [s]; other policies take less than these."""
_STEP_S, _TAUGHT_S, _COMPILE_S = 1.4e-3, 75.0, 40.0
"""Processor time of a step of 40 agents with a central critic, of a seed that plans teach, and of a lesson
before its first step [s]; two processes on two shared cores."""


def seconds(contest: Contest, workers: int) -> float:
    """Return about how long the study takes on an idle machine like the one it was measured on [s]."""
    searched = contest.budget[0] * contest.budget[1] / 5000
    judged = sum(_trial_seconds(each, searched) for each in contest.trials())
    lessons = dict.fromkeys(exam.lesson for exam in contest.exams())
    learned = sum(map(_lesson_seconds, lessons))
    return (judged + learned) / workers


def _trial_seconds(trial: Trial, searched: float) -> float:
    each = _TRIAL_S.get(trial.policy, 0.1) * (searched if trial.policy in SEARCHES else 1.0)
    # Programs and plans grow less than the number of vehicles does.
    larger = float(max(trial.place.count / 40, 1.0) ** 0.6)
    return 2.0 + each * len(trial.days) * larger


def _lesson_seconds(lesson: Lesson) -> float:
    taught = is_supervised(lesson.algorithm)
    return _COMPILE_S + (len(lesson.seeds) * _TAUGHT_S if taught else lesson.all_steps * _STEP_S)


def run_station(
    data: Path | None,
    out: Path,
    tell: Tell,
    *,
    quick: bool = False,
    seeds: int | None = None,
    steps: int | None = None,
    workers: int | None = None,
) -> Path:
    """Run the study, or what is left of it.

    Args:
        data: folder of the exchange's prices, None for generated ones.
        out: folder of everything; what is there is not computed again.
        tell: told of each finished part in one line.
        quick: minutes instead of hours; it shows that everything works, not who is better.
        seeds: of each lesson, None for the study's.
        steps: of each seed, None for the study's.
        workers: processes at a time, None for one a core.

    Returns:
        The written page, `station.md` in `out`.

    Raises:
        InputError: prices are missing, or the folder holds another study.
    """
    contest = quick_contest() if quick else full_contest()
    contest = replace(contest, seeds=seeds or contest.seeds, steps=steps or contest.steps)
    workers = workers or os.cpu_count() or 1
    prices = exchange(data)  # what is missing is told before any process starts
    files = Files(out, data, quick)
    refuse_other_study(out, {"prices": prices.provenance.sha256 or prices.name, "quick": quick})
    trials, exams = contest.trials(), contest.exams()
    minutes = max(1.0, seconds(contest, workers) / 60)
    tell(
        f"{len(set(trials))} trials of {len(contest.days)} days and {len(exams)} exams; about "
        f"{minutes:.0f} minutes with {workers} at a time on an idle machine if nothing is done yet"
    )
    prepare()
    do_all(trials, exams, files, workers, tell)
    return _write(contest, files, tell)


def _write(contest: Contest, files: Files, tell: Tell) -> Path:
    found = Findings(contest, files)
    drawn = charts(found)
    told = {f"{chart.name}.png": png(chart) for chart in drawn}
    *_, written = write_files(files.out, {**told, "station.md": page(found, drawn).encode()})
    tell(f"wrote {written}")
    return written

"""Runs the study of paper 003 from records to the written page; every part is kept and picked up again."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from wattswarm.files import write_files
from wattswarm.papers.experiment import refuse_other_study
from wattswarm.papers.p003_fusion.contest import Contest, full_contest, quick_contest
from wattswarm.papers.p003_fusion.findings import Findings
from wattswarm.papers.p003_fusion.layers.places import records
from wattswarm.papers.p003_fusion.page import charts, page
from wattswarm.papers.p003_fusion.trials import MPC, SEARCHES, Trial
from wattswarm.papers.p003_fusion.work import Files, do_lessons, do_trials, look_closely
from wattswarm.report.figures import png
from wattswarm.runtime import prepare

_PLANNED_S, _SEARCHED_S, _STEP_S, _COMPILE_S = 0.7, 12.0, 1e-3, 60.0
"""Processor time of a night of MPC, of a search of 5000 candidates, of a step of 100 vehicles, and of a
lesson before its first [s]."""
_FITTED_S = MappingProxyType({"transformer": 150.0, "boosting-l1": 30.0, "lear-hourly": 50.0})
"""Processor time of forecasters of price and load for a month; of others little [s]."""


def seconds(contest: Contest, workers: int) -> float:
    """Return about how long the study takes on an idle machine like the one it was measured on [s]."""
    judged = sum(_trial_seconds(each) for each in contest.trials())
    lessons = contest.lessons(alpha=0.0)
    learned = sum(each.steps * len(each.seeds) * _STEP_S + _COMPILE_S for each in lessons)
    fitted = sum(_FITTED_S.get(name, 5.0) for name, _ in contest.fits())
    return (judged + learned + fitted) / workers


def _trial_seconds(trial: Trial) -> float:
    candidates = trial.budget[0] * trial.budget[1] / 5000
    night = {MPC: _PLANNED_S, **dict.fromkeys(SEARCHES, _SEARCHED_S * candidates)}.get(trial.policy, 0.2)
    return 3.0 + night * len(trial.nights) * trial.place.count / 100


def run_fusion(
    data: Path | None,
    out: Path,
    tell: Callable[[str], None],
    *,
    quick: bool = False,
    seeds: int | None = None,
    steps: int | None = None,
    workers: int | None = None,
) -> Path:
    """Run the study, or what is left of it.

    Args:
        data: folder of the market's prices, None for generated ones.
        out: folder of everything; what is there is not computed again.
        tell: told of each finished part in one line.
        quick: minutes; it shows that everything works, not who is better.
        seeds: of each lesson, None for the study's.
        steps: of each seed, None for the study's.
        workers: processes at a time, None for one a core.

    Returns:
        The written page, `fusion.md` in `out`.

    Raises:
        InputError: prices are missing, or the folder holds another study.
    """
    contest = quick_contest() if quick else full_contest()
    contest = replace(contest, seeds=seeds or contest.seeds, steps=steps or contest.steps)
    workers = workers or os.cpu_count() or 1
    prices = records(data).prices  # what is missing is told before any process starts
    files = Files(out, data, quick)
    refuse_other_study(out, {"prices": prices.provenance.sha256 or prices.name, "quick": quick})
    minutes = max(1.0, seconds(contest, workers) / 60)
    tell(
        f"{len(set(contest.trials()))} trials and {len(contest.lessons(0.0))} lessons; about {minutes:.0f} "
        f"minutes with {workers} at a time on an idle machine if nothing is done yet"
    )
    prepare()
    do_trials(contest.trials(), files, workers, tell)
    found = Findings(contest, files)
    tell(f"alpha {found.alpha:g} is best on validation nights")
    do_lessons(contest.exams(found.alpha), files, workers, tell)
    look_closely(contest.close_look(found.alpha), files)
    drawn = charts(found)
    told = {f"{chart.name}.png": png(chart) for chart in drawn}
    *_, written = write_files(out, {**told, "fusion.md": page(found, drawn).encode()})
    tell(f"wrote {written}")
    return written

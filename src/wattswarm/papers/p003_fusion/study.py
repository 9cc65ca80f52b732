"""Runs the study of paper 003 from records to the written page; every part is kept and picked up again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from wattswarm.papers.experiment import Tell, complete, estimate, refuse_other_study, undone, write_page
from wattswarm.papers.p003_fusion.baselines import MPC, SEARCHES, Baseline
from wattswarm.papers.p003_fusion.design import Design, full_design, quick_design
from wattswarm.papers.p003_fusion.findings import Findings
from wattswarm.papers.p003_fusion.layers.inputs import Fit, FusionStudy, Play
from wattswarm.papers.p003_fusion.page import charts, page
from wattswarm.papers.p003_fusion.trainings import FleetEvaluation
from wattswarm.runtime import prepare

_PLANNED_S, _SEARCHED_S, _STEP_S, _COMPILE_S = 0.7, 12.0, 1e-3, 60.0
"""Processor time of a night of MPC, of a search of 5000 candidates, of a step of 100 vehicles, and of a
training before its first [s]."""
_FITTED_S = MappingProxyType({"transformer": 150.0, "boosting-l1": 30.0, "lear-hourly": 50.0})
"""Processor time of forecasters of price and load for a month; of others little [s]."""


def seconds(design: Design, workers: int) -> float:
    """Return about how long the study takes on an idle machine like the one it was measured on [s]."""
    judged = sum(_baseline_seconds(each) for each in design.baselines())
    trainings = design.trainings(alpha=0.0)
    learned = sum(each.steps * len(each.seeds) * _STEP_S + _COMPILE_S for each in trainings)
    fitted = sum(_FITTED_S.get(name, 5.0) for name, _ in design.fits())
    return (judged + learned + fitted) / workers


def _baseline_seconds(baseline: Baseline) -> float:
    candidates = baseline.budget[0] * baseline.budget[1] / 5000
    night = {MPC: _PLANNED_S, **dict.fromkeys(SEARCHES, _SEARCHED_S * candidates)}.get(baseline.policy, 0.2)
    return 3.0 + night * len(baseline.days) * baseline.place.count / 100


def run_fusion(
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
        data: folder of the market's prices, None for generated ones.
        out: folder of everything; what is there is not computed again.
        tell: told of each finished part in one line.
        quick: minutes; it shows that everything works, not who is better.
        seeds: of each training, None for the study's.
        steps: of each seed, None for the study's.
        workers: processes at a time, None for one a core.

    Returns:
        The written page, `fusion.md` in `out`.

    Raises:
        InputError: prices are missing, or the folder holds another study.
    """
    design = quick_design() if quick else full_design()
    design = replace(design, seeds=seeds or design.seeds, steps=steps or design.steps)
    workers = workers or os.cpu_count() or 1
    study = FusionStudy(out, data, quick)
    prices = study.inputs().records.prices  # what is missing is told before any process starts
    refuse_other_study(out, {"prices": prices.provenance.sha256 or prices.name, "quick": quick})
    baselines = design.baselines()
    tell(
        f"{len(set(baselines))} baselines and {len(design.trainings(0.0))} trainings; "
        f"{estimate(seconds(design, workers), workers)}"
    )
    prepare()
    # Models are fitted and games played once, before processes would each do so.
    fits = (Fit(each.belief, day.replace(day=1)) for each in undone(baselines, study) for day in each.days)
    complete(fits, study, workers, tell)
    complete(baselines, study, workers, tell)
    found = Findings(design, study)
    tell(f"alpha {found.alpha:g} is best on validation nights")
    evaluations = design.evaluations(found.alpha)
    left = undone(evaluations, study)
    complete(_fits(left), study, workers, tell)
    complete(_plays(left), study, workers, tell)
    complete(evaluations, study, workers, tell)
    complete([design.close_look(found.alpha)], study, 1, tell)
    return write_page(out, "fusion", page(found), charts(found), tell=tell)


def _fits(evaluations: Sequence[FleetEvaluation]) -> Iterator[Fit]:
    for each in evaluations:
        for day in each.training.all_dates:
            yield Fit(each.training.game.belief, day.replace(day=1))


def _plays(evaluations: Sequence[FleetEvaluation]) -> Iterator[Play]:
    """Yield the games that fused trainings and their evaluations look at."""
    for each in evaluations:
        training = each.training
        if training.kind == "fused":
            for place, days in ((training.place, training.all_dates), (each.place, each.days)):
                yield from (Play(training.game, place, day) for day in days)

"""Runs the study of paper 003 from records to the written page; every part is kept and picked up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

from wattswarm.papers.experiment import (
    Options,
    announce,
    chapter,
    complete,
    refuse_other_study,
    undone,
    write_page,
)
from wattswarm.papers.p003_fusion.baselines import MPC, SEARCHES, Baseline
from wattswarm.papers.p003_fusion.design import Design, full_design, quick_design
from wattswarm.papers.p003_fusion.findings import Findings
from wattswarm.papers.p003_fusion.layers.inputs import Fit, FusionStudy, Play
from wattswarm.papers.p003_fusion.page import charts, page
from wattswarm.papers.p003_fusion.trainings import FleetEvaluation

_PLANNED_S, _SEARCHED_S, _STEP_S, _COMPILE_S = 0.7, 12.0, 1e-3, 60.0
"""Processor time of a night of MPC, of a search of 5000 candidates, of a step of 100 vehicles, and of a
training before its first [s]."""
_FITTED_S = MappingProxyType({"transformer": 150.0, "boosting-l1": 30.0, "lear-hourly": 50.0})
"""Processor time of forecasters of price and load for a month; of others little [s]."""


def cpu_seconds(design: Design) -> float:
    """Return about how long the study takes a processor like the one it was measured on [s]."""
    judged = sum(_baseline_seconds(each) for each in design.baselines())
    trainings = design.trainings(alpha=0.0)
    learned = sum(each.steps * len(each.seeds) * _STEP_S + _COMPILE_S for each in trainings)
    fitted = sum(_FITTED_S.get(name, 5.0) for name, _ in design.fits())
    return judged + learned + fitted


def _baseline_seconds(baseline: Baseline) -> float:
    candidates = baseline.budget[0] * baseline.budget[1] / 5000
    night = {MPC: _PLANNED_S, **dict.fromkeys(SEARCHES, _SEARCHED_S * candidates)}.get(baseline.policy, 0.2)
    return 3.0 + night * len(baseline.days) * baseline.place.count / 100


def run_fusion(options: Options) -> Path:
    """Run the study, or what is left of it, and return its page `fusion.md`.

    Raises:
        InputError: prices are missing, or the folder holds another study.
    """
    design = options.sized(quick_design() if options.quick else full_design())
    study = options.folder(FusionStudy)
    # What is missing is told before any process starts.
    refuse_other_study(study, study.inputs().records.prices)
    baselines = design.baselines()
    what = f"{len(set(baselines))} baselines and {len(design.trainings(0.0))} trainings"
    announce(what, cpu_seconds(design), options)
    # Models are fitted and games played once, before processes would each do so.
    fits = (Fit(each.belief, day.replace(day=1)) for each in undone(baselines, study) for day in each.days)
    complete(fits, study, options)
    complete(baselines, study, options)
    found = Findings(design, study)
    options.tell(f"alpha {found.alpha:g} is best on validation nights")
    evaluations = design.evaluations(found.alpha)
    left = undone(evaluations, study)
    complete(_fits(left), study, options)
    complete(_plays(left), study, options)
    complete(evaluations, study, options)
    complete([design.close_look(found.alpha)], study, options)
    drawn = charts(found)
    return write_page(options, "fusion", [*page(found), *map(chapter, drawn)], drawn)


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

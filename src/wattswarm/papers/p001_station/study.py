"""Runs the study of paper 001 from prices to the written page; every part is kept and picked up again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wattswarm.learn import is_supervised
from wattswarm.papers.experiment import (
    Options,
    Part,
    Study,
    announce,
    chapter,
    complete,
    refuse_other_study,
    undone,
    write_page,
)
from wattswarm.papers.p001_station.baselines import BOUND, MPC, SEARCHES, Baseline
from wattswarm.papers.p001_station.design import Design, full_design, quick_design
from wattswarm.papers.p001_station.findings import Findings
from wattswarm.papers.p001_station.page import charts, page
from wattswarm.papers.p001_station.problem.beliefs import BY_POA, PriceModels
from wattswarm.papers.p001_station.problem.places import exchange
from wattswarm.papers.p001_station.trainings import StationEvaluation, StationTraining

_BASELINE_S = {BOUND: 0.1, MPC: 0.55, **dict.fromkeys(SEARCHES, 10.0)}
"""Processor time of a test day of 40 vehicles on an idle core [s]; other policies take less than these."""
_STEP_S, _TAUGHT_S, _COMPILE_S = 1.4e-3, 75.0, 40.0
"""Processor time of a step of 40 agents with a central critic, of a seed that plans teach, and of a training
before its first step [s]; two processes on two shared cores."""


class StationStudy(Study[PriceModels]):
    """The study's folder, with its prices and models at hand."""

    def open(self) -> PriceModels:
        return PriceModels(exchange(self.data), self.out / "models", self.quick)


@dataclass(frozen=True)
class Fit(Part[PriceModels]):
    """A forecaster to be fitted on a stretch of days."""

    belief: str
    first: date
    end: date

    @property
    def group(self) -> str | Fit:
        """What the pelican tunes is tuned once, by one process."""
        return self.belief if self.belief == BY_POA else self

    def is_done(self, study: Study[PriceModels]) -> bool:
        return study.inputs().is_cached(self.belief, self.first, self.end)

    def complete(self, study: Study[PriceModels]) -> None:
        study.inputs().fit(self.belief, self.first, self.end)

    def summary(self, study: Study[PriceModels]) -> str:  # noqa: ARG002 - others read what was computed
        return f"fitted {self.belief} on {self.first} to {self.end}"


def cpu_seconds(design: Design) -> float:
    """Return about how long the study takes a processor like the one it was measured on [s]."""
    searched = design.budget[0] * design.budget[1] / 5000
    judged = sum(_baseline_seconds(each, searched) for each in design.baselines())
    trainings = dict.fromkeys(each.training for each in design.evaluations())
    return judged + sum(map(_training_seconds, trainings))


def _baseline_seconds(baseline: Baseline, searched: float) -> float:
    each = _BASELINE_S.get(baseline.policy, 0.1) * (searched if baseline.policy in SEARCHES else 1.0)
    # Programs and plans grow less than the number of vehicles does.
    larger = float(max(baseline.place.count / 40, 1.0) ** 0.6)
    return 2.0 + each * len(baseline.days) * larger


def _training_seconds(training: StationTraining) -> float:
    taught = is_supervised(training.algorithm)
    return _COMPILE_S + (len(training.seeds) * _TAUGHT_S if taught else training.all_steps * _STEP_S)


def run_station(options: Options) -> Path:
    """Run the study, or what is left of it, and return its page `station.md`.

    Raises:
        InputError: prices are missing, or the folder holds another study.
    """
    design = options.sized(quick_design() if options.quick else full_design())
    study = options.folder(StationStudy)
    prices = study.inputs().prices  # what is missing is told before any process starts
    refuse_other_study(study, prices)
    baselines, evaluations = design.baselines(), design.evaluations()
    what = f"{len(set(baselines))} baselines of {len(design.days)} days and {len(evaluations)} evaluations"
    announce(what, cpu_seconds(design), options)
    # Models are fitted once, before processes would each fit their own.
    complete(_fits(undone(baselines, study), undone(evaluations, study), study), study, options)
    complete(baselines, study, options)
    complete(evaluations, study, options)
    found = Findings(design, study)
    drawn = charts(found)
    return write_page(options, "station", [*page(found), *map(chapter, drawn)], drawn)


def _fits(
    baselines: Iterable[Baseline], evaluations: Iterable[StationEvaluation], study: StationStudy
) -> Iterator[Fit]:
    models = study.inputs()
    wanted = [(each.belief, each.days[0]) for each in baselines]
    wanted += [(each.training.belief, day) for each in evaluations for day in each.training.all_dates]
    for belief, day in wanted:
        if isinstance(belief, str) and models.is_model(belief):
            yield Fit(belief, *models.learned(day))

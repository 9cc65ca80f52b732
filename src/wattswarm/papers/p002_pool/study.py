"""Runs the study of paper 002 from training to the written page; every part is kept and picked up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from wattswarm.evaluate import BOUND, baseline_profits, region_of
from wattswarm.papers.experiment import Curve, Options, announce, chapter, complete, write_page
from wattswarm.papers.p002_pool.design import (
    ENTRIES,
    Design,
    chosen_entries,
    full_design,
    generated_design,
    quick_design,
)
from wattswarm.papers.p002_pool.figures import a_day, learning_curves, overestimation as overestimation_chart
from wattswarm.papers.p002_pool.foretold import foretold_planners
from wattswarm.papers.p002_pool.judging import Score, judge, play
from wattswarm.papers.p002_pool.page import Judged, RegionResult, page
from wattswarm.papers.p002_pool.robustness import TEST, VALIDATION, Months, disturbances, robustness
from wattswarm.papers.p002_pool.tables import Row
from wattswarm.papers.p002_pool.trainings import Outcome, PoolStudy, PoolTraining, trainings
from wattswarm.report.figures import Chart
from wattswarm.tasks import task_entry
from wattswarm.world import Scenario

Outcomes = Mapping[PoolTraining, Outcome]
"""What is left of every training."""
_DISTURBED = ("DH-QMIX", "MAPPO", "analytic gradient", "imitation of MPC")
_BELIEVED = ("DH-QMIX", "QMIX", "DH-QMIX, reward as printed", "QMIX, reward as printed")
_SHOWN = ("DH-QMIX", "QMIX", "analytic gradient", "MAPPO", "VDN", "IQL")


def cpu_seconds(design: Design) -> float:
    """Return about how long the trainings take a processor like the one they were measured on [s]."""
    return sum(entry.seconds(design.steps) for entry in design.entries) * design.seeds * len(design.regions)


def run_pool(options: Options) -> Path:
    """Run the study, or what is left of it, and return its page `pool.md`.

    Raises:
        InputError: no such way to train, records are missing, or the folder holds another study.
    """
    entries, design = chosen_entries(options.only), quick_design() if options.quick else full_design()
    if options.data is None:
        design = generated_design(design)
    design = options.sized(replace(design, entries=entries or design.entries))
    study, data = options.folder(PoolStudy), options.data
    for name, regime in design.regions:
        # Missing records are told before any process starts.
        region_of(name, data, regime=regime)
    wanted = trainings(design)
    announce(f"{len(wanted)} trainings of {design.steps:,} steps", cpu_seconds(design), options)
    complete(wanted, study, options)
    outcomes = {training: training.result(study) for training in wanted}
    complete(_months(design, wanted, study), study, options)
    results, charts = [], []
    for name, _ in design.regions:
        mine = [training for training in wanted if training.region == name]
        result, drawn = _judge_region(design, name, mine, outcomes, study)
        results.append(result)
        charts += drawn
    biases = _biases(wanted, outcomes)
    charts += [overestimation_chart(bias, "units of reward") for bias in biases.values() if bias][:1]
    records = {f"{each.name}.json": each.record() for each in results}
    sections = [*page(design, results, biases), *map(chapter, charts)]
    return write_page(options, "pool", sections, charts, records)


def _judge_region(
    design: Design, name: str, mine: Sequence[PoolTraining], outcomes: Outcomes, study: PoolStudy
) -> tuple[RegionResult, list[Chart]]:
    sound, literal = _by_entry(mine, literal=False), _by_entry(mine, literal=True)
    one = replace(mine[0], entry=ENTRIES[0])
    course, place = one.splits(study), one.place(study)
    foretold = [] if design.quick else foretold_planners(place, course.test, study.baselines)
    judged = _judged(course.test, sound, outcomes, study, foretold)
    printed = None
    if literal:
        months = next(iter(literal.values()))[0].splits(study).test
        printed = _judged(months, literal, outcomes, study)
    choosing = [baseline_profits(week, cache=study.baselines) for week in course.validation]
    means = {name: float(np.mean([each[name] for each in choosing])) for name in choosing[0]}
    curves = [_curve(label, sound[label], outcomes) for label in _SHOWN if label in sound]
    charts = [learning_curves(name, curves, means)]
    champion = sound.get("DH-QMIX")
    if champion:
        summer = course.test[min(2, len(course.test) - 1)]
        charts.append(a_day(name, play(champion[:1], summer, study)[0], 24 * min(14, summer.steps // 24 - 1)))
    tough: dict[str, dict[str, float]] = {}
    if not design.quick:
        tried = {label: sound[label] for label in _DISTURBED if label in sound}
        tough = robustness(place, tried, study)
    return RegionResult(name, place, judged, printed, tough), charts


def _judged(
    months: Sequence[Scenario],
    entries: Mapping[str, Sequence[PoolTraining]],
    outcomes: Outcomes,
    study: PoolStudy,
    foretold: Sequence[Mapping[str, float]] = (),
) -> Judged:
    """Return what trained entries, rules and planners earn in the test months of one site."""
    baselines = [baseline_profits(month, cache=study.baselines) for month in months]
    baselines = [
        {**mine, **more} for mine, more in zip(baselines, foretold or [{}] * len(baselines), strict=True)
    ]
    scores = {label: judge(group, months, study) for label, group in entries.items()}
    rows = [_row(label, scores[label], group, outcomes) for label, group in entries.items()]
    rows += [
        Row(name, np.array([[each[name] for each in baselines]])) for name in baselines[0] if name != BOUND
    ]
    return Judged(rows, baselines, scores)


def _months(design: Design, wanted: Sequence[PoolTraining], study: PoolStudy) -> list[Months]:
    """Return everything to judge: first what the standings need."""
    parts: list[Months] = []
    for name, _ in design.regions:
        mine = [training for training in wanted if training.region == name]
        sound, literal = _by_entry(mine, literal=False), _by_entry(mine, literal=True)
        some = (replace(mine[0], entry=ENTRIES[0]),)
        rough = [] if design.quick else list(disturbances(some[0].place(study)))
        parts += [Months(months, some, True) for months in (TEST, VALIDATION, *rough)]
        parts += [Months(TEST, tuple(group), True) for group in list(literal.values())[:1]]
        parts += [Months(TEST, tuple(group), False) for group in {**sound, **literal}.values()]
        parts += [
            Months(months, tuple(sound[label]), False)
            for label in _DISTURBED
            if label in sound
            for months in rough
        ]
    return sorted(parts, key=lambda part: part.months not in (TEST, VALIDATION))


def _by_entry(mine: Sequence[PoolTraining], *, literal: bool) -> dict[str, list[PoolTraining]]:
    """Return the jobs of the pool as printed or as mended by the label of their entry."""
    grouped: dict[str, list[PoolTraining]] = {}
    for training in mine:
        if task_entry(training.entry.task).literal == literal:
            grouped.setdefault(training.entry.label, []).append(training)
    return grouped


def _row(
    label: str, scores: Sequence[Sequence[Score]], group: Sequence[PoolTraining], outcomes: Outcomes
) -> Row:
    last = [outcomes[training].records[-1] for training in group]
    seeds = sum(len(training.seeds) for training in group)
    return Row(
        label,
        np.array([[score.profit for score in seed] for seed in scores]),
        env_steps=last[0].env_steps,
        cpu_s=sum(record.cpu_s for record in last) / seeds,
    )


def _curve(label: str, group: Sequence[PoolTraining], outcomes: Outcomes) -> Curve:
    blocks = [outcomes[training].records for training in group]
    score = np.concatenate([np.array([record.validation for record in each]).T for each in blocks])
    return Curve(label, [record.env_steps for record in blocks[0]], score)


def _biases(wanted: Sequence[PoolTraining], outcomes: Outcomes) -> dict[str, dict[str, np.ndarray]]:
    """Return overestimation by region and label."""
    found: dict[str, dict[str, list[float]]] = {}
    for training in wanted:
        if training.entry.label in _BELIEVED:
            row = found.setdefault(training.region, {}).setdefault(training.entry.label, [])
            row += outcomes[training].overestimation
    return {name: {label: np.array(seeds) for label, seeds in row.items()} for name, row in found.items()}

"""Runs the study of paper 002 from training to the written page; every part is kept and picked up again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wattswarm.evaluate import BOUND, baseline_profits, region_of
from wattswarm.files import write_files
from wattswarm.learn.training import Record
from wattswarm.papers.p002_pool.contest import ENTRIES, Contest
from wattswarm.papers.p002_pool.figures import (
    Curve,
    a_day,
    learning_curves,
    overestimation as overestimation_chart,
)
from wattswarm.papers.p002_pool.foretold import foretold_planners
from wattswarm.papers.p002_pool.judging import Score, judge, play
from wattswarm.papers.p002_pool.page import Judged, RegionResult, page
from wattswarm.papers.p002_pool.robustness import disturbances, robustness
from wattswarm.papers.p002_pool.tables import Row
from wattswarm.papers.p002_pool.training import Job, Outcome, jobs, train_all
from wattswarm.papers.p002_pool.verdicts import TEST, VALIDATION, Part, judge_ahead
from wattswarm.report.figures import Chart, png
from wattswarm.tasks import task_entry
from wattswarm.world import Scenario

Tell = Callable[[str], None]
Outcomes = Mapping[Path, Outcome]
"""What is left of every training by its folder."""
_DISTURBED = ("DH-QMIX", "MAPPO", "analytic gradient", "imitation of MPC")
_BELIEVED = ("DH-QMIX", "QMIX", "DH-QMIX, reward as printed", "QMIX, reward as printed")
_SHOWN = ("DH-QMIX", "QMIX", "analytic gradient", "MAPPO", "VDN", "IQL")


@dataclass(frozen=True)
class Files:
    """Where the study keeps what it computes."""

    out: Path

    @property
    def trainings(self) -> Path:
        """Folders of trainings."""
        return self.out / "trainings"

    @property
    def scores(self) -> Path:
        """What policies earned."""
        return self.out / "scores"

    @property
    def yards(self) -> Path:
        """What rules, planners and the bound earn."""
        return self.out / "yardsticks"


def seconds_to_train(contest: Contest, workers: int) -> float:
    """Return about how long the trainings take on an idle machine like the one they were measured on [s]."""
    work = sum(entry.seconds(contest.steps) for entry in contest.entries)
    return work * contest.seeds * len(contest.regions) / workers


def run_pool(contest: Contest, data: Path | None, out: Path, tell: Tell, workers: int | None = None) -> Path:
    """Run the study, or what is left of it.

    Args:
        contest: what to compute.
        data: folder of the regions' records, None for the generated region alone.
        out: folder of everything; what is there is not computed again.
        tell: told of each finished part in one line.
        workers: trainings at a time, None for one a core.

    Returns:
        The written page, `pool.md` in `out`.

    Raises:
        InputError: records are missing, or the folder holds another study.
    """
    files, workers = Files(out), workers or os.cpu_count() or 1
    for name, regime in contest.regions:
        # Missing records are told before any process starts.
        region_of(name, data, regime=regime)
    wanted = jobs(contest, data, files.trainings)
    minutes = max(1.0, seconds_to_train(contest, workers) / 60)
    tell(
        f"{len(wanted)} trainings of {contest.steps:,} steps; about {minutes:.0f} minutes with {workers} "
        "at a time if none is done yet"
    )

    def trained(job: Job, record: Record, done: int) -> None:
        best = np.mean(record.validation)
        tell(f"[{done}/{len(wanted)}] {job.region} {job.entry.label} {job.seeds}: validation {best:,.0f}")

    outcomes = train_all(wanted, workers, trained)
    ahead = _parts(contest, wanted, files)
    tell(f"judging {len(ahead)} parts")
    judge_ahead(ahead, workers, lambda done: tell(f"[{done}/{len(ahead)}] judged"))
    results, charts = [], []
    for name, _ in contest.regions:
        mine = [job for job in wanted if job.region == name]
        result, drawn = _judge_region(contest, name, mine, outcomes, files)
        results.append(result)
        charts += drawn
    biases = _biases(wanted, outcomes)
    charts += [overestimation_chart(bias, "units of reward") for bias in biases.values() if bias][:1]
    told = {f"{each.name}.json": json.dumps(each.record(), indent=1).encode() for each in results}
    drawings = {f"{chart.name}.png": png(chart) for chart in charts}
    text = page(contest, results, biases, charts).encode()
    *_, written = write_files(out, {**told, **drawings, "pool.md": text})
    tell(f"wrote {written}")
    return written


def _judge_region(
    contest: Contest,
    name: str,
    mine: Sequence[Job],
    outcomes: Outcomes,
    files: Files,
) -> tuple[RegionResult, list[Chart]]:
    sound, literal = _by_entry(mine, literal=False), _by_entry(mine, literal=True)
    one = replace(mine[0], entry=ENTRIES[0])
    splits = one.splits()
    foretold = [] if contest.quick else foretold_planners(one.place, splits.test, files.yards)
    judged = _judged(name, splits.test, sound, outcomes, files, foretold)
    printed = None
    if literal:
        months = next(iter(literal.values()))[0].splits().test
        printed = _judged(name, months, literal, outcomes, files)
    choosing = [baseline_profits(week, cache=files.yards) for week in splits.validation]
    means = {yard: float(np.mean([each[yard] for each in choosing])) for yard in choosing[0]}
    curves = [_curve(label, sound[label], outcomes) for label in _SHOWN if label in sound]
    charts = [learning_curves(name, curves, means)]
    champion = sound.get("DH-QMIX")
    if champion:
        summer = splits.test[min(2, len(splits.test) - 1)]
        charts.append(a_day(name, play(champion[:1], summer)[0], 24 * min(14, summer.steps // 24 - 1)))
    tough: dict[str, dict[str, float]] = {}
    if not contest.quick:
        tried = {label: sound[label] for label in _DISTURBED if label in sound}
        tough = robustness(one.place, tried, files.scores / name, files.yards)
    return RegionResult(name, one.place, judged, printed, tough), charts


def _judged(
    name: str,
    months: Sequence[Scenario],
    entries: Mapping[str, Sequence[Job]],
    outcomes: Outcomes,
    files: Files,
    foretold: Sequence[Mapping[str, float]] = (),
) -> Judged:
    """Return what trained entries, rules and planners earn in the test months of one site."""
    yards = [baseline_profits(month, cache=files.yards) for month in months]
    yards = [{**mine, **more} for mine, more in zip(yards, foretold or [{}] * len(yards), strict=True)]
    scores = {label: judge(group, months, files.scores / name) for label, group in entries.items()}
    rows = [_row(label, scores[label], group, outcomes) for label, group in entries.items()]
    rows += [Row(yard, np.array([[each[yard] for each in yards]])) for yard in yards[0] if yard != BOUND]
    return Judged(rows, yards, scores)


def _parts(contest: Contest, wanted: Sequence[Job], files: Files) -> list[Part]:
    """Return everything to judge: first what the standings need."""
    parts: list[Part] = []
    for name, _ in contest.regions:
        mine = [job for job in wanted if job.region == name]
        sound, literal = _by_entry(mine, literal=False), _by_entry(mine, literal=True)
        some = (replace(mine[0], entry=ENTRIES[0]),)
        rough = [] if contest.quick else list(disturbances(some[0].place))
        parts += [Part(months, some, True, files.yards) for months in (TEST, VALIDATION, *rough)]
        parts += [Part(TEST, tuple(group), True, files.yards) for group in list(literal.values())[:1]]
        entries = {**sound, **literal}
        parts += [Part(TEST, tuple(group), False, files.scores / name) for group in entries.values()]
        parts += [
            Part(months, tuple(sound[label]), False, files.scores / name)
            for label in _DISTURBED
            if label in sound
            for months in rough
        ]
    return sorted(parts, key=lambda part: part.months not in (TEST, VALIDATION))


def _by_entry(mine: Sequence[Job], *, literal: bool) -> dict[str, list[Job]]:
    """Return the jobs of the pool as printed or as mended by the label of their entry."""
    grouped: dict[str, list[Job]] = {}
    for job in mine:
        if task_entry(job.entry.task).literal == literal:
            grouped.setdefault(job.entry.label, []).append(job)
    return grouped


def _row(
    label: str,
    scores: Sequence[Sequence[Score]],
    group: Sequence[Job],
    outcomes: Outcomes,
) -> Row:
    last = [outcomes[job.folder].records[-1] for job in group]
    seeds = sum(len(job.seeds) for job in group)
    return Row(
        label,
        np.array([[score.profit for score in seed] for seed in scores]),
        env_steps=last[0].env_steps,
        cpu_s=sum(record.cpu_s for record in last) / seeds,
    )


def _curve(label: str, group: Sequence[Job], outcomes: Outcomes) -> Curve:
    blocks = [outcomes[job.folder].records for job in group]
    score = np.concatenate([np.array([record.validation for record in each]).T for each in blocks])
    return Curve(label, [record.env_steps for record in blocks[0]], score)


def _biases(wanted: Sequence[Job], outcomes: Outcomes) -> dict[str, dict[str, np.ndarray]]:
    """Return overestimation by region and label."""
    told: dict[str, dict[str, list[float]]] = {}
    for job in wanted:
        if job.entry.label in _BELIEVED:
            row = told.setdefault(job.region, {}).setdefault(job.entry.label, [])
            row += outcomes[job.folder].overestimation
    return {name: {label: np.array(seeds) for label, seeds in row.items()} for name, row in told.items()}

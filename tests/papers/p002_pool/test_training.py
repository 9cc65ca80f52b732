"""A job poses its entry's task: the pool as printed on its own site, and plans teach where they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattswarm.learn.trained import load_policy
from wattswarm.papers.p002_pool.contest import (
    ADVISED,
    ENTRIES,
    LITERAL,
    POOL,
    Contest,
    Entry,
    generated_contest,
    quick_contest,
)
from wattswarm.papers.p002_pool.judging import judge
from wattswarm.papers.p002_pool.training import Job, jobs, train_job


def quick(entry: Entry, out: Path) -> Job:
    place = generated_contest(quick_contest())
    return jobs(Contest(place.regions, (entry,), 2, 2, 100, quick=True), None, out)[0]


def test_the_pool_as_printed_stands_on_a_site_whose_power_never_binds(tmp_path: Path) -> None:
    for entry in (ENTRIES[0], ENTRIES[-1]):
        job = quick(entry, tmp_path)
        assert job.splits().task == entry.task
        assert job.place.power_per_kwh == {POOL: 0.5, ADVISED: 0.5, LITERAL: 1.0}[entry.task]
    assert {ENTRIES[0].task, ENTRIES[-1].task} == {POOL, LITERAL}
    assert {entry.algorithm for entry in ENTRIES if entry.task == LITERAL} == {"dhqmix", "qmix"}


@pytest.mark.slow
def test_values_are_taught_kept_and_judged(tmp_path: Path) -> None:
    [entry] = [entry for entry in ENTRIES if entry.algorithm == "values"]
    job = quick(entry, tmp_path)
    outcome = train_job(job)
    assert outcome.overestimation == ()
    assert len(outcome.records[-1].validation) == 2
    assert train_job(job).records == outcome.records
    month = job.splits().test[0]
    assert load_policy(job.folder, month, seed=1).name == job.folder.name
    [[first], [second]] = judge([job], [month], tmp_path / "scores")
    assert first.profit != second.profit

"""A training poses its entry's task: the pool as printed on its own site, and plans teach where they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattswarm.learn.trained import load_policy
from wattswarm.papers.p002_pool.design import (
    ADVISED,
    ENTRIES,
    LITERAL,
    POOL,
    Design,
    Entry,
    generated_design,
    quick_design,
)
from wattswarm.papers.p002_pool.judging import judge
from wattswarm.papers.p002_pool.trainings import PoolStudy, PoolTraining, trainings


def quick(entry: Entry, out: Path) -> tuple[PoolTraining, PoolStudy]:
    place = generated_design(quick_design())
    training, *_ = trainings(Design(place.regions, (entry,), 2, 2, 100, quick=True))
    return training, PoolStudy(out, None, True)


def test_the_pool_as_printed_stands_on_a_site_whose_power_never_binds(tmp_path: Path) -> None:
    for entry in (ENTRIES[0], ENTRIES[-1]):
        training, study = quick(entry, tmp_path)
        assert training.splits(study).task == entry.task
        assert training.place(study).power_per_kwh == {POOL: 0.5, ADVISED: 0.5, LITERAL: 1.0}[entry.task]
    assert {ENTRIES[0].task, ENTRIES[-1].task} == {POOL, LITERAL}
    assert {entry.algorithm for entry in ENTRIES if entry.task == LITERAL} == {"dhqmix", "qmix"}


@pytest.mark.slow
def test_values_are_taught_kept_and_judged(tmp_path: Path) -> None:
    [entry] = [entry for entry in ENTRIES if entry.algorithm == "values"]
    training, study = quick(entry, tmp_path)
    outcome = training.result(study)
    assert outcome.overestimation == ()
    assert len(outcome.records[-1].validation) == 2
    assert training.compute(study).records == outcome.records
    month, folder = training.splits(study).test[0], training.folder(study)
    assert load_policy(folder, month, seed=1).name == folder.name
    [[first], [second]] = judge([training], [month], study)
    assert first.profit != second.profit

"""The comparison of searches: equal budgets, honest tables, nothing trained twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from wattswarm.errors import InputError
from wattswarm.forecast.tuning import Allowance, Integer, Real, Space
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.forecasting.tuning import Design, run_tuning

DESIGN = Design(
    model="boosting",
    space=Space({"trees": Integer(1, 40, log=True), "rate": Real(0.02, 0.5, log=True)}),
    fixed={"threads": 1, "leaves": 7},
    allowance=Allowance(trainings=6, together=4),
    repetitions=2,
    days=24,
    test_days=4,
)


def test_every_search_spends_the_same_and_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    told: list[str] = []
    rows = run_tuning(Options(tmp_path, tell=told.append), design=DESIGN)
    assert [row.method for row in rows] == ["pelican", "random", "tpe"]
    assert len(told) == 3 * 2 * 6 + 1
    assert told[0].startswith("pelican, repetition 1: training 1 errs by ")
    for row in rows:
        assert len(row.found) == len(row.tested) == len(row.settings) == 2
        assert all(late <= early for late, early in zip(row.found, row.halfway, strict=True))
        assert row.mean.low <= row.mean.value <= row.mean.high
        assert row.cpu_s > 0
    assert run_tuning(Options(tmp_path, tell=told.append), design=DESIGN) == rows
    assert told[-2:] == [f"wrote {tmp_path / 'tuning.md'}"] * 2


def test_the_files_tell_what_the_rows_do(tmp_path: Path) -> None:
    rows = run_tuning(Options(tmp_path), design=replace(DESIGN, methods=("random", "pelican")))
    told = json.loads((tmp_path / "tuning.json").read_text())
    assert told["unit"] == "INR/kWh"
    assert told["allowance"]["trainings"] == 6
    assert [row["found"] for row in told["rows"]] == [list(row.found) for row in rows]
    lines = (tmp_path / "tuning.md").read_text().splitlines()
    assert len(lines) == 2 + 2 + 2
    assert lines[2].startswith(f"| random | {rows[0].mean.value:.4f} (")
    assert f"{told['persistence']:.4f}" in lines[-1]
    assert len(list((tmp_path / "trials").iterdir())) == 4


def test_the_trials_of_another_design_are_refused(tmp_path: Path) -> None:
    small = replace(DESIGN, methods=("random",), allowance=Allowance(trainings=4, together=4))
    run_tuning(Options(tmp_path), design=small)
    with pytest.raises(InputError, match="line 1, fixed"):
        run_tuning(Options(tmp_path), design=replace(small, fixed={"threads": 1, "leaves": 8}))


def test_the_searches_see_none_of_the_test_days(tmp_path: Path) -> None:
    small = replace(DESIGN, methods=("random",), allowance=Allowance(trainings=4, together=4))
    run_tuning(Options(tmp_path), design=small)
    head = json.loads(next((tmp_path / "trials").iterdir()).read_text().splitlines()[0])
    assert head["series"].endswith("2024-01-20T18:30:00")


def test_a_quick_design_is_small_and_repetitions_can_be_asked_for(tmp_path: Path) -> None:
    (row,) = run_tuning(Options(tmp_path, quick=True, seeds=3), design=replace(DESIGN, methods=("tpe",)))
    assert len(row.found) == 3
    assert len((tmp_path / "trials" / "tpe-2.jsonl").read_text().splitlines()) == 1 + 5

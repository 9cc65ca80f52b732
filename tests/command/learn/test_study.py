"""`wattswarm study`: mistakes are told before any process starts; a quick study goes on to its page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.command.conftest import Command

WRONG = {
    "no study": (["poool"], ["study", "poool", "did you mean pool?"]),
    "no way to train": (["pool", "--only", "qmixx"], ["--only", "qmixx", "did you mean qmix?"]),
    "one wrong way of two": (["pool", "--only", "qmix", "--only", "x"], ["--only", "found:    x", "qmix"]),
    "no seeds": (["pool", "--seeds", "0"], ["--seeds", "found:    0", "2 or more"]),
    "seeds below zero": (["pool", "--seeds", "-3"], ["--seeds", "found:    -3"]),
    "one seed": (["pool", "--seeds", "1"], ["--seeds", "found:    1", "2 or more"]),
    "no steps": (["pool", "--steps", "0"], ["--steps", "found:    0", "1 or more"]),
    "no folder of records": (["pool", "--data", "gone"], ["gone", "record of the region", "epf_pjm"]),
    "a folder without records": (["pool", "--data", "empty"], ["empty", "record of the region", "to mend"]),
    "a file as the folder of records": (["pool", "--data", "text.txt"], ["text.txt", "record of the region"]),
    "a file as the folder of results": (["pool", "--out", "text.txt"], ["--out", "text.txt is a file"]),
    "ways to train elsewhere": (["epf", "--only", "qmix"], ["--only", "leave --only out"]),
    "no public problem for it": (["outside", "--only", "qmixx"], ["--only", "did you mean qmix?"]),
    "ways to train at the station": (["station", "--only", "mappo"], ["--only", "leave --only out"]),
    "prices of the exchange that are nowhere": (["station", "--data", "empty"], ["iex_dam_15min", "empty"]),
    "published forecasts that are nowhere": (["epf"], ["--data"]),
    "a market that is not judged": (
        ["markets", "--data", ".", "--only", "iex-one-stop"],
        ["--only", "did you mean iex-one-step"],
    ),
    "markets that are nowhere": (["markets"], ["--data", "markets.md"]),
    "seeds beside published forecasts": (["epf", "--seeds", "4"], ["--seeds", "leave --seeds out"]),
    "prices to tune on that are nowhere": (["tuning", "--data", "empty"], ["iex_dam_15min", "empty"]),
    "steps of a tuning": (["tuning", "--steps", "4"], ["--steps", "leave --steps out"]),
    "one repetition of a tuning": (["tuning", "--seeds", "1"], ["--seeds", "2 or more"]),
    "steps of a city": (["city", "--steps", "4"], ["--steps", "leave --steps out"]),
    "prices of a city that are nowhere": (["city", "--data", "empty"], ["nl_dayahead", "empty"]),
    "steps of public problems": (["outside", "--steps", "4"], ["--steps", "leave --steps out"]),
}


@pytest.mark.parametrize("mistake", WRONG)
@pytest.mark.parametrize("quick", [[], ["--quick"]], ids=["full", "quick"])
def test_a_mistake_is_told_once_with_code_2_and_nothing_is_begun(
    mistake: str, quick: list[str], tmp_path: Path, wattswarm: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("wattswarm.papers.experiment.workers.ProcessPoolExecutor", begin)
    (tmp_path / "text.txt").write_text("hello\n")
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    words, told = WRONG[mistake]
    answer = wattswarm("study", *words, *quick)
    assert answer.code == 2
    assert answer.err.count("error: ") == 1
    assert "Traceback" not in answer.err
    for part in told:
        assert part in answer.err
    assert answer.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_record_is_told_before_any_training(tmp_path: Path, wattswarm: Command) -> None:
    (tmp_path / "epf_pjm_2y_actual_and_forecasts.parquet").write_bytes(b"no table")
    answer = wattswarm("study", "pool", "--quick", "--data", ".")
    assert answer.code == 2
    assert "epf_pjm_2y_actual_and_forecasts.parquet" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["epf_pjm_2y_actual_and_forecasts.parquet"]


@pytest.mark.slow
def test_a_quick_study_trains_judges_and_writes_its_page_and_does_nothing_twice(
    tmp_path: Path, wattswarm: Command
) -> None:
    words = ("study", "pool", "--quick", "--only", "QMIX", "--only", "qmix", "--out", "found")
    answer = wattswarm(*words)
    assert answer.code == 0
    found = tmp_path / "found"
    page = (found / "pool.md").read_text()
    assert "| QMIX | 2 |" in page
    assert "| no flexibility | 1 |" in page
    for figure in found.glob("*.png"):
        assert f"({figure.name})" in page
    scores = json.loads((found / "generated.json").read_text())["scores"]
    assert list(scores) == ["QMIX"]
    assert len(scores["QMIX"]) == 2
    kept = {
        path: path.stat().st_mtime_ns for path in found.rglob("*") if path.suffix in (".json", ".safetensors")
    }
    kept = {path: time for path, time in kept.items() if path.parent != found}
    assert len(kept) > 4
    assert wattswarm(*words).code == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (found / "pool.md").read_text() == page
    assert not list(found.rglob(".*"))

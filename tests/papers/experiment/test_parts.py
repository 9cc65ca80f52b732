"""Parts of a study are computed once, by group, and a page is written with what it shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from wattswarm.papers.experiment.folder import Study, cached_arrays
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.experiment.page import table, write_page
from wattswarm.papers.experiment.parts import CachedPart, complete, undone


class Ten(Study[int]):
    def open(self) -> int:
        return 10


@dataclass(frozen=True)
class Outcome:
    value: float
    process: int


@dataclass(frozen=True)
class Times(CachedPart[int, list[Outcome]]):
    result_type = list[Outcome]
    factor: int
    family: str = ""

    @property
    def file(self) -> str:
        return f"judged/{self.digest}.json"

    @property
    def group(self) -> str:
        return self.family

    def compute(self, study: Study[int]) -> list[Outcome]:
        return [Outcome(float(self.factor * study.inputs()), os.getpid())]


def test_parts_are_computed_once_and_those_of_a_group_by_one_process(tmp_path: Path) -> None:
    study, lines = Ten(tmp_path, None, True), list[str]()
    parts = [Times(1, "a"), Times(2, "b"), Times(3, "a"), Times(1, "a")]
    complete(parts, study, Options(tmp_path, tell=lines.append, workers=2))
    first, second, third, again = (part.result(study) for part in parts)
    assert [each[0].value for each in (first, second, third)] == pytest.approx([10.0, 20.0, 30.0])
    assert first == again
    assert first[0].process == third[0].process != os.getpid()
    assert len(lines) == 2
    assert lines[-1].startswith("[2/2] ")
    complete(parts, study, Options(tmp_path, tell=lines.append, workers=2))
    assert len(lines) == 2
    assert undone([*parts, Times(4)], study) == [Times(4)]


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    arrays = {"days": np.arange(6.0).reshape(2, 3), "names": np.asarray(["profit", "cost"])}
    for _ in range(2):
        found = cached_arrays(tmp_path / "life.npz", lambda: arrays)
        np.testing.assert_array_equal(found["days"], arrays["days"])
        assert found["names"].tolist() == ["profit", "cost"]


def test_a_table_aligns_words_to_the_left_and_figures_to_the_right(tmp_path: Path) -> None:
    text = table(("policy", "F", "knows", "INR"), [("idle", "0", "nothing", "1")], "lrl")
    assert text.splitlines() == [
        "| policy | F | knows | INR |",
        "|---|---:|---|---:|",
        "| idle | 0 | nothing | 1 |",
    ]
    lines = list[str]()
    options = Options(tmp_path, tell=lines.append)
    page = write_page(options, "study", ["# Title", text], records={"study.json": {}})
    assert page.read_text() == f"# Title\n\n{text}\n"
    assert (tmp_path / "study.json").read_text() == "{}\n"
    assert lines == [f"wrote {page}"]

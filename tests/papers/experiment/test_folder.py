"""What a study keeps is made once, and a folder of another study is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from wattswarm.errors import InputError
from wattswarm.papers.experiment.folder import Study, cached, refuse_other_study
from wattswarm.papers.p001_station.problem.places import exchange


def test_what_is_kept_is_made_once_and_comes_back_as_it_was(tmp_path: Path) -> None:
    made = []

    def make() -> dict[str, float]:
        made.append(1)
        return {"cost": 0.1, "decided_s": math.nan}

    path = tmp_path / "deep" / "night.json"
    first, again = cached(path, dict[str, float], make), cached(path, dict[str, float], make)
    assert len(made) == 1
    assert first["cost"] == again["cost"] == 0.1
    assert math.isnan(again["decided_s"])


def test_what_fails_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        cached(tmp_path / "night.json", float, lambda: 1 / 0)
    assert not list(tmp_path.iterdir())


class Nothing(Study[None]):
    def open(self) -> None: ...


def test_a_folder_of_other_prices_is_refused_and_left_alone(tmp_path: Path) -> None:
    prices = exchange(None)
    refuse_other_study(Nothing(tmp_path, None, True), prices)
    refuse_other_study(Nothing(tmp_path, None, True), prices)
    before = (tmp_path / "study.json").read_bytes()
    for study, other in (
        (Nothing(tmp_path, None, False), prices),
        (Nothing(tmp_path, None, True), replace(prices, name="other prices")),
    ):
        with pytest.raises(InputError, match="--out"):
            refuse_other_study(study, other)
    assert (tmp_path / "study.json").read_bytes() == before

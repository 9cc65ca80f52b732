"""Cases are simulated once, cached under all that they are made of, and read back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.settings import WORKPLACE
from wattswarm.papers.p000_city.study import simulation
from wattswarm.papers.p000_city.study.design import Case
from wattswarm.papers.p000_city.study.simulation import CaseResult, fingerprint, result_of

CITY = replace(paper(), groups=(replace(WORKPLACE, vehicles=6),), stations=2, hubs=0, days=7)
CASE = Case(city=CITY, days=12)
RULE = replace(CASE, rule="charge at once", fees="free")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def learned(folder: Path) -> CaseResult:
    return result_of(CASE, folder)


@pytest.fixture(scope="module")
def ruled(folder: Path) -> CaseResult:
    return result_of(RULE, folder)


def test_a_case_has_so_many_days_whether_or_not_chunks_fit(learned: CaseResult, ruled: CaseResult) -> None:
    for case in (learned, ruled):
        assert case.days.shape == (12, len(case.names))
        assert np.isfinite(case.days).all()
        assert case.agents == 8
    assert learned.cpu_s > 0.0


def test_six_commuters_drive_eight_kwh_on_workdays_alone(ruled: CaseResult) -> None:
    driven = ruled["driven kwh"]
    assert driven[[5, 6]] == pytest.approx([0.0, 0.0])
    assert driven[:5].mean() == pytest.approx(6 * 8.0, rel=0.15)
    # Charged at once, nobody misses a trip.
    assert ruled["unmet kwh"].sum() == 0.0


def test_nobody_falls_below_a_floor(learned: CaseResult, ruled: CaseResult) -> None:
    assert learned["dips below a floor"].sum() == ruled["dips below a floor"].sum() == 0.0


def test_a_cached_case_is_not_simulated_again(
    ruled: CaseResult, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> CaseResult:
        raise AssertionError("simulated again")

    monkeypatch.setattr(simulation, "simulate_case", refuse)
    again = result_of(RULE, folder)
    np.testing.assert_array_equal(again.days, ruled.days)
    assert (again.names, again.agents, again.cpu_s) == (ruled.names, ruled.agents, ruled.cpu_s)
    with pytest.raises(AssertionError, match="simulated again"):
        result_of(replace(RULE, seed=1), folder)


def test_every_part_of_a_case_changes_its_name() -> None:
    changes = [
        *(replace(CASE, city=replace(CITY, hubs=1)), replace(CASE, fees="card"), replace(CASE, days=13)),
        *(replace(CASE, seed=1), replace(CASE, rule="idle"), replace(CASE, fading=0.9)),
        *(replace(CASE, gamma=0.99), replace(CASE, hourly=True), replace(CASE, shared=True)),
        replace(CASE, market="2023"),
    ]
    assert len({fingerprint(case) for case in (CASE, *changes)}) == 1 + len(changes)

"""Lives are lived once, kept under a name of all that they are made of, and read back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.settings import WORKPLACE
from wattswarm.papers.p000_city.study import living
from wattswarm.papers.p000_city.study.design import Life
from wattswarm.papers.p000_city.study.living import Lived, fingerprint, lived

CITY = replace(paper(), groups=(replace(WORKPLACE, vehicles=6),), stations=2, hubs=0, days=7)
LIFE = Life(city=CITY, days=12)
RULE = replace(LIFE, rule="charge at once", fees="free")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lives")


@pytest.fixture(scope="module")
def learned(folder: Path) -> Lived:
    return lived(LIFE, folder)


@pytest.fixture(scope="module")
def ruled(folder: Path) -> Lived:
    return lived(RULE, folder)


def test_a_life_has_so_many_days_whether_or_not_stretches_fit(learned: Lived, ruled: Lived) -> None:
    for life in (learned, ruled):
        assert life.days.shape == (12, len(life.names))
        assert np.isfinite(life.days).all()
        assert life.agents == 8
    assert learned.cpu_s > 0.0


def test_six_commuters_drive_eight_kwh_on_workdays_alone(ruled: Lived) -> None:
    driven = ruled["driven kwh"]
    assert driven[[5, 6]] == pytest.approx([0.0, 0.0])
    assert driven[:5].mean() == pytest.approx(6 * 8.0, rel=0.15)
    # Charged at once, nobody misses a trip.
    assert ruled["unmet kwh"].sum() == 0.0


def test_nobody_falls_below_a_floor(learned: Lived, ruled: Lived) -> None:
    assert learned["dips below a floor"].sum() == ruled["dips below a floor"].sum() == 0.0


def test_a_life_that_was_kept_is_not_lived_again(
    ruled: Lived, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Lived:
        raise AssertionError("lived again")

    monkeypatch.setattr(living, "live", refuse)
    again = lived(RULE, folder)
    np.testing.assert_array_equal(again.days, ruled.days)
    assert (again.names, again.agents, again.cpu_s) == (ruled.names, ruled.agents, ruled.cpu_s)
    with pytest.raises(AssertionError, match="lived again"):
        lived(replace(RULE, seed=1), folder)


def test_every_part_of_a_life_changes_its_name() -> None:
    changes = [
        *(replace(LIFE, city=replace(CITY, hubs=1)), replace(LIFE, fees="card"), replace(LIFE, days=13)),
        *(replace(LIFE, seed=1), replace(LIFE, rule="idle"), replace(LIFE, fading=0.9)),
        *(replace(LIFE, gamma=0.99), replace(LIFE, hourly=True), replace(LIFE, shared=True)),
        replace(LIFE, market="2023"),
    ]
    assert len({fingerprint(life) for life in (LIFE, *changes)}) == 1 + len(changes)

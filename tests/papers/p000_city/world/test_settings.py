"""A city is what its settings say: groups, trips, slots, sun; settings that make no city are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.market.fees import lightning
from wattswarm.papers.p000_city.presets import SCENARIOS, paper, small
from wattswarm.papers.p000_city.settings import FLEET, RESIDENTIAL, WORKPLACE, Outages
from wattswarm.papers.p000_city.world import Settings, build


def test_the_papers_city_has_its_shares_floors_and_slots() -> None:
    city = build(replace(paper(), days=14), lightning())
    floors, counts = np.unique(np.asarray(city.people.floor), return_counts=True)
    assert dict(zip(floors.astype(float).round(2).tolist(), counts.tolist(), strict=True)) == {
        0.2: 200,
        0.3: 700,
        0.4: 100,
    }
    slots = np.asarray(city.surroundings.slot).reshape(14, 24)
    assert (slots == slots[0]).all()
    assert slots[0].tolist() == [0] * 7 + [1] * 10 + [2] * 4 + [1] * 2 + [0]
    assert np.asarray(city.surroundings.weekend).reshape(14, 24)[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1] * 2
    drive = np.asarray(city.people.drive_kwh)[:, :, 0].sum(1)
    assert drive[0, :200].mean() == pytest.approx(6.0, rel=0.05)
    assert drive[0, 200:900].mean() == pytest.approx(8.0, rel=0.05)
    assert not drive[1, 200:900].any()
    assert drive[1, 900:].mean() == pytest.approx(25.0, rel=0.05)
    assert np.asarray(city.surroundings.load_kwh).mean() == pytest.approx(0.4, rel=0.1)
    by_hour = np.asarray(city.surroundings.roof_kwh).reshape(14, 24).mean(0)
    assert by_hour[[0, 3, 21, 23]].max() == 0.0
    assert 11 <= by_hour.argmax() <= 13


def test_table_one_has_its_five_scenarios() -> None:
    groups = {name: [g.name for g in make().groups] for name, make in SCENARIOS.items()}
    assert groups["residential P2P"] == ["residential"]
    assert groups["workplace V2G"] == ["workplace"]
    assert groups["fleet"] == ["fleet"]
    assert SCENARIOS["public hubs"]().hubs == SCENARIOS["public hubs"]().stations
    assert SCENARIOS["emergency"]().outages.sites == 60
    assert small().station.buffer_kwh == 0.0


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"groups": (WORKPLACE, RESIDENTIAL)}, "groups"),
        ({"groups": ()}, "vehicles"),
        ({"hubs": 61}, "hubs"),
        ({"outages": Outages(chance=1.2)}, "outages.chance"),
        ({"groups": (replace(FLEET, floor=40.0),)}, "floor of fleet"),
        ({"districts": 0}, "districts"),
    ],
)
def test_settings_that_make_no_city_are_refused_by_name(changes: dict[str, object], where: str) -> None:
    with pytest.raises(InputError, match=f"^{where}:"):
        replace(Settings(), **changes)  # type: ignore[arg-type]  # any field, to be refused


def test_fees_that_never_could_be_are_refused() -> None:
    with pytest.raises(InputError, match=r"^fees.success:"):
        build(small(), lightning()._replace(success=98.2))

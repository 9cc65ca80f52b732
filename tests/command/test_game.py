"""`wattswarm game`: what it prints and writes of a night, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.command.conftest import Command

VEHICLES = "name,arrives,leaves,kw,kwh\nAnn,0,4,7.2,12\nBen,1,4,7.2,10\n"
HOURS = "price,load_kw\n0.30,5\n0.20,4\n0.10,3\n0.15,4\n"


@pytest.fixture(autouse=True)
def night(tmp_path: Path) -> Path:
    """A folder with vehicles.csv and hours.csv."""
    (tmp_path / "vehicles.csv").write_text(VEHICLES)
    (tmp_path / "hours.csv").write_text(HOURS)
    return tmp_path


def test_it_tells_who_charges_when_under_a_limit_and_writes_it(night: Path, wattswarm: Command) -> None:
    answer = wattswarm("game", "vehicles.csv", "hours.csv", "--limit", "10.5", "--out", "settled")
    assert answer.code == 0, answer.err
    assert "peak     10.5 kW" in answer.out
    summary = json.loads((night / "settled" / "game.json").read_text())
    assert summary["charged_kwh"] == pytest.approx(22.0)
    assert 0 <= summary["gap"] < 1e-8
    assert summary["congestion_paid"] > 0
    assert 1.0 <= summary["price_of_anarchy_generation_at_most"] < 1.1
    hours = list(csv.DictReader((night / "settled" / "hours.csv").open()))
    for row in hours:
        total = float(row["load_kw"]) + float(row["vehicles_kw"])
        assert total <= 10.5 + 1e-8
        assert float(row["congestion"]) == 0.0 or total == pytest.approx(10.5)
    schedules = list(csv.DictReader((night / "settled" / "schedules.csv").open()))
    assert sum(float(row["kw"]) for row in schedules if row["name"] == "Ben") == pytest.approx(10.0)
    assert not [row for row in schedules if row["name"] == "Ben" and row["step"] == "0"]


def test_json_holds_vehicles_and_steps_and_alpha_0_charges_where_it_is_cheap(
    wattswarm: Command,
) -> None:
    answer = wattswarm("game", "vehicles.csv", "hours.csv", "--alpha", "0", "--json")
    result = json.loads(answer.out)
    assert [row["name"] for row in result["vehicles"]] == ["Ann", "Ben"]
    assert [row["vehicles_kw"] for row in result["steps"]] == pytest.approx([0.0, 0.0, 14.4, 7.6], abs=1e-6)
    assert result["paid"] == pytest.approx(1.44 + 0.15 * 7.6)
    assert "anarchy" in answer.err


@pytest.mark.parametrize(
    ("vehicles", "hours", "options", "told"),
    [
        (
            VEHICLES.replace(",10\n", ",90\n"),
            HOURS,
            (),
            ("vehicles.csv, row 3, column kwh", "90", "at most 21.6"),
        ),
        (VEHICLES.replace("1,4", "1,9"), HOURS, (), ("row 3, column leaves", "9", "from 2 to 4")),
        (VEHICLES.replace("Ben,1", "Ben,1.5"), HOURS, (), ("row 3, column arrives", "1.5")),
        (VEHICLES, HOURS.replace("0.10", "x"), (), ("hours.csv, row 4, column price", "x")),
        (VEHICLES, HOURS, ("--limit", "7"), ("--limit", "no room")),
        (VEHICLES, HOURS, ("--alpha", "2"), ("--alpha", "2.0", "0 to 1")),
        (VEHICLES, HOURS.replace("0.", "-0."), (), ("hours.csv, row 2, column price", "falls as load rises")),
        (VEHICLES.replace("kwh", "energy"), HOURS, (), ("there is no column kwh",)),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_place(
    night: Path,
    wattswarm: Command,
    vehicles: str,
    hours: str,
    options: tuple[str, ...],
    told: tuple[str, ...],
) -> None:
    (night / "vehicles.csv").write_text(vehicles)
    (night / "hours.csv").write_text(hours)
    answer = wattswarm("game", "vehicles.csv", "hours.csv", "--out", "settled", *options)
    assert answer.code == 2
    assert not (night / "settled").exists()
    for word in told:
        assert word in answer.err

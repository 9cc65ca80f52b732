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
BATTERIES = """name,arrives,leaves,kw,kwh,back_kw,stored_kwh,capacity_kwh,least_kwh,efficiency
Ann,0,4,7.2,2,7.2,30,40,20,0.9
Ben,1,4,7.2,-4,7.2,10,40,5,0.9
Cho,1,3,3.6,5,0,10,40,0,0.9
"""
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


def test_json_holds_vehicles_and_steps_and_alpha_0_charges_where_it_is_cheap(wattswarm: Command) -> None:
    answer = wattswarm("game", "vehicles.csv", "hours.csv", "--alpha", "0", "--json")
    result = json.loads(answer.out)
    assert [row["name"] for row in result["vehicles"]] == ["Ann", "Ben"]
    assert [row["vehicles_kw"] for row in result["steps"]] == pytest.approx([0.0, 0.0, 14.4, 7.6], abs=1e-6)
    assert result["paid"] == pytest.approx(1.44 + 0.15 * 7.6)
    assert "anarchy" in answer.err


def test_vehicles_that_give_back_keep_to_their_batteries_and_the_transformer_binds_either_way(
    night: Path, wattswarm: Command
) -> None:
    (night / "vehicles.csv").write_text(BATTERIES)
    (night / "hours.csv").write_text("price,load_kw\n0.60,1\n0.20,0\n0.10,0\n0.15,0\n")
    options = ("--alpha", "0.1", "--limit", "6", "--out", "settled")
    answer = wattswarm("game", "vehicles.csv", "hours.csv", *options)
    assert answer.code == 0, answer.err
    assert "given back" in answer.out
    summary = json.loads((night / "settled" / "game.json").read_text())
    assert summary["gap"] < 1e-8
    loads = [
        float(row["load_kw"]) + float(row["vehicles_kw"])
        for row in csv.DictReader((night / "settled" / "hours.csv").open())
    ]
    assert max(loads) <= 6 + 1e-8
    assert min(loads) == pytest.approx(-6.0), "it pays to give back all that the transformer lets through"
    schedules = list(csv.DictReader((night / "settled" / "schedules.csv").open()))
    net = 0.0
    for vehicle in csv.DictReader(BATTERIES.splitlines()):
        stored = arrived = float(vehicle["stored_kwh"])
        least = min(arrived, float(vehicle["least_kwh"]))
        for row in (row for row in schedules if row["name"] == vehicle["name"]):
            power = float(row["kw"])
            assert int(vehicle["arrives"]) <= int(row["step"]) < int(vehicle["leaves"])
            assert -float(vehicle["back_kw"]) <= power <= float(vehicle["kw"])
            stored += power * 0.9 if power > 0 else power / 0.9
            net += power
            assert least - 1e-9 <= stored <= float(vehicle["capacity_kwh"]) + 1e-9
        assert stored >= arrived + float(vehicle["kwh"]) - 1e-9
    assert summary["charged_kwh"] - summary["given_back_kwh"] == pytest.approx(net)


def test_batteries_that_neither_lose_nor_give_change_no_price(night: Path, wattswarm: Command) -> None:
    plain = json.loads(wattswarm("game", "vehicles.csv", "hours.csv", "--limit", "10.5", "--json").out)
    head, *rows = VEHICLES.splitlines()
    stored = [f"{row},0,10,60,1" for row in rows]
    (night / "vehicles.csv").write_text(
        "\n".join([f"{head},back_kw,stored_kwh,capacity_kwh,efficiency", *stored])
    )
    held = json.loads(wattswarm("game", "vehicles.csv", "hours.csv", "--limit", "10.5", "--json").out)
    for field in ("price", "congestion", "vehicles_kw"):
        told = [[row[field] for row in result["steps"]] for result in (held, plain)]
        assert told[0] == pytest.approx(told[1], abs=1e-6)
    assert held["given_back_kwh"] == 0.0
    assert [row["per_kwh"] for row in held["vehicles"]] == pytest.approx(
        [row["per_kwh"] for row in plain["vehicles"]]
    )


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
        (BATTERIES.replace("2,7.2,30", "2,7.2,50"), HOURS, (), ("row 2, column stored_kwh", "50", "0 to 40")),
        (BATTERIES.replace("-4,7.2", "-14,7.2"), HOURS, (), ("row 3, column kwh", "-14", "-10 to 19.44")),
        (BATTERIES.replace("3.6,5", "3.6,9"), HOURS, (), ("row 4, column kwh", "9", "to 6.48")),
        (BATTERIES.replace(",0,0.9", ",0,95"), HOURS, (), ("row 4, column efficiency", "95", "to 1")),
        (
            BATTERIES.replace("2,7.2,30", "2,-7.2,30"),
            HOURS,
            (),
            ("row 2, column back_kw", "-7.2", "0 or more"),
        ),
        (BATTERIES.replace("capacity", "full"), HOURS, (), ("there is no column capacity_kwh",)),
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

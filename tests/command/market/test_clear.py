"""`wattswarm clear`: what it prints and writes of a file of orders, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wattswarm.market.auction.registry import MECHANISMS

if TYPE_CHECKING:
    from tests.command.conftest import Command

ORDERS = """side,price,kwh,area,name
buy,0.28,4.0,north,Ann
buy,0.22,6.0,north,Ben
buy,0.22,3.0,south,Cho
sell,0.10,7.0,south,Dee
sell,0.24,5.0,north,Eve
"""
CHARGES = "from,to,charge\nnorth,south,0.02\nsouth,north,0.02\n"
STATION = "side,price,kwh\nbuy,0.50,7\nbuy,0.35,7\nbuy,0.20,7\nsell,0.10,14\n"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file of orders, beside one of charges."""
    (tmp_path / "charges.csv").write_text(CHARGES)
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return file


def test_it_tells_who_gets_what_and_writes_it(orders: Path, wattswarm: Command) -> None:
    answer = wattswarm("clear", orders, "--out", "cleared")
    assert answer.code == 0, answer.err
    assert "Cho     buy  0.2200  3.000   1.000   0.1600  0.1600" in answer.out
    assert "efficiency       1.0000" in answer.out
    rows = list(csv.DictReader((orders.parent / "cleared" / "trades.csv").open()))
    assert [row["name"] for row in rows] == ["Ann", "Ben", "Cho", "Dee", "Eve"]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert [float(row["traded_kwh"]) for row in rows] == pytest.approx([4, 2, 1, 7, 0])
    assert [float(row["money"]) for row in rows] == pytest.approx([0.64, 0.32, 0.16, 1.12, 0])
    summary = json.loads((orders.parent / "cleared" / "clearing.json").read_text())
    assert summary["welfare"] == pytest.approx(1.08)
    assert summary["operator_surplus"] == pytest.approx(0.0, abs=1e-12)


def test_json_holds_every_order(orders: Path, wattswarm: Command) -> None:
    answer = wattswarm("clear", orders, "--mechanism", "vcg", "--json")
    result = json.loads(answer.out)
    assert result["operator_surplus"] == pytest.approx(-0.08)
    assert sum(row["traded_kwh"] for row in result["orders"] if row["side"] == "buy") == pytest.approx(7.0)
    assert "efficiency" in answer.err


@pytest.mark.parametrize("name", [name for name, each in MECHANISMS.items() if not each.blocks])
def test_every_auction_of_energy_clears_the_file(name: str, tmp_path: Path, wattswarm: Command) -> None:
    (tmp_path / "orders.csv").write_text(STATION)
    result = json.loads(
        wattswarm("clear", "orders.csv", "--mechanism", name, "--grid-price", "0.6", "--json").out
    )
    assert 0.0 <= result["efficiency"] <= 1.0 + 1e-9
    assert result["operator_surplus"] == pytest.approx(result["paid"] - result["earned"], abs=1e-12)


def test_slots_go_to_the_highest_bids_at_the_first_that_finds_none(
    tmp_path: Path, wattswarm: Command
) -> None:
    (tmp_path / "orders.csv").write_text(STATION)
    words = ("clear", "orders.csv", "--mechanism", "slots", "--json")
    result = json.loads(wattswarm(*words).out)
    # The cap of 1.5 times 0.30 counts the bid of 0.50 as 0.45.
    assert [row["traded_kwh"] for row in result["orders"]] == [7, 7, 0, 14]
    assert result["price_per_kwh"] == pytest.approx(0.20)
    tied = [json.loads(wattswarm(*words, "--cap", "0.15", "--seed", seed).out) for seed in range(6)]
    assert all(each["price_per_kwh"] == pytest.approx(0.15) for each in tied)
    assert len({tuple(row["traded_kwh"] for row in each["orders"]) for each in tied}) > 1


def test_charges_between_areas_go_to_the_operator(orders: Path, wattswarm: Command) -> None:
    result = json.loads(wattswarm("clear", orders, "--charges", orders.parent / "charges.csv", "--json").out)
    assert result["operator_surplus"] == pytest.approx(4 * 0.02)
    assert result["welfare"] == pytest.approx(result["greatest_welfare"])
    prices = {row["name"]: row["price_per_kwh"] for row in result["orders"]}
    assert prices["Ann"] - prices["Dee"] == pytest.approx(0.02)


FILES = {
    "a negative energy": ("buy,0.2,-1", ["row 7, column kwh", "negative energy", "-1", "to mend"]),
    "a price that is none": ("buy,dear,1", ["row 7, column price", "not a number", "dear"]),
    "an empty price": ("buy,,1", ["row 7, column price", "missing"]),
    "an endless price": ("buy,inf,1", ["row 7, column price", "inf"]),
    "a price above the grid's": ("sell,0.31,1", ["row 7, column price", "outside the band", "0.06 to 0.3"]),
    "a price below the feed-in": ("sell,0.01,1", ["row 7, column price", "outside the band"]),
    "no side": ("hold,0.2,1", ["row 7, column side", "hold", "buy or sell"]),
    "an implausibly large energy": ("buy,0.2,1e9", ["row 7, column kwh", "implausibly"]),
}


@pytest.mark.parametrize("what", FILES)
def test_a_bad_order_is_refused_by_its_row_and_column(what: str, orders: Path, wattswarm: Command) -> None:
    line, told = FILES[what]
    orders.write_text(ORDERS + line + ",north,Fay\n")
    answer = wattswarm("clear", orders, "--out", "cleared")
    assert answer.code == 2
    assert all(each in answer.err for each in told), answer.err
    assert not (orders.parent / "cleared").exists()


WORDS = {
    "no auction": (["--mechanism", "unform"], ["--mechanism", "did you mean uniform"]),
    "a cap for nothing": (["--cap", "0.4"], ["--cap", "slots"]),
    "a seed for nothing": (["--seed", "1"], ["--seed", "muda and slots"]),
    "charges for nothing": (["--mechanism", "vcg", "--charges", "charges.csv"], ["--charges", "uniform"]),
    "missing charges": (["--charges", "gone.csv"], ["--charges", "no such file"]),
    "a band upside down": (["--feed-in", "0.4"], ["band", "0.4 to 0.3"]),
    "a price that is none": (["--grid-price", "nan"], ["--grid-price", "nan"]),
    "no feed-in price": (["--mechanism", "supply-ratio", "--feed-in", "0"], ["--feed-in", "above 0"]),
    "several sellers of slots": (["--mechanism", "slots"], ["row 6, column side", "2 sellers"]),
    "blocks of several sizes": (
        ["--mechanism", "mcafee"],
        ["row 2, column kwh", "blocks of one size", "6 kWh"],
    ),
    "a folder that is a file": (["--out", "orders.csv"], ["--out", "a file"]),
}


@pytest.mark.parametrize("what", WORDS)
def test_wrong_options_are_refused(what: str, orders: Path, wattswarm: Command) -> None:
    words, told = WORDS[what]
    answer = wattswarm("clear", orders, *words)
    assert answer.code == 2
    assert all(each in answer.err for each in told), answer.err


TABLES = {
    "an area without charges": (
        CHARGES.replace("south", "west"),
        ["row 4, column area", "unknown area", "south"],
    ),
    "a pair without a charge": (CHARGES + "south,west,0.1\n", ["charges.csv", "no row from north to west"]),
    "a pair twice": (CHARGES + "north,south,0.1\n", ["charges.csv, row 4", "appears twice"]),
    "a negative charge": (CHARGES.replace("0.02\n", "-0.02\n", 1), ["charges.csv, row 2", "negative"]),
    "no charges": ("from,to\nnorth,south\n", ["no column charge"]),
    "no name": (CHARGES + ",south,0.1\n", ["row 4, column from", "no name"]),
}


@pytest.mark.parametrize("what", TABLES)
def test_wrong_charges_are_refused(what: str, orders: Path, wattswarm: Command) -> None:
    text, told = TABLES[what]
    (orders.parent / "charges.csv").write_text(text)
    answer = wattswarm("clear", orders, "--charges", "charges.csv")
    assert answer.code == 2
    assert all(each in answer.err for each in told), answer.err


def test_a_file_without_a_column_of_sides_is_refused(orders: Path, wattswarm: Command) -> None:
    orders.write_text(ORDERS.replace("side", "way"))
    answer = wattswarm("clear", orders)
    assert answer.code == 2
    assert "no column side" in answer.err
    assert "columns side, price and kwh" in answer.err


def test_more_orders_than_an_auction_bears_are_refused(tmp_path: Path, wattswarm: Command) -> None:
    (tmp_path / "orders.csv").write_text("side,price,kwh\n" + "buy,0.2,1\n" * 1001 + "sell,0.1,1\n")
    answer = wattswarm("clear", "orders.csv", "--mechanism", "vcg")
    assert answer.code == 2
    assert "too many orders" in answer.err
    assert "at most 1,000" in answer.err


def test_orders_of_one_side_trade_nothing(tmp_path: Path, wattswarm: Command) -> None:
    (tmp_path / "orders.csv").write_text("side,price,kwh\nbuy,0.2,1\nbuy,0.3,1\n")
    answer = wattswarm("clear", "orders.csv")
    assert answer.code == 0
    assert "nothing is traded" in answer.out

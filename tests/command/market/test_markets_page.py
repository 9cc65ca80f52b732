"""The page on markets shows what is there: its auctions, its example, its code and its figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import DOCS

from wattswarm.market.auction.registry import MECHANISMS
from wattswarm.papers.market.auctions import cap_sweep, markdown, reserve_sweep, triangle

if TYPE_CHECKING:
    from tests.command.conftest import Command

PAGE = (DOCS / "markets.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_table_names_every_auction() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE) == list(MECHANISMS)


def test_the_example_prints_what_the_page_shows(tmp_path: Path, wattswarm: Command) -> None:
    [orders] = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    [shown] = re.findall(r"```\n(order .*?)```", PAGE, re.DOTALL)
    (tmp_path / "orders.csv").write_text(orders)
    printed = wattswarm("clear", "orders.csv").out
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_the_code_runs_and_finds_the_lie_it_tells_of(capsys: pytest.CaptureFixture[str]) -> None:
    [source] = [block for block in CODE if "best_misreport" in block]
    space: dict[str, Any] = {}
    exec(source, space)
    assert capsys.readouterr().out.startswith("1.0 0.0")
    lie = space["lie"]
    assert int(lie.trader) == 8  # the first seller, after room for 8 bids
    assert float(lie.price) == pytest.approx(0.24, abs=1e-4)
    assert float(lie.gain) == pytest.approx(0.07, abs=1e-4)


def test_the_figures_of_caps_are_those_of_the_code() -> None:
    assert markdown(cap_sweep(), digits=2) in PAGE


def test_the_figures_of_reserves_are_those_of_the_code_but_for_rounding() -> None:
    rows = reserve_sweep()
    shown = PAGE.split("| " + " | ".join(rows[0]) + " |\n")[1].splitlines()[1 : len(rows) + 1]
    for row, line in zip(rows, shown, strict=True):
        assert [float(cell) for cell in line.strip("| ").split("|")] == pytest.approx(
            list(row.values()), rel=0.02
        )


def test_the_figures_of_two_traders_are_those_of_the_code() -> None:
    for line in markdown(triangle(1, names=("uniform", "mcafee"))).splitlines():
        assert line in PAGE


@pytest.mark.slow
@pytest.mark.parametrize("traders", [1, 20])
def test_all_figures_of_truth_and_efficiency_are_those_of_the_code(traders: int) -> None:
    assert markdown(triangle(traders)) in PAGE


def test_every_figure_has_its_code_on_the_page() -> None:
    called = set(re.findall(r"(triangle\(\d+\)|\w+_sweep\(\))", "".join(CODE)))
    assert called == {"triangle(1)", "triangle(20)", "cap_sweep()", "reserve_sweep()"}

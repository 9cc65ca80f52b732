"""The page on games shows what is there: its example, its code and its figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import DOCS

from wattswarm.papers.market.auctions import markdown
from wattswarm.papers.market.games import alpha_sweep, sizes, ways_to_rest

if TYPE_CHECKING:
    from tests.command.conftest import Command

PAGE = (DOCS / "games.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_print_what_the_page_shows(tmp_path: Path, wattswarm: Command) -> None:
    vehicles, hours, batteries = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    calls = re.findall(r"`wattswarm (game [^`]*)` prints\n\n```\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "hours.csv").write_text(hours)
    for table, (call, shown) in zip((vehicles, batteries), calls, strict=True):
        (tmp_path / "vehicles.csv").write_text(table)
        printed = wattswarm(*call.split()).out
        assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


@pytest.mark.parametrize("call", ["led = lead", "compete(stations)"])
def test_the_code_prints_what_the_page_shows(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    [source] = [block for block in CODE if call in block]
    exec(source, {})
    assert f"```\n{capsys.readouterr().out}```" in PAGE


def test_the_figures_of_few_vehicles_and_of_price_alone_are_those_of_the_code() -> None:
    for rows, digits in ((sizes((10,)), 5), (alpha_sweep((0.0,)), 1)):
        for line in markdown(rows, digits).splitlines():
            assert line in PAGE


@pytest.mark.slow
def test_all_figures_are_those_of_the_code() -> None:
    for rows, digits in ((sizes(), 5), (alpha_sweep(), 1), (ways_to_rest(), 4)):
        assert markdown(rows, digits) in PAGE

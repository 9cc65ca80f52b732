"""The pages on the command line and on data name everything that there is."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from tests.conftest import DOCS

from wattswarm.control import policy_names
from wattswarm.data.intake.defect import REPAIRS

if TYPE_CHECKING:
    from tests.command.conftest import Command


@pytest.mark.parametrize(
    "command", ["run", "forecast", "train", "compare", "study", "bound", "clear", "game", "doctor", "bench"]
)
def test_the_page_names_the_options_of_each_command_and_no_others(command: str, wattswarm: Command) -> None:
    page = (DOCS / "command-line.md").read_text()
    shared = page.split("\n## Options that several commands share\n")[1].split("\n## ")[0]
    own = page.split(f"\n## {command}\n")[1].split("\n## ")[0]
    table = re.findall(r"^\| `(--[a-z]+)` \| ([^|]+) \|", shared, re.MULTILINE)
    stated = {option for option, users in table if command in users.split(", ")}
    stated |= set(re.findall(r"^\| `(--[a-z]+)", own, re.MULTILINE))
    offered = set(re.findall(r"^│ (--[a-z]+)", wattswarm(command, "--help").out, re.MULTILINE))
    assert stated == offered - {"--help"}


def test_the_page_names_every_policy() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "command-line.md").read_text(), re.MULTILINE)
    assert set(policy_names()) <= set(named)


def test_the_page_on_data_names_every_repair() -> None:
    named = re.findall(r"^\| `([a-z]+)` \|", (DOCS / "data-formats.md").read_text(), re.MULTILINE)
    assert set(named) == set(REPAIRS)


def test_the_page_on_the_summary_names_every_field() -> None:
    schema = json.loads(files("wattswarm.report").joinpath("summary.schema.json").read_text())
    parts = [schema, *schema["$defs"].values()]
    parts += [schema["properties"][name] for name in ("site", "horizon")]
    parts += [part["properties"]["money"] for part in parts if "money" in part["properties"]]
    fields = {name for part in parts for name in part["properties"]}
    named = re.findall(r"^\| `([a-z0-9_]+)` \|", (DOCS / "summary-json.md").read_text(), re.MULTILINE)
    assert set(named) == fields

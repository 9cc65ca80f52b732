"""However often a command needs a file (for its span, for a window, for each horizon), it opens it once."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wattswarm.evaluate import splits_of_task

if TYPE_CHECKING:
    from tests.command.conftest import Command

SITE = """
name: two ports
currency: EUR
step_minutes: 60
location: {latitude: 52.4, longitude: 4.9, timezone: Europe/Amsterdam}
nodes:
  - {name: grid, import_limit_kw: 60}
stations:
  - name: yard
    node: grid
    ports:
      - {count: 2, kind: AC, power_kw: 11}
    solar: {peak_kw: 10, tilt_deg: 15, azimuth_deg: 180}
    base_load: {mean_kw: 5, shape: office}
vehicles:
  - {name: car, capacity_kwh: 40, ac_kw: 11, target_soc: 0.85}
"""
FILES = {
    "prices": "price_eur_per_mwh",
    "solar": "power_kw",
    "load": "power_kw",
    "carbon": "intensity_g_per_kwh",
}
_listening: list[Counter[str]] = []


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _listening and isinstance(arguments[0], str | os.PathLike):
        _listening[-1][os.fspath(arguments[0])] += 1


# A hook of the interpreter can never be taken away; it does nothing while no test listens.
sys.addaudithook(_heard)


@pytest.fixture
def opened() -> Iterator[Counter[str]]:
    """How often each path was opened."""
    _listening.append(Counter())
    yield _listening[-1]
    _listening.pop()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a site and a file of each kind."""
    (tmp_path / "yard.yaml").write_text(SITE)
    hours = np.datetime64("2024-05-01T00:00", "s") + np.arange(24 * 60) * np.timedelta64(3600, "s")
    stamps = np.char.add(np.datetime_as_string(hours), "Z")
    for name, column in FILES.items():
        rows = [f"{stamp},{1 + at % 5}" for at, stamp in enumerate(stamps)]
        (tmp_path / f"{name}.csv").write_text("\n".join([f"time_start,{column}", *rows]) + "\n")
    days = "".join(f"2024-06-{day:02}T08:00:00Z,2024-06-{day:02}T16:00:00Z,20\n" for day in range(1, 25))
    (tmp_path / "sessions.csv").write_text("arrival,departure,energy_kwh\n" + days)
    return tmp_path


def given(*names: str) -> list[str]:
    return [word for name in names for word in (f"--{name}", f"{name}.csv")]


COMMANDS = {
    "run": ["run", "yard.yaml", *given(*FILES, "sessions"), "--days", "1", "--policy", "average-rate"],
    "compare": [
        *("compare", "yard.yaml", "--seeds", "4", "--days", "1", "--policy", "average-rate"),
        *given("prices", "solar", "load", "sessions"),
    ],
    "bound": ["bound", "yard.yaml", *given("prices", "solar", "load", "sessions"), "--days", "1"],
    "doctor of a series": ["doctor", "prices.csv"],
    "doctor of sessions": ["doctor", "sessions.csv"],
    "doctor of a site": ["doctor", "yard.yaml"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_opens_each_file_that_it_is_given_once(
    command: str, here: Path, wattswarm: Command, opened: Counter[str]
) -> None:
    words = COMMANDS[command]
    answer = wattswarm(*words)
    assert answer.code == 0, answer.err
    named = [word for word in words if (here / word).is_file()]
    assert {name: opened[name] for name in named} == dict.fromkeys(named, 1)


def test_what_is_read_once_gives_each_horizon_its_own_days(here: Path, wattswarm: Command) -> None:
    (here / "prices.csv").write_text((here / "prices.csv").read_text().replace("T12:00:00Z,", "T12:00:00Z,9"))
    words = ["compare", "yard.yaml", "--seeds", "3", "--days", "2", "--policy", "average-rate", "--json"]
    late = wattswarm(*words, *given("prices", "sessions"), "--start", "2024-06-10")
    early = wattswarm(*words, *given("prices", "sessions"), "--start", "2024-06-03")
    assert late.code == early.code == 0, late.err + early.err
    assert late.out != early.out


def test_the_days_of_a_task_open_each_record_once(real_data: Path, opened: Counter[str]) -> None:
    splits_of_task("pool", "east", data=real_data, quick=True)
    read = {path: times for path, times in opened.items() if Path(path).parent == real_data}
    assert read
    assert set(read.values()) == {1}

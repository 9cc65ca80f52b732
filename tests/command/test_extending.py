"""The page on extending: its package, once installed, has its names on the command line and in Python."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wattswarm.control import policy, policy_names, simulate
from wattswarm.forecast import forecaster, forecaster_names
from wattswarm.learn import learner_names
from wattswarm.market.auction import MECHANISMS
from wattswarm.runtime import prepare
from wattswarm.site import load_example
from wattswarm.world import build_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command.conftest import Command
    from tests.conftest import Install

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "extending.md").read_text(encoding="utf-8")
CODE = dict(re.findall(r"```python\n# (\w+)\.py\n(.*?)```", PAGE, re.DOTALL))
POINTS = tomllib.loads(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0])["project"]["entry-points"]


@pytest.fixture(autouse=True)
def depot(install: Install) -> Iterator[None]:
    """The package of the page, installed; what computes in single precision is set back."""
    [averages] = re.findall(
        r"```python\n((?:(?!```).)*class Averages.*?)```", (DOCS / "learning.md").read_text(), re.DOTALL
    )
    for name, source in {**CODE, "depot_learners": averages}.items():
        groups = {
            group: {each: target for each, target in named.items() if target.startswith(f"{name}:")}
            for group, named in POINTS.items()
        }
        lines = [
            f"[{group}]\n" + "".join(f"{each} = {target}\n" for each, target in named.items())
            for group, named in groups.items()
            if named
        ]
        install(name, source, "\n".join(lines))
    yield
    prepare()


def test_every_name_of_the_package_stands_beside_the_others() -> None:
    assert {"half-power", "solar-or-half"} <= set(policy_names())
    assert "week-median" in forecaster_names()
    assert "averages" in learner_names()
    assert MECHANISMS["pay-as-bid"].description.startswith("what is traded")


def test_every_entry_point_has_its_code_on_a_page() -> None:
    modules = {target.partition(":")[0] for named in POINTS.values() for target in named.values()}
    assert modules == {*CODE, "depot_learners"}


def test_the_reader_reads_the_depots_meter(wattswarm: Command, tmp_path: Path) -> None:
    times = np.datetime64("2024-06-03T00:00") + np.arange(48) * np.timedelta64(30, "m")
    rows = [f"{str(time).replace('T', ' ')},{at}" for at, time in enumerate(times)]
    (tmp_path / "meter.csv").write_text("\n".join(["Begin,Hall kW", *rows]) + "\n")
    answer = wattswarm("doctor", "meter.csv", "--quantity", "power", "--timezone", "Europe/Paris")
    assert answer.code == 0, answer.err
    assert "depot meter" in answer.out + answer.err


def test_the_rules_run_by_their_names_and_serve_every_target() -> None:
    scenario = build_scenario(load_example("workplace"), start=date(2024, 6, 3), days=1)
    for run in simulate(scenario, [policy(name, scenario) for name in ("half-power", "uncontrolled")]):
        assert run.flows.shortfall_kwh.sum() < 1e-6


def test_the_commands_take_the_rules(wattswarm: Command) -> None:
    words = ("--days", 1, "--policy", "half-power", "--policy", "solar-or-half")
    answer = wattswarm("run", "workplace", *words, "--json")
    assert answer.code == 0, answer.err
    shown = [row["policy"] for row in json.loads(answer.out)["policies"]]
    assert {"half-power", "solar-or-half"} <= set(shown)


def test_the_forecaster_is_judged_kept_and_applied(wattswarm: Command, tmp_path: Path) -> None:
    times = np.datetime64("2024-02-01", "s") + np.arange(80 * 24) * np.timedelta64(3600, "s")
    noise = np.random.default_rng(0).normal(0, 3, len(times))
    rows = [f"{time}Z,{50 + 20 * np.sin(at * np.pi / 12) + noise[at]:.3f}" for at, time in enumerate(times)]
    (tmp_path / "prices.csv").write_text("\n".join(["time_start,price_eur_per_mwh", *rows]) + "\n")
    models = ("--models", "week-median,persistence")
    answer = wattswarm("forecast", "prices.csv", *models, "--out", "kept", "--json")
    assert answer.code == 0, answer.err
    assert wattswarm("forecast", "prices.csv", "--apply", "kept", "--out", "next").code == 0
    with (tmp_path / "next" / "next.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 24
    assert forecaster("week-median", days=3).fit is not None


def test_the_auction_trades_what_the_uniform_one_does_and_its_operator_never_pays(
    wattswarm: Command, tmp_path: Path
) -> None:
    [orders] = re.findall(r"```csv\n(.*?)```", (DOCS / "markets.md").read_text(), re.DOTALL)
    (tmp_path / "orders.csv").write_text(orders)
    answer = wattswarm("clear", "orders.csv", "--mechanism", "pay-as-bid", "--json")
    assert answer.code == 0, answer.err
    result = json.loads(answer.out)
    uniform = json.loads(wattswarm("clear", "orders.csv", "--json").out)
    assert result["traded_kwh"] == pytest.approx(uniform["traded_kwh"])
    assert result["traded_kwh"] > 0
    assert result["operator_surplus"] >= 0


def test_the_learner_trains_by_its_name_and_is_compared(wattswarm: Command) -> None:
    small = ("--quick", "--seeds", 1, "--steps", 768, "--out", "runs/averages")
    answer = wattswarm("train", "hub", "averages", *small, "--json")
    assert answer.code == 0, answer.err
    words = ("--region", "generated", "--quick", "--policy", "runs/averages")
    answer = wattswarm("compare", "hub", *words, "--json")
    assert answer.code == 0, answer.err
    assert "runs/averages" in [row["policy"] for row in json.loads(answer.out)["policies"]]


def test_the_study_runs_by_its_name(wattswarm: Command, tmp_path: Path) -> None:
    answer = wattswarm("study", "depot", "--quick", "--out", "depot")
    assert answer.code == 0, answer.err
    assert "| 3 | " in (tmp_path / "depot" / "depot.md").read_text()

"""What each command says and writes: people read the terminal, programs read --json and the files."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from wattswarm import __version__
from wattswarm.control import policy_names

if TYPE_CHECKING:
    from tests.command.conftest import Command

LONGEST = max(policy_names(), key=len)
SMALL = ("workplace", "--days", 1, "--policy", LONGEST)


def test_run_prints_whole_names_within_80_columns_and_writes_the_report(
    wattswarm: Command, tmp_path: Path
) -> None:
    answer = wattswarm("run", *SMALL, "--out", "week")
    assert answer.code == 0, answer.err
    table = answer.out[answer.out.index("policy") :]
    assert any(line.startswith(LONGEST + " ") for line in table.splitlines())
    assert max(map(len, table.splitlines())) <= 80
    assert "…" not in answer.out
    assert "\x1b" not in answer.out + answer.err
    assert "report: week/report.html" in answer.out
    written = {path.name for path in (tmp_path / "week").iterdir()}
    assert written == {"report.html", "summary.json", "policies.csv", "steps.csv", "sessions.csv", "figures"}


def test_json_is_all_that_stdout_carries_and_equals_the_file(wattswarm: Command, tmp_path: Path) -> None:
    answer = wattswarm("run", *SMALL, "--out", "week", "--json")
    summary = json.loads(answer.out)
    kept = json.loads((tmp_path / "week" / "summary.json").read_text())
    assert summary == kept
    assert "report: " in answer.err
    assert [each["policy"] for each in summary["policies"]].count(LONGEST) == 1


def test_runs_with_one_seed_give_equal_tables_and_another_seed_gives_others(
    wattswarm: Command, tmp_path: Path
) -> None:
    tables = []
    for seed, folder in ((3, "a"), (3, "b"), (4, "c")):
        assert wattswarm("run", *SMALL, "--seed", seed, "--out", folder).code == 0
        table = pl.read_csv(tmp_path / folder / "policies.csv")
        tables.append(table.drop(column for column in table.columns if "seconds" in column).rows())
    assert tables[0] == tables[1] != tables[2]


def test_bound_is_replayed_to_a_millionth_and_its_schedule_has_a_row_a_step(
    wattswarm: Command, tmp_path: Path
) -> None:
    answer = wattswarm("bound", "workplace", "--days", 1, "--out", "optimum", "--json")
    assert answer.code == 0, answer.err
    result = json.loads(answer.out)
    assert result["replayed_profit"] == pytest.approx(result["profit"], rel=1e-6, abs=1e-6)
    assert result["exact"]
    assert json.loads((tmp_path / "optimum" / "bound.json").read_text()) == result
    assert len((tmp_path / "optimum" / "schedule.csv").read_text().splitlines()) == 1 + 96


def test_compare_holds_the_middle_of_each_policy_within_its_interval(
    wattswarm: Command, tmp_path: Path
) -> None:
    answer = wattswarm("compare", "workplace", "--days", 1, "--seeds", 2, "--policy", LONGEST, "--json")
    assert answer.code == 0, answer.err
    result = json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert result["horizons"] == 2
    rows = {row["policy"]: row["gain"] for row in result["policies"]}
    assert set(rows) == {"uncontrolled", LONGEST}
    for gain in rows.values():
        assert gain["low"] <= gain["iqm"] <= gain["high"]
        assert len(gain["values"]) == 2
    assert rows["uncontrolled"]["values"] == [0.0, 0.0]
    assert (tmp_path / "wattswarm-out" / "compare.json").exists()


@pytest.mark.parametrize("command", ["run", "train", "compare", "bound", "doctor", "bench"])
def test_help_shows_examples(command: str, wattswarm: Command) -> None:
    answer = wattswarm(command, "--help")
    assert answer.code == 0
    assert f"wattswarm {command} " in answer.out[answer.out.index("Examples") :]


def test_policies_and_sites_named_in_help_exist(wattswarm: Command) -> None:
    for command in ("run", "compare"):
        words = " ".join(wattswarm(command, "--help").out.split()).split()
        named = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--policy"]
        examples = [name for name in named if not name.startswith("<") and "/" not in name]
        assert examples
        assert set(examples) <= set(policy_names())


def test_version_needs_no_command(wattswarm: Command) -> None:
    assert wattswarm("--version") == (0, f"wattswarm {__version__}\n", "")


def test_doctor_reads_every_example_site(wattswarm: Command, tmp_path: Path) -> None:
    for name in ("hub", "workplace", "pool"):
        text = files("wattswarm.site.examples").joinpath(f"{name}.yaml").read_text()
        (tmp_path / f"{name}.yaml").write_text(text)
        answer = wattswarm("doctor", f"{name}.yaml", "--json")
        assert answer.code == 0
        assert json.loads(answer.out)["facts"]["ports"] > 0 or name == "pool"


def test_doctor_exits_with_2_for_a_site_with_a_mistake(wattswarm: Command, tmp_path: Path) -> None:
    text = files("wattswarm.site.examples").joinpath("hub.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("currency: EUR", "currency: euro"))
    answer = wattswarm("doctor", "mine.yaml", "--json")
    assert answer.code == 2
    found = json.loads(answer.out)
    assert found["readable"] is False
    assert "currency" in found["error"]


def test_doctor_tells_a_gap_and_the_repair_that_run_then_accepts(wattswarm: Command, tmp_path: Path) -> None:
    rows = [
        f"2024-06-{day:02d}T{hour:02d}:00:00Z,{60 + hour}"
        for day in range(1, 9)
        for hour in range(24)
        if (day, hour) != (4, 7)
    ]
    (tmp_path / "prices.csv").write_text("time_start,price_eur_per_mwh\n" + "\n".join(rows) + "\n")
    answer = wattswarm("doctor", "prices.csv")
    assert answer.code == 2
    assert "--repair gaps" in answer.out
    asked = ("run", *SMALL, "--prices", "prices.csv", "--start", "2024-06-04")
    assert wattswarm(*asked).code == 2
    repaired = wattswarm(*asked, "--repair", "gaps", "--json")
    assert repaired.code == 0, repaired.err
    assert any("1 interval" in line or "gap" in line for line in json.loads(repaired.out)["provenance"])


def test_the_package_runs_as_a_module() -> None:
    line = [sys.executable, "-m", "wattswarm", "--version"]
    answer = subprocess.run(line, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["wattswarm", __version__]

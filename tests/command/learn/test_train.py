"""`wattswarm train` up to a policy in `compare`; mistakes and Ctrl-C leave nothing half-written."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import pytest
from tests.conftest import DOCS

from wattswarm.learn.registry import describe, learner_names
from wattswarm.runtime import prepare
from wattswarm.tasks.registry import task_entry, task_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command.conftest import Command
    from tests.conftest import HearingCtrlC

# Long enough to be stopped on the way; all trainings here share its programs.
SMALL = ("--quick", "--steps", 9600, "--set", "hidden=8", "--set", "batch=4", "--set", "capacity=20")
TINY = ("train", "pool", "iql", *SMALL)


@pytest.fixture(autouse=True)
def double_again() -> Iterator[None]:
    """Training computes in single precision; other tests must not."""
    yield
    prepare()
    assert jax.config.read("jax_enable_x64")


def test_a_training_is_judged_goes_on_and_is_compared(wattswarm: Command, tmp_path: Path) -> None:
    answer = wattswarm(*TINY, "--seeds", 1, "--out", "run", "--json")
    assert answer.code == 0, answer.err
    summary = json.loads(answer.out)
    folder = tmp_path / "run"
    assert summary == json.loads((folder / "summary.json").read_text())
    assert {path.name for path in folder.iterdir()} == {
        "policy.safetensors",
        "training.safetensors",
        "metrics.jsonl",
        "summary.json",
        "learning.png",
    }
    (seed,) = summary["seeds"]
    gain = summary["bound_profit"] - summary["baseline_profit"]
    assert gain > 0
    assert seed["score"] == pytest.approx((seed["profit"] - summary["baseline_profit"]) / gain)
    assert seed["score"] <= 1.0
    fields = set(re.findall(r"^\| `([a-z_]+)` \|", (DOCS / "training.md").read_text(), re.MULTILINE))
    assert fields == set(summary)

    again = wattswarm(*TINY, "--seeds", 1, "--out", "run", "--json")
    assert json.loads(again.out)["seeds"] == summary["seeds"]
    other = wattswarm(*TINY, "--seeds", 2, "--out", "run")
    assert other.code == 2
    assert "another training" in other.err

    words = ("--policy", "run", "--out", "compared", "--json")
    compared = wattswarm("compare", "pool", "--region", "generated", "--quick", *words)
    assert compared.code == 0, compared.err
    rows = {row["policy"]: row["gain"]["values"] for row in json.loads(compared.out)["policies"]}
    assert sum(rows["run"]) == pytest.approx(seed["profit"] - summary["baseline_profit"], rel=1e-6)

    refused = wattswarm("run", "hub", "--days", 1, "--policy", "run", "--out", "elsewhere")
    assert refused.code == 2
    assert not (tmp_path / "elsewhere").exists()


# Every block is shown for seconds, so that Ctrl-C comes before the last on a loaded machine too.
SLOWLY = """
import time
from rich.progress import Progress
from wattswarm.cli import main

update = Progress.update

def shown_for_long(*words, **more):
    update(*words, **more)
    time.sleep(3.0)

Progress.update = shown_for_long
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are POSIX")
def test_ctrl_c_saves_the_block_at_hand_and_the_same_command_goes_on(
    wattswarm: Command, tmp_path: Path, hearing_ctrl_c: HearingCtrlC
) -> None:
    words = [str(word) for word in (*TINY, "--seeds", 1, "--out", "run")]
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, "-c", SLOWLY, *words],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    until = time.monotonic() + 600
    while not (tmp_path / "run" / "training.safetensors").exists() and time.monotonic() < until:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "the same command goes on from there" in out
    blocks = len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines())
    assert 1 <= blocks < 4
    assert not (tmp_path / "run" / "summary.json").exists()
    assert wattswarm(*words).code == 0
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["block"] for line in lines] == [1, 2, 3, 4]


WRONG = {
    "no task": (["pol", "qmix"], ["pol", "did you mean pool"]),
    "no algorithm": (["pool", "qmx"], ["qmx", "did you mean qmix"]),
    "no steps": (["pool", "qmix", "--steps", "0"], ["--steps", "1 or more"]),
    "no seeds": (["pool", "qmix", "--seeds", "0"], ["--seeds", "1 or more"]),
    "no setting": (["pool", "qmix", "--set", "hiden=3"], ["--set", "did you mean hidden"]),
    "no value": (["pool", "qmix", "--set", "hidden=big"], ["--set", "big", "whole number"]),
    "no region": (["pool", "qmix", "--region", "moon"], ["moon", "east"]),
    "no records named": (["pool", "qmix", "--region", "east"], ["records", "folder"]),
    "no records there": (["pool", "qmix", "--region", "west", "--data", "gone"], ["gone", "ercot"]),
    "records for nothing": (["pool", "qmix", "--data", "gone"], ["--data", "--region"]),
    "a region of the hub": (["hub", "qmix", "--region", "east"], ["only the pool"]),
    "more than fits": (["pool", "qmix", "--quick", "--seeds", "9999"], ["memory", "capacity"]),
    "a grid of 51 controls": (["pool-beliefs", "qmix"], ["too many controls", "ppo-continuous, apg"]),
    "a file as a folder": (["pool", "qmix", "--out", "file"], ["--out", "file"]),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_training_is_told_once_and_leaves_nothing(
    mistake: str, wattswarm: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    words, parts = WRONG[mistake]
    answer = wattswarm("train", *words)
    assert answer.code == 2
    assert answer.err.count("error: ") == 1
    for part in parts:
        assert part in answer.err
    assert answer.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


COMPARED_WRONG = {
    "a folder without a policy": (["--policy", "."], ["policy.safetensors"]),
    "quick for a site": (["hub", "--quick"], ["--quick", "--region"]),
    "days of a task": (["pool", "--region", "generated", "--days", "3"], ["--days", "fixed"]),
    "a site in a region": (["workplace", "--region", "generated"], ["workplace", "no such task"]),
}


@pytest.mark.parametrize("mistake", COMPARED_WRONG)
def test_a_mistake_in_comparing_tasks_is_told(mistake: str, wattswarm: Command, tmp_path: Path) -> None:
    words, parts = COMPARED_WRONG[mistake]
    answer = wattswarm("compare", *words)
    assert answer.code == 2
    for part in parts:
        assert part in answer.err
    assert list(tmp_path.iterdir()) == []


def test_help_and_page_name_every_task_and_learner_as_they_are(wattswarm: Command) -> None:
    page = (DOCS / "command-line.md").read_text()
    shown = " ".join(re.sub(r"[│╭╰─╮╯]", " ", wattswarm("train", "--help").out).split())
    for names, describes in (
        (task_names(), lambda name: task_entry(name).description),
        (learner_names(), describe),
    ):
        assert ", ".join(names[:-1]) + f" or {names[-1]}." in shown
        for name in names:
            assert f"| `{name}` | {describes(name)} |" in page

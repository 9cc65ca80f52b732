"""Work spread over processes: all of it comes back, a failure or an interrupt ends every process at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wattswarm.errors import InputError
from wattswarm.papers.experiment.workers import spread_work

if TYPE_CHECKING:
    from tests.conftest import HearingCtrlC

LONG = 7200.0
"""How long a process sleeps that has to be ended [s]: a test that waits for it has failed."""

CHILD = f"""
import os, sys, time
from pathlib import Path
from wattswarm.papers.experiment.workers import spread_work

def tell(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep({LONG})

if __name__ == "__main__":
    list(spread_work(tell, [sys.argv[1]] * 2, 2))
"""


def test_every_item_comes_back_with_its_answer() -> None:
    assert dict(spread_work(abs, [-1, -2, -3], 2)) == {-1: 1, -2: 2, -3: 3}


def refuse_or_sleep(seconds: float) -> None:
    if seconds < 0:
        raise InputError("no such time", where="seconds", found=seconds)
    time.sleep(seconds)


def test_a_failure_comes_out_as_it_was_and_ends_the_other_process() -> None:
    begun = time.monotonic()
    with pytest.raises(InputError, match="no such time") as told:
        list(spread_work(refuse_or_sleep, [LONG, -1.0, LONG], 2))
    assert told.value.where == "seconds"
    assert time.monotonic() - begun < LONG
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("whom", ["everyone", "the first process"])
def test_ctrl_c_ends_all_processes_at_once(whom: str, tmp_path: Path, hearing_ctrl_c: HearingCtrlC) -> None:
    with hearing_ctrl_c():
        process, told = two_asleep(tmp_path, start_new_session=True, stderr=subprocess.PIPE, text=True)
    (os.killpg if whom == "everyone" else os.kill)(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=LONG / 2)
    wait_until(lambda: not any(alive(pid) for pid in told))
    assert err.count("Traceback") == 1
    assert err.strip().endswith("KeyboardInterrupt")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    process, workers = two_asleep(tmp_path, stderr=subprocess.DEVNULL)
    process.kill()
    process.wait()
    wait_until(lambda: not any(alive(pid) for pid in workers))


def two_asleep(folder: Path, **options: Any) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a process that spreads work over two others, and return it and theirs once both are at it."""
    script, told = folder / "child.py", folder / "told"
    script.write_text(CHILD)
    told.mkdir()
    process = subprocess.Popen([sys.executable, str(script), str(told)], **options)
    wait_until(lambda: len(list(told.iterdir())) == 2)
    return process, [int(each.name) for each in told.iterdir()]


def wait_until(true: Callable[[], bool], seconds: float = 600.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"

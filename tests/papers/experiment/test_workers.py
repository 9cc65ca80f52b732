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

import pytest

from wattswarm.errors import InputError
from wattswarm.papers.experiment.workers import spread_work

CHILD = """
import sys, time
from pathlib import Path
from wattswarm.papers.experiment.workers import spread_work

if __name__ == "__main__":
    list(spread_work(time.sleep, [300.0, 300.0], 2))
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
        list(spread_work(refuse_or_sleep, [300.0, -1.0, 300.0], 2))
    assert told.value.where == "seconds"
    assert time.monotonic() - begun < 120
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are POSIX")
@pytest.mark.parametrize("whom", ["everyone", "the first process"])
def test_ctrl_c_ends_all_processes_at_once(whom: str, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(3)
    begun = time.monotonic()
    (os.killpg if whom == "everyone" else os.kill)(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - begun < 30
    assert err.count("Traceback") == 1
    assert err.strip().endswith("KeyboardInterrupt")


TOLD = """
import os, sys, time
from pathlib import Path
from wattswarm.papers.experiment.workers import spread_work

def tell(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(300.0)

if __name__ == "__main__":
    list(spread_work(tell, [sys.argv[1]] * 2, 2))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    script, told = tmp_path / "child.py", tmp_path / "told"
    script.write_text(TOLD)
    told.mkdir()
    process = subprocess.Popen([sys.executable, str(script), str(told)], stderr=subprocess.DEVNULL)
    wait_until(lambda: len(list(told.iterdir())) == 2)
    process.kill()
    process.wait()
    workers = [int(each.name) for each in told.iterdir()]
    wait_until(lambda: not any(alive(pid) for pid in workers))


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> None:
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

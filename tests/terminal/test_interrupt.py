"""Ctrl-C stops a command at once with code 130, without a traceback, with nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wattswarm.terminal.stop import interruptible

if TYPE_CHECKING:
    from tests.conftest import HearingCtrlC


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are POSIX")
def test_ctrl_c_in_the_middle_of_a_run_leaves_nothing(tmp_path: Path, hearing_ctrl_c: HearingCtrlC) -> None:
    words = [sys.executable, "-c", "from wattswarm.cli import main; main()"]
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [*words, "run", "--days", "60", "--out", "stopped"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=600)
    assert first.startswith("Riverside hub")
    assert process.returncode == 130
    assert "stopped; nothing was half-written" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_dropped_by_a_callback_comes_back(hearing_ctrl_c: HearingCtrlC) -> None:
    class Swallows:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    def wait() -> None:
        thing: Swallows | None = Swallows()
        assert thing is not None
        thing = None
        until = time.monotonic() + 600
        while time.monotonic() < until:
            time.sleep(0.01)

    with hearing_ctrl_c(), pytest.raises(KeyboardInterrupt), interruptible():
        wait()

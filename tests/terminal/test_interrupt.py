"""Ctrl-C stops a command at once with code 130, without a traceback, with nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wattswarm.terminal.stop import interruptible


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are POSIX")
def test_ctrl_c_in_the_middle_of_a_run_leaves_nothing(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "from wattswarm.cli import main; main()"]
    process = subprocess.Popen(
        [*words, "run", "--days", "60", "--out", "stopped"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Whatever runs the tests in the background may ignore Ctrl-C, which children inherit.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert first.startswith("Riverside hub")
    assert process.returncode == 130
    assert "stopped; nothing was half-written" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_dropped_by_a_callback_comes_back() -> None:
    class Swallows:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    def wait() -> None:
        thing: Swallows | None = Swallows()
        assert thing is not None
        thing = None
        until = time.monotonic() + 10
        while time.monotonic() < until:
            time.sleep(0.01)

    # A process started in the background by a shell ignores the interrupt from birth.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), interruptible():
            wait()
    finally:
        signal.signal(signal.SIGINT, before)

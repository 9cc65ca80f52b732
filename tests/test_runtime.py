"""How commands set JAX up: one thread a program, unless somebody wants more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattswarm.runtime import THREADS

COUNT = """
from pathlib import Path
from wattswarm.runtime import prepare
prepare(keep=False)
import jax
jax.block_until_ready(jax.numpy.ones(3) + 1)
print(sum("XLA" in each.read_text() for each in Path("/proc/self/task").glob("*/comm")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted where /proc lists them")
@pytest.mark.parametrize("wanted", [None, 3])
def test_a_program_has_one_thread_unless_more_are_wanted(wanted: int | None) -> None:
    told = {name: value for name, value in os.environ.items() if name != THREADS}
    if wanted is not None:
        told[THREADS] = str(wanted)
    answer = subprocess.run(
        [sys.executable, "-c", COUNT], env=told, capture_output=True, text=True, check=True
    )
    assert int(answer.stdout) == (wanted or 1)

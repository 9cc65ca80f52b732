"""Shared by all tests: double precision, compiled programs kept between runs, where the real data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The library's own setting for commands, made before any test compiles anything.
from wattswarm.command.runtime import prepare

prepare()
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("wattswarm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wattswarm")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data; the test skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return DATA

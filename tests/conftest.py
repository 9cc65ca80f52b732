"""Shared by all tests: double precision, quick compiling, programs kept between runs, the real data."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import WorkStealingScheduling

# The library's own setting for commands, made before any test compiles anything.
from wattswarm.runtime import prepare

prepare()
os.environ.setdefault("MPLBACKEND", "Agg")

QUICK = (
    "--xla_backend_optimization_level=0",
    "--xla_llvm_disable_expensive_passes=true",
    "--xla_cpu_use_fusion_emitters=false",
    "--xla_cpu_parallel_codegen_split_count=1",
)
"""Flags of XLA that quarter the time of compiling; programs run slower and give the same."""

settings.register_profile("wattswarm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wattswarm")


def pytest_configure(config: pytest.Config) -> None:
    """Compile quickly rather than well, since nearly all the time of brief tests is compiling.

    The slow studies run long and keep full optimisation; who sets the variable decides for all.
    """
    if config.option.markexpr == "not slow":
        # XLA reads this when it first compiles; so do workers and the processes that tests start.
        os.environ.setdefault("XLA_FLAGS", " ".join(QUICK))


def pytest_collection_finish() -> None:
    """Look for garbage rarely, and not among what was imported: a tenth of the time of tracing goes there."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling:
    """Give each worker a run of neighbouring tests, so that what a module shares is made once."""
    return WorkStealingScheduling(config, log)


HearingCtrlC = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def hearing_ctrl_c() -> HearingCtrlC:
    """Give a context in which this process, and those that it starts, hear Ctrl-C.

    A process that a shell started in the background ignores it from birth, and so do its children.
    """

    @contextmanager
    def hear() -> Iterator[None]:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    return hear


DOCS = Path(__file__).resolve().parents[1] / "docs"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data; the test skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return DATA


Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a module and its entry points on the path, as if somebody's package had been installed."""
    folder, installed = tmp_path_factory.mktemp("installed"), set[str]()

    def put(name: str, source: str, points: str) -> None:
        information = folder / f"{name}-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(points)
        (folder / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(folder)
        installed.add(name)

    yield put
    for name in installed:
        sys.modules.pop(name, None)

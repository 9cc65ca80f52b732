"""What a run costs in CPU seconds over all threads and in wall time, and on which machine it was measured."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax

from wattswarm.runtime import versions


@dataclass(frozen=True)
class Spread:
    """Median, least and most of repeated measurements."""

    median: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    cpu_s: float
    """CPU time of all threads of this process [s]."""
    wall_s: float
    """Time on the clock [s]."""


def spread(values: Sequence[float]) -> Spread:
    """Return median, least and most of one or more values."""
    return Spread(statistics.median(values), min(values), max(values))


def measure(run: Callable[[], object]) -> Cost:
    """Run once, wait until every result is there, and return what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    finish(run())
    # A process that only waits for a device may use no CPU time at all.
    return Cost(max(time.process_time() - cpu, 1e-9), max(time.perf_counter() - wall, 1e-9))


def finish(results: Any) -> Any:
    """Wait until every array of the results is there and return them."""
    for each in jax.tree.leaves(results):
        if isinstance(each, jax.Array):
            each.block_until_ready()
    return results


def machine() -> dict[str, str]:
    """Return versions, device and load of this machine, as a table's caption needs them."""
    device = jax.devices()[0]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        **versions("wattswarm", "jax", "python"),
        "device": f"{device.platform} {device.device_kind}",
        "cores": str(os.cpu_count()),
        "load_1min": f"{load:.2f}",
    }

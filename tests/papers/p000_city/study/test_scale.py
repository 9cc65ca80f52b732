"""Sizes of the sweep have so many vehicles, and are timed once, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from wattswarm.papers.p000_city.study import scale
from wattswarm.papers.p000_city.study.design import full_design
from wattswarm.papers.p000_city.study.memory import most_memory_gb
from wattswarm.papers.p000_city.study.scale import Cost, Size, cost, sizes


def test_the_sweep_reaches_a_hundred_thousand_vehicles_and_6000_stations() -> None:
    wanted = sizes(full_design())
    counts = [
        (size.city.districts * size.city.vehicles, size.city.districts * size.city.stations)
        for size in wanted
    ]
    assert counts == [(1_000, 60), (10_000, 600), (100_000, 6_000), (10_000, 600)]
    assert {size.days for size in wanted} == {30}


def test_a_size_is_timed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timed: list[str] = []

    def spread(_do: object, items: Sequence[Size], _workers: int) -> Iterator[tuple[Size, Cost]]:
        for size in items:
            timed.append(size.label)
            yield size, Cost(size.label, 1, 1, size.days, 1.0, 2.0, 3.0, 4.0, 5.0)

    monkeypatch.setattr(scale, "spread_work", spread)
    wanted = sizes(full_design())
    first = [cost(each, tmp_path) for each in wanted]
    assert [cost(each, tmp_path) for each in wanted] == first
    assert timed == [size.label for size in wanted]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process does not inherit its parent's peak")
def test_memory_is_that_of_the_process_and_not_of_the_one_that_began_it() -> None:
    held = np.ones(100_000_000)  # 0.8 GB
    code = "from wattswarm.papers.p000_city.study.memory import most_memory_gb; print(most_memory_gb())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert held.sum() == 100_000_000
    assert most_memory_gb() > 0.8
    assert 0.0 < float(told.stdout) < 0.5

"""Time spent on a training, and when it is worth saving again."""

from __future__ import annotations

import time
from collections.abc import Sequence

from wattswarm.learn.training.record import Record

_PAUSE_PER_SAVING = 10.0
"""Time between two savings over the time of one."""


class TrainingTimer:
    """Time spent on a training, that of earlier sittings included."""

    def __init__(self, records: Sequence[Record]) -> None:
        before = (records[-1].cpu_s, records[-1].wall_s) if records else (0.0, 0.0)
        self._cpu, self._wall = time.process_time() - before[0], time.perf_counter() - before[1]
        self._asked = self._again = time.perf_counter()

    def cpu_s(self) -> float:
        return time.process_time() - self._cpu

    def wall_s(self) -> float:
        return time.perf_counter() - self._wall

    def may_save(self) -> bool:
        """Return whether it is time to save: large replays are not written so often that they cost much."""
        self._asked = time.perf_counter()
        return self._asked >= self._again

    def saved(self) -> None:
        """Note that saving is done."""
        now = time.perf_counter()
        self._again = now + _PAUSE_PER_SAVING * (now - self._asked)

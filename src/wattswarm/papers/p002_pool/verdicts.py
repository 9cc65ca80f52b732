"""Judges ahead, a process for each part, so that the page finds in the caches what takes long to compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wattswarm.evaluate import baseline_profits
from wattswarm.papers.experiment import spread_work
from wattswarm.papers.p002_pool.judging import judge
from wattswarm.papers.p002_pool.robustness import disturbances
from wattswarm.papers.p002_pool.training import Job
from wattswarm.runtime import prepare
from wattswarm.world import Scenario

TEST, VALIDATION = "test months", "validation weeks"


@dataclass(frozen=True)
class Part:
    """Some months of a region, for one entry or for those who do not learn.

    Args:
        months: `TEST`, `VALIDATION` or a disturbance.
        jobs: of the entry; of any where `yards` alone are asked for.
        yards: whether rules, planners and the bound are to be judged instead of the entry.
        cache: folder of what was computed.
    """

    months: str
    jobs: tuple[Job, ...]
    yards: bool
    cache: Path

    def scenarios(self) -> Sequence[Scenario]:
        """Return the months."""
        splits = self.jobs[0].splits()
        if self.months == TEST:
            return splits.test
        if self.months == VALIDATION:
            return splits.validation
        return disturbances(self.jobs[0].place)[self.months]()


def judge_part(part: Part) -> None:
    """Compute a part in this process, unless the cache holds it."""
    prepare()
    if part.yards:
        for scenario in part.scenarios():
            baseline_profits(scenario, cache=part.cache)
    else:
        judge(part.jobs, part.scenarios(), part.cache)


def judge_ahead(parts: Sequence[Part], workers: int, progress: Callable[[int], None]) -> None:
    """Compute all parts, some at a time.

    Args:
        parts: what to judge.
        workers: processes at a time.
        progress: told how many are done.
    """
    for done, _ in enumerate(spread_work(judge_part, parts, workers), start=1):
        progress(done)

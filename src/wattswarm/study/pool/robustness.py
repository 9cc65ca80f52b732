"""What becomes of policies when months are not like those they learned from (models 4.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from wattswarm.study.disturb import SPREADS, shuffled_days, spread
from wattswarm.study.pool.judging import judge
from wattswarm.study.pool.training import Job
from wattswarm.study.regions import Region
from wattswarm.study.statistics import flexibility_scores, interquartile_mean
from wattswarm.study.yardsticks import BOUND, NO_FLEXIBILITY, yardsticks
from wattswarm.world import Scenario

_PLANNERS = ("MPC, day-ahead prices", "MPC, climatology + AR(1)")


def disturbed(region: Region) -> dict[str, list[Scenario]]:
    """Return the months of each disturbance by its name; those that change nothing are the test months."""
    months = {
        f"spread of demand and sun x {factor:g}": [
            month if factor == 1.0 else spread(month, factor) for month in region.test
        ]
        for factor in SPREADS
    }
    months["days in another order"] = [
        shuffled_days(month, np.random.default_rng([5, at])) for at, month in enumerate(region.test)
    ]
    if region.shock:
        months["shock month"] = list(region.shock)
    return months


def robustness(
    region: Region, entries: Mapping[str, Sequence[Job]], scores: Path, yards: Path
) -> dict[str, dict[str, float]]:
    """Return F of every disturbance and policy: its interquartile mean over seeds and months.

    Args:
        region: where.
        entries: jobs of each policy by its label.
        scores: folder that keeps scores.
        yards: folder that keeps yardsticks.
    """
    told: dict[str, dict[str, float]] = {}
    for name, months in disturbed(region).items():
        marks = [yardsticks(month, cache=yards) for month in months]
        bound = np.array([each[BOUND] for each in marks])
        idle = np.array([each[NO_FLEXIBILITY] for each in marks])
        profits = {
            label: np.array([[score.profit for score in seed] for seed in judge(jobs, months, scores)])
            for label, jobs in entries.items()
        }
        profits |= {planner: np.array([[each[planner] for each in marks]]) for planner in _PLANNERS}
        told[name] = {
            label: interquartile_mean(flexibility_scores(profit, idle, bound))
            for label, profit in profits.items()
        }
    return told

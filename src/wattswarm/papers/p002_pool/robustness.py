"""What becomes of policies when months are not like those they learned from (models 4.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from wattswarm.evaluate import (
    BOUND,
    NO_FLEXIBILITY,
    Region,
    baseline_profits,
    flexibility_scores,
    interquartile_mean,
)
from wattswarm.papers.p002_pool.disturb import SPREADS, shuffled_days, spread
from wattswarm.papers.p002_pool.judging import judge
from wattswarm.papers.p002_pool.training import Job
from wattswarm.world import Scenario

_PLANNERS = ("MPC, day-ahead prices", "MPC, climatology + AR(1)")


def disturbances(region: Region) -> dict[str, Callable[[], Sequence[Scenario]]]:
    """Return what lays out the months of each disturbance, by its name."""
    ways: dict[str, Callable[[], Sequence[Scenario]]] = {
        f"spread of demand and sun x {factor:g}": partial(_spread_out, region, factor) for factor in SPREADS
    }
    ways["days in another order"] = partial(_reordered, region)
    if region.split.shock:
        ways["shock month"] = lambda: region.shock
    return ways


def robustness(
    region: Region, entries: Mapping[str, Sequence[Job]], scores: Path, yards: Path
) -> dict[str, dict[str, float]]:
    """Return F of every disturbance and policy: its interquartile mean over seeds and months.

    Args:
        region: where.
        entries: jobs of each policy by its label.
        scores: folder that keeps scores.
        yards: folder that keeps baselines.
    """
    told: dict[str, dict[str, float]] = {}
    for name, lay_out in disturbances(region).items():
        months = lay_out()
        marks = [baseline_profits(month, cache=yards) for month in months]
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


def _spread_out(region: Region, factor: float) -> Sequence[Scenario]:
    """Return the test months, themselves where the factor changes nothing."""
    return region.test if factor == 1.0 else [spread(month, factor) for month in region.test]


def _reordered(region: Region) -> Sequence[Scenario]:
    return [shuffled_days(month, np.random.default_rng([5, at])) for at, month in enumerate(region.test)]

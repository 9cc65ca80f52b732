"""What becomes of policies when months are not like those they learned from (models 4.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from wattswarm.evaluate import (
    BOUND,
    NO_FLEXIBILITY,
    Region,
    baseline_profits,
    flexibility_scores,
    interquartile_mean,
)
from wattswarm.papers.experiment import Part, Study
from wattswarm.papers.p002_pool.disturb import SPREADS, shuffled_days, spread
from wattswarm.papers.p002_pool.judging import judge
from wattswarm.papers.p002_pool.trainings import PoolStudy, PoolTraining
from wattswarm.world import Scenario

TEST, VALIDATION = "test months", "validation weeks"
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
    region: Region, entries: Mapping[str, Sequence[PoolTraining]], study: PoolStudy
) -> dict[str, dict[str, float]]:
    """Return F of every disturbance and policy: its interquartile mean over seeds and months."""
    found: dict[str, dict[str, float]] = {}
    for name, lay_out in disturbances(region).items():
        months = lay_out()
        marks = [baseline_profits(month, cache=study.baselines) for month in months]
        bound = np.array([each[BOUND] for each in marks])
        idle = np.array([each[NO_FLEXIBILITY] for each in marks])
        profits = {
            label: np.array([[score.profit for score in seed] for seed in judge(group, months, study)])
            for label, group in entries.items()
        }
        profits |= {planner: np.array([[each[planner] for each in marks]]) for planner in _PLANNERS}
        found[name] = {
            label: interquartile_mean(flexibility_scores(profit, idle, bound))
            for label, profit in profits.items()
        }
    return found


def _spread_out(region: Region, factor: float) -> Sequence[Scenario]:
    """Return the test months, themselves where the factor changes nothing."""
    return region.test if factor == 1.0 else [spread(month, factor) for month in region.test]


def _reordered(region: Region) -> Sequence[Scenario]:
    return [shuffled_days(month, np.random.default_rng([5, at])) for at, month in enumerate(region.test)]


@dataclass(frozen=True)
class Months(Part[None]):
    """Some months of a region, to be judged ahead for one entry or for those who do not learn."""

    months: str
    """`TEST`, `VALIDATION` or a disturbance."""
    trainings: tuple[PoolTraining, ...]
    """Of the entry; of any where `yards` alone are asked for."""
    yards: bool
    """Whether rules, planners and the bound are to be judged instead of the entry."""

    def scenarios(self, study: Study[None]) -> Sequence[Scenario]:
        if self.months == TEST:
            return self.trainings[0].splits(study).test
        if self.months == VALIDATION:
            return self.trainings[0].splits(study).validation
        return disturbances(self.trainings[0].place(study))[self.months]()

    def is_done(self, study: Study[None]) -> bool:  # noqa: ARG002 - files are named by the months' content
        return False

    def complete(self, study: Study[None]) -> None:
        """Judge the months unless their files are there."""
        assert isinstance(study, PoolStudy)
        if not self.yards:
            judge(self.trainings, self.scenarios(study), study)
            return
        for scenario in self.scenarios(study):
            baseline_profits(scenario, cache=study.baselines)

    def summary(self, study: Study[None]) -> str:  # noqa: ARG002 - others read what was computed
        who = "rules and planners" if self.yards else self.trainings[0].entry.label
        return f"judged {who}, {self.months} of {self.trainings[0].region}"

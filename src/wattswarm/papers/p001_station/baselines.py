"""Baselines: policies that do not learn, at one place over some days."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np

from wattswarm.control import Run, rule, simulate
from wattswarm.outlook import DayAhead, Forecasted
from wattswarm.papers.experiment import CachedPart, Study, episode_seconds, plain_name
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, USUAL, Belief, PriceModels, name_of
from wattswarm.papers.p001_station.problem.cheapest import CheapestSteps
from wattswarm.papers.p001_station.problem.days import Day, day_of
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.weights import Weights, weighed
from wattswarm.plan import ModelPredictive, perfect_foresight, solve_in_hindsight
from wattswarm.plan.search import Plan, plan_by_search
from wattswarm.search import Budget, Genetic, Pelican, Search, Swarm
from wattswarm.world import Scenario

IDLE, BOUND, MPC, CHEAPEST = "uncontrolled", "bound", "MPC", "cheapest steps"
SEARCHES: Mapping[str, Callable[[], Search]] = MappingProxyType({"GA": Genetic, "PSO": Swarm, "POA": Pelican})
"""Planners by search, which know every arrival of the day beforehand, as in the paper."""


@dataclass(frozen=True)
class Baseline(CachedPart[PriceModels, list[Day]]):
    """A policy that does not learn, at one place over some days."""

    result_type = list[Day]
    place: Place
    policy: str
    """`BOUND`, `MPC`, `CHEAPEST`, one of `SEARCHES`, or the name of a rule."""
    days: tuple[date, ...]
    belief: Belief = PUBLISHED
    """Of prices that are not published; the bound and planners by search know all."""
    budget: tuple[int, int] = (50, 100)
    """Candidates and rounds of a search, a day."""
    weights: Weights | None = None
    """Of cost, peak and loading in (19), which the bound then optimises instead of money."""

    @property
    def file(self) -> str:
        words = f"{self.policy}-{name_of(self.belief)}"
        return f"judged/{self.place.name}/{plain_name(words)}-{self.digest}.json"

    def compute(self, study: Study[PriceModels]) -> list[Day]:
        return [_judge_day(self, study.inputs(), day) for day in self.days]


def _judge_day(baseline: Baseline, models: PriceModels, day: date) -> Day:
    scenario = baseline.place.day(day, models.prices)
    if baseline.policy == BOUND:
        return day_of(_best(baseline, scenario))
    if baseline.policy in SEARCHES:
        return _searched(baseline, scenario, day)
    began = time.process_time()
    seen = models.believing(scenario, baseline.belief)
    spent = time.process_time() - began
    if baseline.policy == MPC:
        foresight = DayAhead() if baseline.belief in (PUBLISHED, USUAL) else Forecasted()
        return day_of(simulate(seen, [ModelPredictive(foresight)])[0], forecast_s=spent)
    policy = CheapestSteps() if baseline.policy == CHEAPEST else rule(baseline.policy)
    decided = episode_seconds(seen, policy) if day == baseline.days[0] else math.nan
    return day_of(simulate(seen, [policy])[0], decided_s=decided, forecast_s=spent)


def _best(baseline: Baseline, scenario: Scenario) -> Run:
    if baseline.weights is None:
        return perfect_foresight(scenario).run
    plan = solve_in_hindsight(weighed(scenario, baseline.weights)).plan
    return simulate(scenario, [plan])[0]


def _searched(baseline: Baseline, scenario: Scenario, day: date) -> Day:
    budget, search = Budget(*baseline.budget), SEARCHES[baseline.policy]()

    def plan() -> Plan:
        return plan_by_search(scenario, search, np.random.default_rng(day.toordinal()), budget)

    made, decided = plan(), math.nan
    if day == baseline.days[0]:
        # Its program is compiled by now.
        began = time.process_time()
        plan()
        decided = time.process_time() - began
    return day_of(simulate(scenario, [made.policy])[0], decided_s=decided)

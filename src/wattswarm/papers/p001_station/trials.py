"""A trial: one policy at one place over some days, computed once and kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from wattswarm import __version__
from wattswarm.control import Run, rule, simulate
from wattswarm.outlook import DayAhead, Forecasted
from wattswarm.papers.experiment import digest_of, episode_seconds, kept_json, plain_name
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, USUAL, Belief, Oracle, name_of
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
class Trial:
    """What is judged where and when.

    Args:
        place: case of the station.
        policy: `BOUND`, `MPC`, `CHEAPEST`, one of `SEARCHES`, or the name of a rule.
        days: local dates.
        belief: of prices that are not published; the bound and planners by search know all.
        budget: candidates and rounds of a search, a day.
        weights: of cost, peak and loading in (19), which the bound then optimises instead of money.
    """

    place: Place
    policy: str
    days: tuple[date, ...]
    belief: Belief = PUBLISHED
    budget: tuple[int, int] = (50, 100)
    weights: Weights | None = None

    @property
    def file(self) -> str:
        """Where its days are kept, by all that they depend on."""
        searched = self.budget if self.policy in SEARCHES else ()
        told = f"{__version__} {self.place} {self.policy} {self.belief} {searched} {self.weights} {self.days}"
        words = f"{self.policy}-{name_of(self.belief)}"
        return f"{self.place.name}/{plain_name(words)}-{digest_of(told)}.json"


def judge(trial: Trial, oracle: Oracle, folder: Path) -> list[Day]:
    """Return the days of a trial, from its file where it was done before.

    Args:
        trial: what to judge.
        oracle: prices and models.
        folder: of the files.
    """
    told = kept_json(
        folder / trial.file,
        lambda: [asdict(_judge_day(trial, oracle, day)) for day in trial.days],
    )
    return [Day(**each) for each in told]


def _judge_day(trial: Trial, oracle: Oracle, day: date) -> Day:
    scenario = trial.place.day(day, oracle.prices)
    if trial.policy == BOUND:
        return day_of(_best(trial, scenario))
    if trial.policy in SEARCHES:
        return _searched(trial, scenario, day)
    began = time.process_time()
    seen = oracle.believing(scenario, trial.belief)
    spent = time.process_time() - began
    if trial.policy == MPC:
        foresight = DayAhead() if trial.belief in (PUBLISHED, USUAL) else Forecasted()
        return day_of(simulate(seen, [ModelPredictive(foresight)])[0], forecast_s=spent)
    policy = CheapestSteps() if trial.policy == CHEAPEST else rule(trial.policy)
    decided = episode_seconds(seen, policy) if day == trial.days[0] else math.nan
    return day_of(simulate(seen, [policy])[0], decided_s=decided, forecast_s=spent)


def _best(trial: Trial, scenario: Scenario) -> Run:
    if trial.weights is None:
        return perfect_foresight(scenario).run
    plan = solve_in_hindsight(weighed(scenario, trial.weights)).plan
    return simulate(scenario, [plan])[0]


def _searched(trial: Trial, scenario: Scenario, day: date) -> Day:
    budget, search = Budget(*trial.budget), SEARCHES[trial.policy]()

    def plan() -> Plan:
        return plan_by_search(scenario, search, np.random.default_rng(day.toordinal()), budget)

    made, decided = plan(), math.nan
    if day == trial.days[0]:
        # Its program is compiled by now.
        began = time.process_time()
        plan()
        decided = time.process_time() - began
    return day_of(simulate(scenario, [made.policy])[0], decided_s=decided)

"""Baselines: policies that do not learn, at one place over some nights."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import jax.numpy as jnp
import numpy as np

from wattswarm.control import Policy, rule, simulate
from wattswarm.outlook import beliefs_of
from wattswarm.papers.experiment import CachedPart, Study, episode_seconds, plain_name
from wattswarm.papers.p001_station.problem import PERFECT, USUAL
from wattswarm.papers.p003_fusion.layers.beliefs import at_noon, foresight
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.inputs import Inputs
from wattswarm.papers.p003_fusion.layers.outcome import Night, night_of
from wattswarm.papers.p003_fusion.layers.places import Place
from wattswarm.plan import ModelPredictive, Scheduled, perfect_foresight
from wattswarm.plan.rules import ForecastThreshold
from wattswarm.plan.search import plan_by_search
from wattswarm.search import Budget, Genetic, Search, Swarm
from wattswarm.world import Scenario

IDLE, BOUND, MPC, RULE, GAME = "uncontrolled", "bound", "MPC", "forecast rule", "game"
SEARCHES: Mapping[str, Callable[[], Search]] = MappingProxyType({"GA": Genetic, "PSO": Swarm})
"""Planners by search: of the night as it is forecast at noon."""


@dataclass(frozen=True)
class Baseline(CachedPart[Inputs, list[Night]]):
    """A policy that does not learn, at one place over some nights."""

    result_type = list[Night]
    place: Place
    """Case of the fleet; its price of the difference moves only what optimises it."""
    policy: str
    """`BOUND`, `MPC`, `RULE`, `GAME`, one of `SEARCHES`, or the name of a rule."""
    days: tuple[date, ...]
    """Dates of the evenings."""
    belief: str = USUAL
    """Of price and load, for those that look ahead."""
    alpha: float = 0.0
    """Weight of congestion, for the games."""
    levels: tuple[float, float] = (0.4, 0.7)
    """Quantiles of the forecast rule below which price and load are low, above which high."""
    budget: tuple[int, int] = (50, 100)
    """Candidates and rounds of a search, a night."""

    @property
    def file(self) -> str:
        return f"judged/{self.place.name}/{plain_name(f'{self.policy}-{self.belief}')}-{self.digest}.json"

    def compute(self, study: Study[Inputs]) -> list[Night]:
        return [_judge(self, study.inputs(), day) for day in self.days]


def _judge(baseline: Baseline, inputs: Inputs, day: date) -> Night:
    scenario = baseline.place.day(day, inputs.records)
    if baseline.policy == BOUND:
        bound = perfect_foresight(scenario)
        return night_of(bound.run, decided_s=bound.seconds)
    if baseline.policy == GAME:
        found = inputs.played(Game(baseline.belief, baseline.alpha), baseline.place, day)
        return night_of(simulate(scenario, [follow(found)])[0])
    seen = inputs.layer.believing(scenario, baseline.belief)
    began = time.process_time()
    policy = _policy(baseline, seen, day)
    spent = time.process_time() - began
    run = simulate(seen, [policy])[0]
    if baseline.policy == MPC:
        return night_of(run, decided_s=run.seconds)
    if baseline.policy in SEARCHES:
        return night_of(run, decided_s=spent)
    measured = policy.compiled and day == baseline.days[0]
    return night_of(run, decided_s=episode_seconds(seen, policy) if measured else math.nan)


def _policy(baseline: Baseline, seen: Scenario, day: date) -> Policy:
    if baseline.policy == MPC:
        return ModelPredictive(foresight(baseline.belief))
    if baseline.policy == RULE:
        low, high = (jnp.asarray(level) for level in baseline.levels)
        return ForecastThreshold(low, high)
    if baseline.policy in SEARCHES:
        believed = seen if baseline.belief == PERFECT else at_noon(seen)
        search, rng = SEARCHES[baseline.policy](), np.random.default_rng(day.toordinal())
        return plan_by_search(believed, search, rng, Budget(*baseline.budget)).policy
    return rule(baseline.policy)


def follow(found: Scenario) -> Scheduled:
    """Return the policy that does what the night's advice says."""
    advice = beliefs_of(found).advice
    assert advice is not None  # it was asked for
    none, stations = np.zeros((found.steps, found.arrays.solar_count)), found.arrays.station_count
    waits = jnp.zeros((found.steps, stations))
    return Scheduled(jnp.asarray(advice.power_kw), jnp.asarray(none), waits, advice.source)

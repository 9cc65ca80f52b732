"""A trial: one policy that does not learn, at one place over some nights, computed once and kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import jax.numpy as jnp
import numpy as np

from wattswarm import __version__
from wattswarm.control import Policy, rule, simulate
from wattswarm.outlook import beliefs_of
from wattswarm.papers.experiment import digest_of, episode_seconds, kept_json, plain_name
from wattswarm.papers.p001_station.problem import PERFECT, USUAL
from wattswarm.papers.p003_fusion.layers.beliefs import Layer, at_noon, foresight
from wattswarm.papers.p003_fusion.layers.games import Game, played
from wattswarm.papers.p003_fusion.layers.outcome import Night, night_of
from wattswarm.papers.p003_fusion.layers.places import Place, Records
from wattswarm.plan import ModelPredictive, Scheduled, perfect_foresight
from wattswarm.plan.rules import ForecastThreshold
from wattswarm.plan.search import plan_by_search
from wattswarm.search import Budget, Genetic, Search, Swarm
from wattswarm.world import Scenario

IDLE, BOUND, MPC, RULE, GAME = "uncontrolled", "bound", "MPC", "forecast rule", "game"
SEARCHES: Mapping[str, Callable[[], Search]] = MappingProxyType({"GA": Genetic, "PSO": Swarm})
"""Planners by search: of the night as it is forecast at noon."""


@dataclass(frozen=True)
class Trial:
    """What is judged where and when.

    Args:
        place: case of the fleet; its price of the difference moves only what optimises it.
        policy: `BOUND`, `MPC`, `RULE`, `GAME`, one of `SEARCHES`, or the name of a rule.
        nights: dates of the evenings.
        belief: of price and load, for those that look ahead.
        alpha: weight of congestion, for the games.
        levels: quantiles of the forecast rule below which price and load are low, above which high.
        budget: candidates and rounds of a search, a night.
    """

    place: Place
    policy: str
    nights: tuple[date, ...]
    belief: str = USUAL
    alpha: float = 0.0
    levels: tuple[float, float] = (0.4, 0.7)
    budget: tuple[int, int] = (50, 100)

    @property
    def file(self) -> str:
        """Where its nights are kept, by all that they depend on."""
        told = f"{__version__} {self}"
        words = f"{self.policy}-{self.belief}"
        return f"{self.place.name}/{plain_name(words)}-{digest_of(told)}.json"


@dataclass(frozen=True, eq=False)
class Desk:
    """What judging needs at hand.

    Args:
        records: of price and load.
        layer: who forecasts.
        games: folder of the games' equilibria.
    """

    records: Records
    layer: Layer
    games: Path


def judge(trial: Trial, desk: Desk, folder: Path) -> list[Night]:
    """Return the nights of a trial, from its file where it was done before.

    Args:
        trial: what to judge.
        desk: records, forecasters and games.
        folder: of the files.
    """
    told = kept_json(
        folder / trial.file,
        lambda: [asdict(_judge(trial, desk, day)) for day in trial.nights],
    )
    return [Night(**each) for each in told]


def _judge(trial: Trial, desk: Desk, day: date) -> Night:
    scenario = trial.place.day(day, desk.records)
    if trial.policy == BOUND:
        bound = perfect_foresight(scenario)
        return night_of(bound.run, decided_s=bound.seconds)
    if trial.policy == GAME:
        told = played(Game(trial.belief, trial.alpha), trial.place, day, desk.records, desk.layer, desk.games)
        return night_of(simulate(scenario, [follow(told)])[0])
    seen = desk.layer.believing(scenario, trial.belief)
    began = time.process_time()
    policy = _policy(trial, seen, day)
    spent = time.process_time() - began
    run = simulate(seen, [policy])[0]
    if trial.policy == MPC:
        return night_of(run, decided_s=run.seconds)
    if trial.policy in SEARCHES:
        return night_of(run, decided_s=spent)
    measured = policy.compiled and day == trial.nights[0]
    return night_of(run, decided_s=episode_seconds(seen, policy) if measured else math.nan)


def _policy(trial: Trial, seen: Scenario, day: date) -> Policy:
    if trial.policy == MPC:
        return ModelPredictive(foresight(trial.belief))
    if trial.policy == RULE:
        low, high = (jnp.asarray(level) for level in trial.levels)
        return ForecastThreshold(low, high)
    if trial.policy in SEARCHES:
        believed = seen if trial.belief == PERFECT else at_noon(seen)
        search, rng = SEARCHES[trial.policy](), np.random.default_rng(day.toordinal())
        return plan_by_search(believed, search, rng, Budget(*trial.budget)).policy
    return rule(trial.policy)


def follow(told: Scenario) -> Scheduled:
    """Return the policy that does what the night's advice says."""
    advice = beliefs_of(told).advice
    assert advice is not None  # it was asked for
    none, stations = np.zeros((told.steps, told.arrays.solar_count)), told.arrays.station_count
    waits = jnp.zeros((told.steps, stations))
    return Scheduled(jnp.asarray(advice.power_kw), jnp.asarray(none), waits, advice.source)

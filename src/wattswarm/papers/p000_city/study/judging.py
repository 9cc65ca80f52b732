"""Small cities against their bound: tables learned for a year, rules, and the best that could be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import equinox as eqx
import jax
import numpy as np

from wattswarm.evaluate import flexibility_scores
from wattswarm.market import free
from wattswarm.papers.experiment import cached, digest_of
from wattswarm.papers.p000_city.bound import Bound, bound_city, replay, worth_of
from wattswarm.papers.p000_city.learning import CityProblem, Greedy
from wattswarm.papers.p000_city.play import Policy, hours
from wattswarm.papers.p000_city.presets import small
from wattswarm.papers.p000_city.rules import RULES, rule_of
from wattswarm.papers.p000_city.study.design import Case
from wattswarm.papers.p000_city.study.simulation import learn
from wattswarm.papers.p000_city.world import City, Flows, State, begin, build

WEEK_H = 24 * 7
BOUND = "perfect foresight (exact)"
NO_FLEXIBILITY = "charge at once"
_TEST_KEY = 1000
"""Added to the seed of a case for the luck and the sky of the weeks that judge it."""


@dataclass(frozen=True)
class Judged:
    """A policy in the weeks that judge."""

    worth: tuple[float, ...]
    """Of each week [currency]."""
    unmet_kwh: float
    dips: int
    """Vehicle-hours below a floor."""
    charge_kwh: tuple[float, ...]
    """Of a mean day, by hour."""
    discharge_kwh: tuple[float, ...]
    """Likewise."""


def judge_rules(seed: int, weeks: Sequence[int], folder: Path) -> dict[str, Judged]:
    """Return what every rule and the bound are worth on the small city of a seed."""
    path = folder / f"{digest_of(f'rules {seed} {tuple(weeks)} {small()!r}')}.json"
    found: dict[str, Judged] = cached(path, dict[str, Judged], lambda: _rules(seed, weeks))
    return found


def judge_tables(case: Case, weeks: Sequence[int], folder: Path) -> Judged:
    """Return what the tables of a case are worth, followed greedily, in weeks that they did not learn from.

    Args:
        case: on a small city; it is judged where prices are sound, however it learned.
        weeks: days on which the weeks begin.
        folder: that keeps what was judged.
    """
    path = folder / f"{digest_of(f'{case.key}{tuple(weeks)}')}.json"
    found: Judged = cached(path, Judged, lambda: _tables(case, weeks))
    return found


@lru_cache(maxsize=4)
def judged_city(seed: int) -> City:
    """Return the small city of a seed under another sky than that its tables learned under."""
    own, other = (build(small(), free(), seed=each, dtype=np.float64) for each in (seed, _TEST_KEY + seed))
    return replace(own, surroundings=other.surroundings)


def share_of_flexibility(policy: Sequence[Judged], rules: Sequence[Mapping[str, Judged]]) -> list[float]:
    """Return F of each seed: the gain over charging at once, as a share of that of the bound in `rules`."""
    worth = [sum(each.worth) for each in policy]
    idle, best = ([sum(each[name].worth) for each in rules] for name in (NO_FLEXIBILITY, BOUND))
    return [float(score) for score in flexibility_scores(worth, idle, best)]


def _start(seed: int, day: int) -> State:
    return begin(judged_city(seed), jax.random.key(_TEST_KEY + seed), 24 * day)


_hours = eqx.filter_jit(hours)


def _rules(seed: int, weeks: Sequence[int]) -> dict[str, Judged]:
    city, starts = judged_city(seed), [_start(seed, day) for day in weeks]
    told = {name: _judge(city, [_follow(city, rule_of(name), each) for each in starts]) for name in RULES}
    plans = [bound_city(city, each, WEEK_H) for each in starts]
    runs = [_replayed(city, each, plan) for each, plan in zip(starts, plans, strict=True)]
    return {**told, BOUND: _judge(city, runs)}


def _tables(case: Case, weeks: Sequence[int]) -> Judged:
    made, city = learn(case), judged_city(case.seed)
    greedy = Greedy(CityProblem(city), made.learner, made.state)
    return _judge(city, [_follow(city, greedy, _start(case.seed, day)) for day in weeks])


def _follow(city: City, policy: Policy, state: State) -> tuple[State, Flows]:
    followed: tuple[State, Flows] = _hours(city, policy, state, WEEK_H, jax.random.key(_TEST_KEY))
    return followed


def _replayed(city: City, state: State, bound: Bound) -> tuple[State, Flows]:
    """Return the run that follows the best plan.

    Raises:
        RuntimeError: the city does not make of the plan what it promised.
    """
    after, flows = replay(city, state, bound)
    worth = worth_of(city, after, flows)
    if abs(worth - bound.worth) > 1e-6 * abs(bound.worth):
        raise RuntimeError(f"the best plan promised {bound.worth}, the city made {worth} of it")
    return after, flows


def _judge(city: City, runs: Sequence[tuple[State, Flows]]) -> Judged:
    def by_hour(name: str) -> tuple[float, ...]:
        sums = [np.asarray(getattr(flows, name)).sum((1, 2)).reshape(-1, 24).mean(0) for _, flows in runs]
        return tuple(np.mean(sums, axis=0).tolist())

    return Judged(
        worth=tuple(worth_of(city, after, flows) for after, flows in runs),
        unmet_kwh=float(sum(np.asarray(flows.unmet_kwh).sum() for _, flows in runs)),
        dips=int(sum(np.asarray(flows.dipped).sum() for _, flows in runs)),
        charge_kwh=by_hour("charge_kwh"),
        discharge_kwh=by_hour("discharge_kwh"),
    )

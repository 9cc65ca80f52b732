"""Simulates a case: days of a city, learned from hour by hour, in compiled chunks; results are cached."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.data import Floats
from wattswarm.learn.algorithms.value import Tabular, TabularState
from wattswarm.learn.parts import Kind
from wattswarm.learn.training import RolloutState, start_rollout, train_step
from wattswarm.papers.experiment import cached_arrays, digest_of
from wattswarm.papers.p000_city.learning import HOURLY_BINS, VEHICLE_BINS, CityProblem, q_learning
from wattswarm.papers.p000_city.measures import names_of
from wattswarm.papers.p000_city.play import play
from wattswarm.papers.p000_city.rules import rule_of
from wattswarm.papers.p000_city.study.design import Case
from wattswarm.papers.p000_city.world import City, begin, build

CHUNK_DAYS = 5
"""Days of one call: programs do not depend on how long a case is."""
_YEAR = 365


class Carry(NamedTuple):
    """What a chunk changes."""

    state: TabularState
    rollout: RolloutState


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What a case was like."""

    names: tuple[str, ...]
    days: Floats
    """Of every day, shape [day, figure]."""
    cpu_s: float
    """Processor time of the days, all threads, compiling left out [s]."""
    compile_cpu_s: float
    """Processor time before the second chunk began, less what a chunk takes [s]."""
    agents: int

    def __getitem__(self, name: str) -> Floats:
        return self.days[:, self.names.index(name)]

    def mean(self, name: str, last: int = 60) -> float:
        """Return the mean of a figure over the last days."""
        return float(self[name][-last:].mean())

    @property
    def agent_steps_per_cpu_s(self) -> float:
        """Hours of agents simulated in a second of processor time."""
        return self.agents * 24 * len(self.days) / self.cpu_s


def result_of(case: Case, folder: Path, wholesale: Floats | None = None) -> CaseResult:
    """Return the result of a case; one that the folder holds is not simulated again."""

    def arrays() -> dict[str, Any]:
        found = simulate_case(case, wholesale)
        spent = np.asarray([found.cpu_s, found.compile_cpu_s, found.agents])
        return {"names": np.asarray(found.names), "days": found.days, "spent": spent}

    stored = cached_arrays(folder / f"{fingerprint(case)}.npz", arrays)
    cpu_s, compile_cpu_s, agents = (float(each) for each in stored["spent"])
    return CaseResult(tuple(stored["names"].tolist()), stored["days"], cpu_s, compile_cpu_s, int(agents))


def fingerprint(case: Case) -> str:
    """Return the name under which a case is cached: it changes with anything that the case is made of."""
    return digest_of(case.key)


def simulate_case(case: Case, wholesale: Floats | None = None) -> CaseResult:
    market = wholesale if case.market else None
    if not case.rule:
        return learn(case, market).result
    city = build(case.city, case.payments, seed=case.seed, wholesale=market)
    start, key = jax.random.split(jax.random.key(case.seed))
    state, rule = begin(city, start), rule_of(case.rule)
    found, spent = [], []
    for chunk in range(-(-case.days // CHUNK_DAYS)):
        began = time.process_time()
        state, days = _play(city, rule, state, CHUNK_DAYS, jax.random.fold_in(key, chunk))
        found.append(np.asarray(days))
        spent.append(time.process_time() - began)
    return _result(city, case, found, spent)


class Learned(NamedTuple):
    """What a case leaves behind."""

    learner: Tabular
    state: TabularState
    result: CaseResult


def learn(case: Case, wholesale: Floats | None = None) -> Learned:
    city = build(case.city, case.payments, seed=case.seed, wholesale=wholesale)
    problem = CityProblem(city)
    learner = learner_of(problem, case)
    start, key = jax.random.split(jax.random.key(case.seed))
    carry = Carry(learner.init(start, problem.layout), _set_out(problem, learner, start, 1))
    found, spent = [], []
    for chunk in range(-(-case.days // CHUNK_DAYS)):
        began = time.process_time()
        carry, days = _chunk((problem, learner, jax.random.fold_in(key, chunk)), carry)
        found.append(np.asarray(days))
        spent.append(time.process_time() - began)
    return Learned(learner, carry.state, _result(city, case, found, spent))


def learner_of(problem: CityProblem, case: Case) -> Tabular:
    bins = HOURLY_BINS if case.hourly else VEHICLE_BINS
    learner = q_learning(problem, _YEAR, vehicle_bins=bins, gamma=case.gamma, fading=case.fading)
    if not case.shared:
        return learner
    groups = case.city.groups * case.city.districts
    kinds = tuple(Kind(group.vehicles, bins) for group in groups)
    return replace(learner, shared=True, kinds=(*kinds, learner.kinds[-1]))


_play = eqx.filter_jit(play)
_set_out = eqx.filter_jit(start_rollout)


@eqx.filter_jit(donate="all-except-first")
def _chunk(
    fixed: tuple[CityProblem, Tabular, PRNGKeyArray], carry: Carry
) -> tuple[Carry, Float[Array, "day figure"]]:
    problem, learner, key = fixed

    def day(carry: Carry, key: PRNGKeyArray) -> tuple[Carry, Float[Array, " figure"]]:
        state, rollout, _, _ = train_step(problem, learner, *carry, key)
        return Carry(state, rollout), rollout.state.day[0]

    answer: tuple[Carry, Any] = jax.lax.scan(day, carry, jax.random.split(key, CHUNK_DAYS))
    return answer


def _result(city: City, case: Case, found: list[Any], spent: list[float]) -> CaseResult:
    """Return a case from its chunks; the first one compiles, and counts like a usual one.

    Where there is one chunk alone, compiling cannot be told from running: all counts as running.
    """
    usual = float(np.median(spent[1:])) if len(spent) > 1 else spent[0]
    cpu_s = (usual + sum(spent[1:])) * case.days / (CHUNK_DAYS * len(spent))
    days = np.concatenate(found)[: case.days].astype(np.float64)
    agents = case.city.districts * (case.city.vehicles + case.city.stations)
    return CaseResult(names_of(city), days, cpu_s, spent[0] - usual, agents)

"""Lives a life: days of a city, learned from hour by hour, in compiled stretches; what was lived is kept."""

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
from wattswarm.papers.p000_city.study.design import Life
from wattswarm.papers.p000_city.world import City, begin, build

STRETCH = 5
"""Days of one call: programs do not depend on how long a life is."""
_YEAR = 365


class Stand(NamedTuple):
    """What a stretch changes."""

    state: TabularState
    walk: RolloutState


@dataclass(frozen=True, eq=False)
class Lived:
    """What a life was like.

    Args:
        days: of every day, shape [day, figure].
        cpu_s: processor time of the days, all threads, compiling left out [s].
        compile_cpu_s: processor time before the second stretch began, less what a stretch takes [s].
    """

    names: tuple[str, ...]
    days: Floats
    cpu_s: float
    compile_cpu_s: float
    agents: int

    def __getitem__(self, name: str) -> Floats:
        return self.days[:, self.names.index(name)]

    def mean(self, name: str, last: int = 60) -> float:
        """Return the mean of a figure over the last days."""
        return float(self[name][-last:].mean())

    @property
    def agent_steps_per_cpu_s(self) -> float:
        """Hours of agents lived in a second of processor time."""
        return self.agents * 24 * len(self.days) / self.cpu_s


def lived(life: Life, folder: Path, wholesale: Floats | None = None) -> Lived:
    """Return what a life was like; one that the folder holds is not lived again."""

    def arrays() -> dict[str, Any]:
        found = live(life, wholesale)
        spent = np.asarray([found.cpu_s, found.compile_cpu_s, found.agents])
        return {"names": np.asarray(found.names), "days": found.days, "spent": spent}

    stored = cached_arrays(folder / f"{fingerprint(life)}.npz", arrays)
    cpu_s, compile_cpu_s, agents = (float(each) for each in stored["spent"])
    return Lived(tuple(stored["names"].tolist()), stored["days"], cpu_s, compile_cpu_s, int(agents))


def fingerprint(life: Life) -> str:
    """Return the name under which a life is kept: it changes with anything that the life is made of."""
    return digest_of(f"{life!r}{life.payments!r}")


def live(life: Life, wholesale: Floats | None = None) -> Lived:
    market = wholesale if life.market else None
    if not life.rule:
        return learn(life, market).lived
    city = build(life.city, life.payments, seed=life.seed, wholesale=market)
    start, key = jax.random.split(jax.random.key(life.seed))
    state, rule = begin(city, start), rule_of(life.rule)
    found, spent = [], []
    for stretch in range(-(-life.days // STRETCH)):
        began = time.process_time()
        state, days = _play(city, rule, state, STRETCH, jax.random.fold_in(key, stretch))
        found.append(np.asarray(days))
        spent.append(time.process_time() - began)
    return _lived(city, life, found, spent)


class Learned(NamedTuple):
    """What a life leaves behind."""

    learner: Tabular
    state: TabularState
    lived: Lived


def learn(life: Life, wholesale: Floats | None = None) -> Learned:
    city = build(life.city, life.payments, seed=life.seed, wholesale=wholesale)
    problem = CityProblem(city)
    learner = learner_of(problem, life)
    start, key = jax.random.split(jax.random.key(life.seed))
    stand = Stand(learner.init(start, problem.layout), _set_out(problem, learner, start, 1))
    found, spent = [], []
    for stretch in range(-(-life.days // STRETCH)):
        began = time.process_time()
        stand, days = _stretch((problem, learner, jax.random.fold_in(key, stretch)), stand)
        found.append(np.asarray(days))
        spent.append(time.process_time() - began)
    return Learned(learner, stand.state, _lived(city, life, found, spent))


def learner_of(problem: CityProblem, life: Life) -> Tabular:
    bins = HOURLY_BINS if life.hourly else VEHICLE_BINS
    learner = q_learning(problem, _YEAR, vehicle_bins=bins, gamma=life.gamma, fading=life.fading)
    if not life.shared:
        return learner
    groups = life.city.groups * life.city.districts
    kinds = tuple(Kind(group.vehicles, bins) for group in groups)
    return replace(learner, shared=True, kinds=(*kinds, learner.kinds[-1]))


_play = eqx.filter_jit(play)
_set_out = eqx.filter_jit(start_rollout)


@eqx.filter_jit(donate="all-except-first")
def _stretch(
    fixed: tuple[CityProblem, Tabular, PRNGKeyArray], stand: Stand
) -> tuple[Stand, Float[Array, "day figure"]]:
    problem, learner, key = fixed

    def day(stand: Stand, key: PRNGKeyArray) -> tuple[Stand, Float[Array, " figure"]]:
        state, walk, _, _ = train_step(problem, learner, *stand, key)
        return Stand(state, walk), walk.state.day[0]

    answer: tuple[Stand, Any] = jax.lax.scan(day, stand, jax.random.split(key, STRETCH))
    return answer


def _lived(city: City, life: Life, found: list[Any], spent: list[float]) -> Lived:
    """Return a life from its stretches; the first one compiles, and counts like a usual one.

    Where it is the only one there is nothing to tell compiling from living by: all counts as living.
    """
    usual = float(np.median(spent[1:])) if len(spent) > 1 else spent[0]
    cpu_s = (usual + sum(spent[1:])) * life.days / (STRETCH * len(spent))
    days = np.concatenate(found)[: life.days].astype(np.float64)
    agents = life.city.districts * (life.city.vehicles + life.city.stations)
    return Lived(names_of(city), days, cpu_s, spent[0] - usual, agents)

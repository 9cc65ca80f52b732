"""Plays trained policies and planners through months that nobody trained on, and keeps what they earned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from wattswarm.control import Run, simulate
from wattswarm.evaluate import fingerprint
from wattswarm.learn import load_policy
from wattswarm.market import pool_trade
from wattswarm.papers.experiment import Study, cached
from wattswarm.papers.p002_pool.trainings import PoolStudy, PoolTraining
from wattswarm.world import Scenario


@dataclass(frozen=True)
class Score:
    """What one policy did in one month."""

    profit: float
    """Earned [currency]."""
    alone: float
    """What would have been earned had stations traded with the grid only [currency]."""
    bought_kwh: float
    sold_kwh: float
    shared_kwh: float
    cycled_kwh: float
    """Into and out of storages."""
    unserved_kwh: float
    """Urgent demand that was not served at once; 0 in every world that is right."""


def score(run: Run) -> Score:
    flows, hours = run.flows, run.scenario.arrays.dt_h
    trade = pool_trade(jnp.asarray(station_need_kwh(run)))
    bought, sold = np.asarray(trade.bought_kwh), np.asarray(trade.sold_kwh)
    shared = np.maximum(np.asarray(trade.shared_kwh), 0.0).sum(axis=1)
    scenario = run.scenario
    spread = scenario.import_price - scenario.export_price
    urgent = scenario.urgent_kwh + np.vstack(
        [np.zeros((1, scenario.urgent_kwh.shape[1])), flows.dispatch.deferred_kwh[:-1]]
    )
    return Score(
        profit=run.profit,
        # A kWh that is not shared is sold by one station and bought by another: the spread is lost.
        alone=run.profit - float((spread * shared).sum()),
        bought_kwh=float(bought.sum()),
        sold_kwh=float(sold.sum()),
        shared_kwh=float(shared.sum()),
        cycled_kwh=float((flows.dispatch.charge_kw + flows.dispatch.discharge_kw).sum() * hours),
        unserved_kwh=float(np.maximum(urgent - flows.dispatch.served_kwh - 1e-6, 0.0).sum()),
    )


def station_need_kwh(run: Run) -> Float[np.ndarray, "step station"]:
    """Return every station's net need after its own sun and storage, n = d + c of (23)-(27) [kWh]."""
    dispatch, site = run.flows.dispatch, run.scenario.site
    need = dispatch.load_kw.copy()
    with_storage = [at for at, station in enumerate(site.stations) if station.storage]
    with_sun = [at for at, station in enumerate(site.stations) if station.solar]
    need[:, with_storage] += dispatch.charge_kw - dispatch.discharge_kw
    need[:, with_sun] -= dispatch.solar_kw
    return np.asarray(need * run.scenario.arrays.dt_h)


def play(group: Iterable[PoolTraining], scenario: Scenario, study: Study[None]) -> list[Run]:
    """Run every seed of an entry's trainings through a scenario, in order of the seeds."""
    policies = [
        load_policy(training.folder(study), scenario, seed=seed, name=training.entry.label)
        for training in group
        for seed in training.seeds
    ]
    return simulate(scenario, policies)


def judge(
    group: Sequence[PoolTraining], scenarios: Sequence[Scenario], study: PoolStudy
) -> list[list[Score]]:
    """Return the scores of one entry by seed and month, from their files where those are there."""
    seeds = [seed for training in group for seed in training.seeds]
    folder = study.scores / group[0].region / group[0].entry.folder

    def month(scenario: Scenario) -> list[Score]:
        path = folder / f"{fingerprint(scenario)}-{seeds[0]}-{seeds[-1]}.json"
        scores: list[Score] = cached(
            path, list[Score], lambda: [score(run) for run in play(group, scenario, study)]
        )
        return scores

    return [list(seed) for seed in zip(*map(month, scenarios), strict=True)]

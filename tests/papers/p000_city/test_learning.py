"""A city's vehicles and stations learn in tables of their own, from what they see and may choose."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.training.collect import start_rollout
from wattswarm.learn.training.round import train_step
from wattswarm.market.fees import lightning
from wattswarm.papers.p000_city.learning import CHOICES, PRICES, CityProblem, EpisodeState, q_learning
from wattswarm.papers.p000_city.settings import FLEET, RESIDENTIAL, WORKPLACE, Outages
from wattswarm.papers.p000_city.world import Settings, begin, build, look

VEHICLES, STATIONS = 18, 3


@cache
def _problem(literal: bool = False, outages: float = 0.05) -> CityProblem:
    groups = (replace(RESIDENTIAL, vehicles=4), replace(WORKPLACE, vehicles=10), replace(FLEET, vehicles=4))
    settings = replace(Settings(), groups=groups, stations=STATIONS, hubs=1, literal=literal, days=28)
    return CityProblem(build(replace(settings, outages=Outages(outages, site_kwh=10.0)), lightning()))


@eqx.filter_jit
def _live(problem: CityProblem, learner: Any, key: Any) -> tuple[Any, Any, Any]:
    state, walk = learner.init(key, problem.layout), start_rollout(problem, learner, key, 1)

    def day(carry: Any, key: Any) -> Any:
        state, walk, _, scores = train_step(problem, learner, *carry, key)
        return (state, walk), (walk.state.day[0], scores)

    (state, _), (days, scores) = jax.lax.scan(day, (state, walk), jax.random.split(key, learner.updates))
    return state, days, scores


def test_the_layout_has_vehicles_then_stations_and_both_heed_their_own_of_a_choice() -> None:
    problem = _problem()
    layout = problem.layout
    assert layout.agents[VEHICLES - 1 : VEHICLES + 1] == (f"vehicle {VEHICLES - 1}", "station 0")
    controls = jnp.asarray([CHOICES[at % len(CHOICES)] for at in range(VEHICLES + STATIONS)])
    asked = problem.requests(controls)
    assert asked.energy.shape == (1, VEHICLES)
    assert asked.energy[0, :7].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0, -0.5, -1.0]
    assert asked.price[0] == pytest.approx([1.2, 1.0, 1.0])


def test_only_what_is_feasible_may_be_chosen() -> None:
    problem = _problem()
    settings = problem.city.settings
    state = begin(problem.city, jax.random.key(0), 19)
    full, low = state.energy_kwh.at[0, 0].set(60.0), state.energy_kwh.at[0, 5].set(0.29 * 60.0)
    for energy, vehicle, wanted in ((full, 0, [1, 0, 0, 0, 0, 1, 1]), (low, 5, [1, 1, 1, 1, 1, 0, 0])):
        seen = problem.see(look(problem.city, state._replace(energy_kwh=energy)))
        assert seen.mask[vehicle].tolist() == [bool(each) for each in wanted]
    seen = problem.see(look(problem.city, state))
    assert seen.mask[VEHICLES:].tolist() == [[True] * PRICES + [False] * 2] * STATIONS
    # At nine most are on the road, and at noon no station buys.
    driving = problem.see(look(problem.city, state._replace(hour=jnp.int32(8))))
    away = np.asarray(problem.city.people.away[0, 8, 0])
    assert away.any()
    assert (np.asarray(driving.mask[:VEHICLES])[away] == [True] + [False] * 6).all()
    noon = problem.see(look(problem.city, state._replace(hour=jnp.int32(13))))
    assert not noon.mask[settings.homes : VEHICLES, PRICES:].any()


def test_a_round_is_a_day_whose_figures_add_up() -> None:
    problem = _problem()
    learner = q_learning(problem, 3)
    state, days, scores = _live(problem, learner, jax.random.key(0))
    table = np.asarray(state.table)
    assert table.shape == (1, VEHICLES * 120 + STATIONS * 45, len(CHOICES))
    assert np.abs(table[0, : VEHICLES * 120]).max() > 0
    assert np.abs(table[0, VEHICLES * 120 :, :PRICES]).max() > 0
    assert not table[0, VEHICLES * 120 :, PRICES:].any()
    told = {name: days[:, at] for at, name in enumerate(problem.measures)}
    np.testing.assert_allclose(told["welfare"], scores[:, :, 0].sum(1), rtol=1e-4)
    assert (told["kwh at stations"] > 0).all()
    assert (told["dips below a floor"] == 0).all()
    assert (told["peak_kw"] * 24 >= told["grid kwh"]).all()
    assert (told["peak_kw"] < told["grid kwh"]).all()


def test_as_printed_the_learner_falls_idle_and_mended_it_does_not() -> None:
    """Acceptance test 13: eq. (2) with costs alone has no reason to act."""
    share = {}
    for literal in (True, False):
        # An outage would cost the called their wear, whatever they choose.
        problem = _problem(literal, outages=0.0)
        learner = q_learning(problem, 160, fading=0.9, last_epsilon=0.02)
        state, days, _ = _live(problem, learner, jax.random.key(1))
        told = {name: np.asarray(days[:, at]) for at, name in enumerate(problem.measures)}
        share[literal] = told["charged kwh"][-20:].mean() / told["charged kwh"][:5].mean()
        greedy = _greedy_energy(problem, learner, state)
        if literal:
            assert np.abs(greedy).max() == 0.0
        else:
            assert (greedy > 0).any()
    assert share[True] < 0.1 < share[False]


def _greedy_energy(problem: CityProblem, learner: Any, state: Any) -> np.ndarray:
    """Return what vehicles of every filling choose in an off-peak hour."""
    start = begin(problem.city, jax.random.key(0), 3)
    asked = []
    for charge in np.linspace(0.05, 0.95, 10):
        energy = jnp.full_like(start.energy_kwh, charge * 60.0)
        seen = problem.see(look(problem.city, start._replace(energy_kwh=energy)))
        _, act = learner.act(state, learner.begin(problem.layout), seen, jnp.ones(()), None)
        asked.append(np.asarray(act.controls[:VEHICLES, 0]))
    return np.asarray(asked)


def test_a_life_remembers_the_figures_of_its_day_only() -> None:
    problem = _problem()
    state, _ = problem.reset(jax.random.key(0))
    step = eqx.filter_jit(problem.step)
    controls = jnp.asarray([(1.0, 1.0)] * (VEHICLES + STATIONS))
    at = problem.measures.index("kwh of houses")
    sums = []
    for _ in range(26):
        state, _ = step(state, controls)
        sums.append(float(state.day[at]))
    assert isinstance(state, EpisodeState)
    assert sums[23] == pytest.approx(max(sums))
    assert sums[24] < sums[1]

"""The anticipating task: pay that adds up, requests that keep targets, and what ranks say of a stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.outlook import believing
from wattswarm.outlook.ahead import AHEAD_H
from wattswarm.papers.p001_station.problem.cheapest import CheapestSteps
from wattswarm.papers.p001_station.problem.days import day_of
from wattswarm.papers.p001_station.problem.places import Place, exchange
from wattswarm.papers.p001_station.problem.task import AnticipatingStation, anticipating_station
from wattswarm.tasks.episodes import play, rollout
from wattswarm.world import Flows, Scenario

DAY = date(2025, 7, 3)


@pytest.fixture(scope="module")
def day() -> Scenario:
    return Place(10).day(DAY, exchange(None))


@pytest.fixture(scope="module")
def task(day: Scenario) -> AnticipatingStation:
    return anticipating_station([day])


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.3, 1.0])
def test_whatever_is_done_targets_are_met_and_the_limit_holds(
    task: AnticipatingStation, share: float
) -> None:
    _, flows = play(task, jnp.full((96, 10, 1), share), 0)
    assert float(flows.shortfall_kwh.sum()) == pytest.approx(0.0, abs=1e-3)
    # In single precision a sum of 500 kW is rounded to 3e-5 kW.
    assert float(jnp.abs(flows.limit_kw[:, -1]).max()) <= 500.0 + 1e-3


def test_half_the_way_up_is_uncontrolled_charging(task: AnticipatingStation, day: Scenario) -> None:
    _, flows = play(task, jnp.full((96, 10, 1), 0.5), 0)
    idle = simulate(day, [rule("uncontrolled")])[0]
    assert _profit(flows) == pytest.approx(idle.profit, rel=1e-5)


def test_pay_differs_between_policies_by_what_they_earn(task: AnticipatingStation) -> None:
    # What is stored over a stay does not depend on the policy, so neither does its worth.
    paid, earned = [], []
    for share in (-1.0, 0.0, 0.5, 1.0):
        rewards, flows = play(task, jnp.full((96, 10, 1), share), 0)
        paid.append(float(rewards.sum()))
        earned.append(_profit(flows))
    np.testing.assert_allclose(np.diff(paid), np.diff(earned), atol=0.05)
    assert abs(earned[0] - earned[2]) > 1.0


def test_what_agents_see_keeps_its_bounds_and_says_something(day: Scenario) -> None:
    wild = np.maximum(day.market + 4.0 * (day.market - day.market.mean()), 0.1)
    task = anticipating_station([replace(day, market=wild)])
    keys = jax.random.split(jax.random.key(0), 1)
    seen, _, _ = rollout(task, lambda key, _: jax.random.uniform(key, (10, 1), minval=-0.2), keys)
    for at, space in enumerate(each for each in task.spaces if each.kind == "observation"):
        values = np.asarray(seen.features[..., at])
        assert values.min() >= space.minimum - 1e-5, space.name
        assert values.max() <= space.maximum + 1e-5, space.name
        assert np.ptp(values) > 0, space.name


def test_other_blocks_of_prices_ahead_are_refused(day: Scenario) -> None:
    with pytest.raises(InputError, match="other blocks"):
        anticipating_station([believing(day, ahead_h=AHEAD_H)])


def test_the_cheapest_steps_save_without_missing_a_target() -> None:
    saved = 0.0
    for each in (DAY, date(2025, 9, 4), date(2025, 11, 6)):
        scenario = Place(v2g=False).day(each, exchange(None))
        idle, cheap = (day_of(run) for run in simulate(scenario, [rule("uncontrolled"), CheapestSteps()]))
        assert cheap.met == cheap.departures == idle.departures
        saved += idle.cost - cheap.cost
    assert saved > 0.0


def _profit(flows: Flows) -> float:
    """Return the money of a whole episode; `net` of many steps at once would add every port to every step."""
    return float(jax.tree.map(lambda values: values.sum(), flows.money).net)


def test_controls_follow_from_what_they_ask_for(task: AnticipatingStation) -> None:
    keys = jax.random.split(jax.random.key(1), 1)
    state, _ = task.begin(jnp.asarray(0), keys[0])
    told, step = 0, eqx.filter_jit(task.step)
    for at in range(60):
        drawn = jax.random.uniform(jax.random.fold_in(keys[0], at), (10, 1))
        low, high = task.feasible(state.view)
        controls = low + drawn * (high - low)
        asked = task.requests(state.view, controls)
        back = task.controls_for(state.view, asked)
        again = task.requests(state.view, back)
        np.testing.assert_allclose(np.asarray(again.battery_kw), np.asarray(asked.battery_kw), atol=1e-3)
        told += int((np.abs(np.asarray(asked.battery_kw)) > 0.1).sum())
        state, _ = step(state, controls)
    assert told > 50

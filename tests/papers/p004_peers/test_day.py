"""Hours of vehicles that trade: nothing is lost, floors hold, and the exact plan earns what it promises."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.papers.p004_peers.learning import Chance, Contracts
from wattswarm.papers.p004_peers.world import (
    HOURS,
    Flows,
    Population,
    Requests,
    Settings,
    State,
    begin,
    look,
    population,
    step,
)
from wattswarm.papers.p004_peers.world.bound import best_day
from wattswarm.papers.p004_peers.world.play import Choose, charge_at_once, day_of, play
from wattswarm.papers.p004_peers.world.rule import BySlots

SETTINGS = Settings(vehicles=8, leaves=(4, 18))


@pytest.fixture(scope="module")
def people() -> Population:
    """Eight vehicles that all have time enough to be ready."""
    return population(SETTINGS, 3)


@pytest.fixture(scope="module")
def lived(people: Population) -> tuple[State, Flows, State]:
    """Every hour of a day of random requests, its flows, and its end."""

    @eqx.filter_jit
    def live(people: Population) -> Any:
        def advance(state: State, key: Any) -> Any:
            one, two = jax.random.normal(key, (2, SETTINGS.vehicles)) * 20.0
            after, flows = step(people, look(people, state), Requests(one, two))
            return after, (state, flows)

        last, told = jax.lax.scan(
            advance, begin(people, jax.random.key(1)), jax.random.split(jax.random.key(2), HOURS)
        )
        return *told, last

    states, flows, last = live(people)
    return states, flows, last


def test_what_is_sold_is_bought_and_what_is_paid_is_earned(lived: tuple[State, Flows, State]) -> None:
    _, flows, _ = lived
    assert float(flows.bought_kwh.sum()) > 10.0
    np.testing.assert_allclose(flows.bought_kwh.sum(axis=1), flows.sold_kwh.sum(axis=1), atol=1e-4)
    np.testing.assert_allclose(flows.paid.sum(axis=1), flows.earned.sum(axis=1), atol=1e-4)


def test_batteries_hold_what_went_in_less_losses_and_trips(
    people: Population, lived: tuple[State, Flows, State]
) -> None:
    states, flows, last = lived
    into = (flows.from_grid_kwh + flows.bought_kwh) * SETTINGS.battery.efficiency
    out = (flows.to_grid_kwh + flows.sold_kwh) / SETTINGS.battery.efficiency
    before = np.asarray(states.energy_kwh)
    after = np.concatenate([before[1:], np.asarray(last.energy_kwh)[None]])
    returns = np.arange(HOURS)[:, None] + 1 == np.asarray(people.leaves + people.away)
    driven = before + np.asarray(into - out) - after
    np.testing.assert_allclose(driven[~returns], 0.0, atol=1e-4)
    trips = np.minimum(np.asarray(last.trip_kwh), before.T[returns.T])
    np.testing.assert_allclose(driven.T[returns.T], trips, atol=1e-3)


def test_nobody_gives_below_the_floor_or_while_away(
    people: Population, lived: tuple[State, Flows, State]
) -> None:
    states, flows, _ = lived
    gave = np.asarray(flows.to_grid_kwh + flows.sold_kwh) > 0.0
    left = np.asarray(states.energy_kwh - (flows.to_grid_kwh + flows.sold_kwh) / SETTINGS.battery.efficiency)
    assert (left[gave] >= SETTINGS.floor * SETTINGS.battery.kwh - 1e-3).all()
    hours = np.arange(HOURS)[:, None]
    gone = (hours >= np.asarray(people.leaves)) & (hours < np.asarray(people.leaves + people.away))
    moved = np.asarray(flows.from_grid_kwh + flows.bought_kwh) + gave
    assert gone.any()
    assert moved[gone].max() == 0.0


def test_the_exact_plan_replayed_earns_its_value_and_nobody_earns_more(people: Population) -> None:
    keys = jax.random.split(jax.random.key(5), 3)
    chance, rule = Chance(Contracts(people)), BySlots(people)
    chosen: tuple[Choose, ...] = (charge_at_once, chance, rule)
    others = [np.asarray(play(people, choose, keys).worth.sum(axis=1)) for choose in chosen]
    for at, key in enumerate(keys):
        first = begin(people, jax.random.split(key)[0])
        best = best_day(people, first)
        state, flows = first, []
        for grid, peers in zip(best.grid_kwh, best.peers_kwh, strict=True):
            state, hour = _step(people, state, Requests(jnp.asarray(grid), jnp.asarray(peers)))
            flows.append(hour)
        day = day_of(people, first, state, jax.tree.map(lambda *each: jnp.stack(each), *flows))
        assert float(day.worth.sum()) == pytest.approx(best.worth, rel=1e-5)
        assert max(worth[at] for worth in others) < best.worth
    assert others[2].sum() > others[0].sum() > others[1].sum()


@eqx.filter_jit
def _step(people: Population, state: State, asked: Requests) -> tuple[State, Flows]:
    return step(people, look(people, state), asked)


def test_settings_that_make_no_day_are_refused() -> None:
    with pytest.raises(InputError, match="no vehicles"):
        Settings(vehicles=0)
    with pytest.raises(InputError, match="leaves"):
        Settings(leaves=(5, 3))
    with pytest.raises(InputError, match="away"):
        Settings(away=(2, 9))

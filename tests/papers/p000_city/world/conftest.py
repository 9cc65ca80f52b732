"""Tiny cities in double precision in which everything happens: outages, auctions, lost payments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.fees import card
from wattswarm.papers.p000_city.play import hours
from wattswarm.papers.p000_city.settings import FLEET, RESIDENTIAL, WORKPLACE, Outages, Station
from wattswarm.papers.p000_city.world import (
    City,
    Flows,
    Requests,
    Settings,
    State,
    View,
    begin,
    build,
    look,
    step,
)

_step = eqx.filter_jit(step)
_hours = eqx.filter_jit(hours)


def _tiny(**changes: Any) -> Settings:
    """Return two districts of 5 houses, 9 commuters and 4 vans, with 3 stations of which one is a hub."""
    groups = (replace(RESIDENTIAL, vehicles=5), replace(WORKPLACE, vehicles=9), replace(FLEET, vehicles=4))
    usual: dict[str, Any] = {
        "groups": groups,
        "districts": 2,
        "stations": 3,
        "hubs": 1,
        "station": Station(ports=2, buffer_kwh=60.0, refill_kw=20.0),
        "outages": Outages(chance=0.3, site_kwh=70.0),
        "days": 21,
    }
    return replace(Settings(), **{**usual, **changes})


@cache
def _city_of(settings: Settings) -> City:
    # Three payments of ten fail.
    return build(settings, card(base=0.05)._replace(success=0.7), seed=3, dtype=np.float64)


def _by_chance(city: City, view: View, key: jax.Array) -> Requests:
    """Ask for anything, feasible or not."""
    energy, price = jax.random.split(key)
    return Requests(
        jax.random.uniform(energy, view.room_kwh.shape, city.dtype, -1.5, 1.5),
        jax.random.uniform(price, view.state.buffer_kwh.shape, city.dtype, 0.8, 1.2),
    )


@pytest.fixture(scope="session")
def tiny() -> Callable[..., City]:
    """Return a tiny city whose settings are changed as named."""
    return lambda **changes: _city_of(_tiny(**changes))


@pytest.fixture(scope="session")
def live() -> Callable[..., tuple[State, Flows]]:
    """Play hours of a city by chance: (city, seed, hours) to the state after and all flows, as NumPy."""

    def run(city: City, seed: int = 0, count: int = 24 * 7) -> tuple[State, Flows]:
        start, key = jax.random.split(jax.random.key(seed))
        state, flows = _hours(city, _by_chance, begin(city, start), count, key)
        return state, _arrays(flows)

    return run


@pytest.fixture(scope="session")
def once() -> Callable[..., tuple[State, Flows]]:
    """Play one hour: (city, state, energy wanted, prices) to the state after and its flows."""

    def run(city: City, state: State, energy: Any, price: Any = 1.0) -> tuple[State, Flows]:
        requests = Requests(
            jnp.broadcast_to(jnp.asarray(energy, city.dtype), state.energy_kwh.shape),
            jnp.broadcast_to(jnp.asarray(price, city.dtype), state.buffer_kwh.shape),
        )
        after, flows = _step(city, look(city, state), requests)
        return after, _arrays(flows)

    return run


def _arrays(flows: Flows) -> Flows:
    """Return flows as NumPy, the keys of the states left out."""
    state = flows.view.state._replace(key=flows.view.state.hour)
    told: Flows = jax.tree.map(np.asarray, flows._replace(view=flows.view._replace(state=state)))
    return told

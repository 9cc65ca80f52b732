"""What markets are timed on: many books of random orders, games of many vehicles, other ones in every run."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.market.auction import Book
from wattswarm.market.game import Bands, ChargingGame, Needs, SharedLimits, no_limits


def random_books(markets: int, orders: int, seed: int) -> Book:
    """Return books with prices between feed-in and grid price and energies of a home.

    Args:
        orders: bids and as many asks in each.

    Returns:
        Arrays of shape [market, order].
    """
    keys = jax.random.split(jax.random.key(seed), 4)
    shape = (markets, orders)
    bid_price, ask_price = (jax.random.uniform(key, shape, minval=0.06, maxval=0.30) for key in keys[:2])
    bid_kwh, ask_kwh = (jax.random.uniform(key, shape, jnp.float32, 0.1, 5.0) for key in keys[2:])
    return Book(bid_price, bid_kwh, ask_price, ask_kwh)


def random_night(vehicles: int, steps: int, seed: int) -> tuple[ChargingGame, SharedLimits]:
    """Return a game from noon of vehicles that charge 8 to 35 kWh over a night, without shared limits."""
    chance = np.random.default_rng(seed)
    hour = 12.0 + np.arange(steps) * 24.0 / steps
    arrival, departure = chance.normal(18.0, 2.0, (vehicles, 1)), chance.normal(31.0, 1.5, (vehicles, 1))
    limit_kw = 7.2 * ((hour >= arrival) & (hour < departure))
    step_h = 24.0 / steps
    energy_kwh = np.minimum(chance.uniform(8.0, 35.0, vehicles), 0.9 * step_h * limit_kw.sum(1))
    load = 1.5 * vehicles * (0.7 + 0.3 * np.cos(2 * np.pi * (hour - 19.0) / 24.0))
    price = 0.15 + 0.05 * np.cos(2 * np.pi * (hour - 19.0) / 24.0) + chance.normal(0.0, 0.01, steps)
    slope = np.full(steps, 0.05 / load.mean())
    arrays = (
        (limit_kw, energy_kwh, np.asarray(step_h)),
        (price, slope, load, chance.uniform(5e-4, 2e-3, vehicles)),
    )
    needs, market = (tuple(map(jnp.asarray, each)) for each in arrays)
    return ChargingGame(Needs(*needs), *market), no_limits(vehicles, steps, market[0].dtype)


def random_v2g_night(vehicles: int, steps: int, seed: int) -> tuple[ChargingGame, SharedLimits]:
    """Return the game of `random_night` with vehicles of 50 kWh that may also discharge."""
    game, limits = random_night(vehicles, steps, seed)
    needs = game.vehicles
    assert isinstance(needs, Needs)  # `random_night` makes no other
    start = jnp.asarray(np.random.default_rng(seed).uniform(10.0, 15.0, vehicles))
    arrived = jnp.cumsum(needs.limit_kw, axis=1) * needs.step_h
    gone = (arrived == arrived[:, -1:]) & (arrived > 0)
    floor = jnp.where(gone, (start + 0.9 * needs.energy_kwh)[:, None], 5.0)
    efficiency = jnp.full(vehicles, 0.95)
    bands = Bands(
        needs.limit_kw,
        needs.limit_kw,
        start,
        floor,
        jnp.full_like(floor, 50.0),
        efficiency,
        efficiency,
        needs.step_h,
    )
    hour = 12.0 + np.arange(steps) * 24.0 / steps
    # An evening that is dear enough to discharge in spite of losses.
    price = game.price * jnp.asarray(np.where((hour >= 18.0) & (hour < 22.0), 2.0, 1.0))
    return game._replace(vehicles=bands, price=price), limits

"""Games that the tests of games share: a night of vehicles at a market that answers to them."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from wattswarm.market.game import Bands, ChargingGame, Needs


def night(vehicles: int, steps: int = 24, *, seed: int = 0, wear: float = 1e-3) -> ChargingGame:
    """Return a game of vehicles that need energy before they leave."""
    chance = np.random.default_rng(seed)
    home = _stays(chance, vehicles, steps)
    limit_kw = 7.2 * home
    step_h = 24.0 / steps
    energy = np.minimum(chance.uniform(8.0, 35.0, vehicles), 0.9 * step_h * limit_kw.sum(1))
    needs = Needs(jnp.asarray(limit_kw), jnp.asarray(energy), jnp.asarray(step_h))
    return _market(chance, vehicles, steps, needs, wear)


def night_of_v2g(vehicles: int, steps: int = 24, *, seed: int = 0, wear: float = 1e-3) -> ChargingGame:
    """Return a game of vehicles that may also discharge between arrival and departure."""
    chance = np.random.default_rng(seed)
    home = _stays(chance, vehicles, steps)
    start = chance.uniform(15.0, 25.0, vehicles)
    leaves = steps - 1 - home[:, ::-1].argmax(1)
    floor = np.full((vehicles, steps), 5.0)
    for vehicle, last in enumerate(leaves):
        floor[vehicle, last:] = start[vehicle] + chance.uniform(2.0, 12.0)
    power = jnp.asarray(7.2 * home)
    loss = jnp.full(vehicles, 0.95)
    ceiling = jnp.full((vehicles, steps), 50.0)
    bands = Bands(
        power, power, jnp.asarray(start), jnp.asarray(floor), ceiling, loss, loss, jnp.asarray(24.0 / steps)
    )
    return _market(chance, vehicles, steps, bands, wear)


def _stays(chance: np.random.Generator, vehicles: int, steps: int) -> np.ndarray:
    arrival = chance.integers(0, steps // 2, vehicles)
    departure = np.minimum(arrival + chance.integers(steps // 3, steps // 2 + 1, vehicles), steps)
    at = np.arange(steps)
    return (at >= arrival[:, None]) & (at < departure[:, None])


def _market(
    chance: np.random.Generator, vehicles: int, steps: int, kind: Needs | Bands, wear: float
) -> ChargingGame:
    hour = np.arange(steps) * 24.0 / steps
    load = vehicles * (1.2 + 0.5 * np.cos(2 * np.pi * (hour - 7) / 24) + 0.05 * chance.standard_normal(steps))
    price = 0.10 + 0.04 * np.cos(2 * np.pi * (hour - 8) / 24)
    slope = np.full(steps, 0.035 / vehicles) * chance.uniform(0.8, 1.2, steps)
    return ChargingGame(
        kind,
        jnp.asarray(price),
        jnp.asarray(slope),
        jnp.asarray(load),
        jnp.asarray(wear * chance.uniform(0.5, 1.5, vehicles)),
    )

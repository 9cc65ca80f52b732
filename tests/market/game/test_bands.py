"""Vehicles that discharge: their replies are the best, their bounds proven, their bands kept."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize
from tests.market.game.conftest import night_of_v2g

from wattswarm.errors import InputError
from wattswarm.market.game import Bands, ChargingGame, nash_equilibrium


def _bands(seed: int, steps: int = 5) -> Bands:
    chance = np.random.default_rng(seed)
    home = (chance.uniform(size=(1, steps)) < 0.9) * 5.0
    floor = np.full((1, steps), 2.0)
    floor[0, -1] = 9.0
    loss = jnp.asarray([0.9])
    arrays = (home, home * 0.8, np.array([7.0]), floor, np.full((1, steps), 15.0))
    return Bands(*map(jnp.asarray, arrays), loss, loss, jnp.asarray(1.0))


def _other_reply(bands: Bands, price: np.ndarray, curvature: np.ndarray) -> float:
    """Return the least cost by a general solver over charging and discharging apart."""
    steps = len(price)
    up, down = np.asarray(bands.charge_kw[0]), np.asarray(bands.discharge_kw[0])

    def cost(both: np.ndarray) -> float:
        power = both[:steps] - both[steps:]
        return float((price * power + 0.5 * curvature * power**2).sum())

    def slope(both: np.ndarray) -> np.ndarray:
        each = price + curvature * (both[:steps] - both[steps:])
        return np.concatenate([each, -each])

    sums = np.tril(np.ones((steps, steps)))
    stored = LinearConstraint(
        np.hstack([0.9 * sums, -sums / 0.9]), bands.floor_kwh[0] - 7.0, bands.ceiling_kwh[0] - 7.0
    )
    bounds = [(0.0, float(most)) for most in np.concatenate([up, down])]
    start = np.concatenate([np.full(steps, 1.0), np.zeros(steps)])
    options = {"ftol": 1e-14, "maxiter": 1000}
    found = minimize(
        cost, start, jac=slope, bounds=bounds, constraints=stored, method="SLSQP", options=options
    )
    assert found.success, found.message
    return float(found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_a_reply_costs_as_little_as_a_general_solver_finds_and_as_its_own_bound(seed: int) -> None:
    chance = np.random.default_rng(seed)
    bands, price = _bands(seed), chance.uniform(0.05, 0.5, 5)
    curvature = chance.uniform(0.005, 0.05, 5)
    reply = bands.reply(jnp.asarray(price)[None], jnp.asarray(curvature)[None])
    power = np.asarray(reply.power_kw[0])
    cost = float((price * power + 0.5 * curvature * power**2).sum())
    assert cost == pytest.approx(_other_reply(bands, price, curvature), abs=1e-6)
    assert float(reply.least[0]) == pytest.approx(cost, abs=1e-12)
    stored = np.asarray(bands.stored_kwh(reply.power_kw)[0])
    assert (stored >= np.asarray(bands.floor_kwh[0]) - 1e-9).all()
    assert (stored <= np.asarray(bands.ceiling_kwh[0]) + 1e-9).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_of_a_reply_holds_where_nothing_curves_its_cost(seed: int) -> None:
    bands, price = _bands(seed), np.random.default_rng(seed).uniform(0.05, 0.5, 5)
    least = float(bands.reply(jnp.asarray(price)[None], jnp.zeros((1, 5))).least[0])
    assert least == pytest.approx(_other_reply(bands, price, np.zeros(5)), abs=1e-6)


def test_the_response_is_what_replies_do_when_a_price_moves() -> None:
    game = night_of_v2g(6, steps=8)
    price = jnp.broadcast_to(game.price, (6, 8))
    curvature = jnp.full((6, 8), 5e-3)
    bands, place = game.vehicles, jnp.ones((6, 1))
    reply = jax.jit(lambda price: bands.reply(price, curvature))
    stated = bands.response(price, curvature, reply(price).worth, place)[0]
    step = 1e-7
    for at in range(8):
        less = reply(price.at[:, at].add(-step)).power_kw - reply(price.at[:, at].add(step)).power_kw
        np.testing.assert_allclose(stated[:, at], less.sum(0) / (2 * step), atol=1e-3)


def test_at_equilibrium_vehicles_discharge_in_the_dear_hours_and_keep_their_bands() -> None:
    game = night_of_v2g(30)
    game = game._replace(price=jnp.where(jnp.arange(24) < 11, 2.0, 1.0) * game.price)
    found = nash_equilibrium(game)
    assert float(found.gap) < 1e-8
    assert float(found.power_kw[:, :11].min()) < -1.0
    stored = game.vehicles.stored_kwh(found.power_kw)
    assert bool((stored >= game.vehicles.floor_kwh - 1e-8).all())
    assert float(game.vehicles.spilled_kwh(found.power_kw).max()) < 1e-8


def test_ceilings_below_what_is_stored_and_efficiencies_above_one_are_refused() -> None:
    def refused(game: ChargingGame, **changes: jax.Array) -> str:
        with pytest.raises(InputError) as error:
            nash_equilibrium(game._replace(vehicles=game.vehicles._replace(**changes)))
        return str(error.value)

    game = night_of_v2g(3)
    efficiency = game.vehicles.charge_efficiency.at[1].set(1.2)
    assert "charge_efficiency, vehicle 1" in refused(game, charge_efficiency=efficiency)
    still = jnp.zeros_like(game.vehicles.discharge_kw)
    ceiling = game.vehicles.ceiling_kwh.at[2, 0].set(10.0)
    assert "ceiling_kwh, vehicle 2, step 0" in refused(game, ceiling_kwh=ceiling, discharge_kw=still)

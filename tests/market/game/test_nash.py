"""Nash equilibria: the potential, the only minimum, proven gaps, and who else gets there."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize
from tests.market.game.conftest import night, night_of_v2g

from wattswarm.market.game import (
    ChargingGame,
    nash_equilibrium,
    potential,
    regret,
    vehicle_cost,
    wardrop_equilibrium,
    water_fill,
)


def test_a_fill_keeps_its_sum_and_no_other_fill_is_cheaper() -> None:
    chance = np.random.default_rng(1)
    curvature, slope = (
        jnp.asarray(chance.uniform(0.0, 2.0, (50, 8))),
        jnp.asarray(chance.normal(size=(50, 8))),
    )
    highest = jnp.asarray(chance.uniform(0.0, 3.0, (50, 8)))
    total = highest.sum(1) * jnp.asarray(chance.uniform(0.0, 1.0, 50))
    fill = water_fill(curvature, slope, jnp.zeros_like(highest), highest, total)
    np.testing.assert_allclose(fill.amount.sum(1), total, atol=1e-12)
    marginal = slope + curvature * fill.amount
    over = np.where(fill.amount > 1e-9, marginal, -np.inf).max(1)
    under = np.where(fill.amount < highest - 1e-9, marginal, np.inf).min(1)
    assert (over <= under + 1e-9).all()


def test_steps_that_cost_the_same_share_a_fill() -> None:
    fill = water_fill(
        jnp.zeros(4), jnp.asarray([1.0, 1.0, 2.0, 0.0]), jnp.zeros(4), jnp.full(4, 2.0), jnp.asarray(4.0)
    )
    np.testing.assert_allclose(fill.amount, [1.0, 1.0, 0.0, 2.0], atol=1e-9)


def test_the_slope_of_the_potential_is_the_slope_of_each_vehicles_own_cost() -> None:
    game = night(5, wear=2e-3)
    power = jnp.asarray(np.random.default_rng(0).uniform(0.0, 7.0, (5, 24)))
    common = jax.grad(lambda at: potential(game, at))(power)
    own = jax.jacobian(lambda at: vehicle_cost(game, at))(power)
    np.testing.assert_allclose(common, own[jnp.arange(5), jnp.arange(5)], atol=1e-10)


@pytest.mark.parametrize("make", [night, night_of_v2g])
@pytest.mark.parametrize("wear", [1e-3, 0.0])
def test_no_vehicle_gains_by_leaving_a_nash_equilibrium(make, wear: float) -> None:
    game = make(30, wear=wear)
    found = nash_equilibrium(game)
    assert 0.0 <= found.gap < 1e-8
    np.testing.assert_allclose(found.price, game.price + game.slope * (game.load_kw + found.total_kw))
    # The gap is that of exact replies; other schedules of a vehicle cost it more.
    assert float(regret(game, found.power_kw).min()) > -1e-9
    uneven = found.power_kw * (1.0 + 0.3 * np.sin(np.arange(24.0)))
    assert float(regret(game, uneven).max()) > 1e-3


def test_a_thousand_vehicles_settle_to_a_gap_below_1e_minus_8() -> None:
    game = night(1000)
    found = nash_equilibrium(game)
    assert float(found.gap) < 1e-8
    needs = game.vehicles
    np.testing.assert_allclose(found.power_kw.sum(1) * needs.step_h, needs.energy_kwh, rtol=1e-9)
    assert (found.power_kw >= 0).all()
    assert (found.power_kw <= needs.limit_kw).all()


def test_an_independent_solver_finds_the_same_equilibrium() -> None:
    game = night(4, steps=6, seed=3)
    needs = game.vehicles
    found = nash_equilibrium(game)
    bounds = [(0.0, float(most)) for most in needs.limit_kw.reshape(-1)]
    sums = np.kron(np.eye(4), np.ones(6)) * float(needs.step_h)
    energy = np.asarray(needs.energy_kwh)
    slope = jax.jit(jax.grad(lambda flat: potential(game, flat.reshape(4, 6))))
    other = minimize(
        lambda flat: float(potential(game, jnp.asarray(flat).reshape(4, 6))),
        np.asarray(found.power_kw).mean() * np.ones(24),
        jac=lambda flat: np.asarray(slope(flat)),
        bounds=bounds,
        constraints=LinearConstraint(sums, energy, energy),
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    np.testing.assert_allclose(other.x.reshape(4, 6), found.power_kw, atol=1e-4)
    assert float(potential(game, found.power_kw)) <= other.fun + 1e-9 * abs(other.fun)


def _replies(game: ChargingGame, power: jax.Array) -> jax.Array:
    others = game.price + game.slope * (game.load_kw + power.sum(0) - power)
    return game.vehicles.reply(others, 2 * game.slope + game.wear[:, None]).power_kw


def test_replying_one_after_the_other_ends_in_the_same_equilibrium() -> None:
    game = night(30, wear=2e-3)

    def one(vehicle: int, power: jax.Array) -> jax.Array:
        return power.at[vehicle].set(_replies(game, power)[vehicle])

    def sweep(_: int, power: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, 30, one, power)

    start = _replies(game, jnp.zeros((30, 24)))
    reached = jax.jit(lambda power: jax.lax.fori_loop(0, 40, sweep, power))(start)
    np.testing.assert_allclose(reached, nash_equilibrium(game).power_kw, atol=1e-3)


def test_replying_all_at_once_does_not_settle_even_half_way() -> None:
    game = night(100)

    def again(_: int, power: jax.Array) -> jax.Array:
        return 0.5 * power + 0.5 * _replies(game, power)

    power = jax.jit(lambda power: jax.lax.fori_loop(0, 200, again, power))(
        _replies(game, jnp.zeros((100, 24)))
    )
    share = regret(game, power) / vehicle_cost(game, power)
    assert float(share.max()) > 0.05


def test_price_takers_come_as_near_as_one_over_their_number() -> None:
    apart = []
    for vehicles in (30, 60):
        game = night(vehicles, wear=2e-3)
        totals = [equilibrium(game).total_kw for equilibrium in (nash_equilibrium, wardrop_equilibrium)]
        apart.append(float(jnp.abs(totals[0] - totals[1]).mean()) / vehicles)
    ratios = np.array(apart[:-1]) / np.array(apart[1:])
    assert ((ratios > 1.4) & (ratios < 2.9)).all(), apart


def test_a_game_in_single_precision_settles_to_a_small_gap() -> None:
    game = jax.tree.map(lambda each: each.astype(jnp.float32), night_of_v2g(30))
    found = nash_equilibrium(game)
    bill = float(jnp.abs(vehicle_cost(game, found.power_kw)).mean())
    assert found.power_kw.dtype == jnp.float32
    assert float(found.gap) < 1e-4 * bill

"""An operator that leads: vehicles answer as they should, and no prices on a grid are better."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

from wattswarm.errors import InputError
from wattswarm.market.game.stackelberg import (
    Followers,
    Leadership,
    Operator,
    demand,
    lead,
    profit,
    welfare_bound,
)


def _followers(vehicles: int, steps: int, seed: int = 0) -> Followers:
    chance = np.random.default_rng(seed)
    arrays = (
        chance.uniform(0.3, 0.6, vehicles),
        chance.uniform(0.005, 0.02, vehicles),
        chance.uniform(0.005, 0.02, vehicles),
        7.2 * (chance.uniform(size=(vehicles, steps)) < 0.8),
    )
    return Followers(*map(jnp.asarray, arrays), jnp.asarray(1.0))


def _operator(steps: int, **changes: object) -> Operator:
    hour = np.arange(steps) * 24 / steps
    cost = jnp.asarray(0.10 + 0.05 * np.cos(2 * np.pi * (hour - 19) / 24))
    base = Operator(
        cost,
        jnp.zeros(steps),
        jnp.full(steps, 0.6),
        jnp.asarray(jnp.inf),
        jnp.full(steps, 1e3),
        jnp.asarray(0.0),
    )
    return base._replace(**changes)


def test_vehicles_answer_as_a_general_solver_would() -> None:
    followers, price = _followers(1, 6), jnp.asarray([0.1, 0.3, 0.2, 0.4, 0.15, 0.25])
    worth, fall, wear = (float(each[0]) for each in followers[:3])

    def loss(power: np.ndarray) -> float:
        energy = power.sum()
        joy = worth * energy - 0.5 * fall * energy**2
        return float(((np.asarray(price) + 0.5 * wear * power) * power).sum() - joy)

    bounds = [(0.0, float(most)) for most in followers.limit_kw[0]]
    other = minimize(loss, np.full(6, 1.0), bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-10})
    np.testing.assert_allclose(demand(followers, price)[0], other.x, atol=1e-4)


def test_the_derivative_of_profit_is_that_of_finite_differences() -> None:
    followers, operator = (
        _followers(8, 12),
        _operator(12, capacity_kw=jnp.full(12, 5.0), overload_cost=jnp.asarray(0.01)),
    )
    price = jnp.asarray(np.random.default_rng(1).uniform(0.1, 0.5, 12))
    of_price = jax.jit(lambda at: profit(followers, operator, at))
    slope = jax.jit(jax.grad(of_price))(price)
    step = 1e-6
    differences = [
        float(of_price(price.at[at].add(step)) - of_price(price.at[at].add(-step))) / (2 * step)
        for at in range(12)
    ]
    np.testing.assert_allclose(slope, differences, rtol=1e-6, atol=1e-6)


def test_no_prices_on_a_grid_beat_those_that_are_found() -> None:
    followers, operator = _followers(2, 2, seed=2), _operator(2)
    found = lead(followers, operator)
    grid = jnp.asarray(list(itertools.product(np.linspace(0.0, 0.6, 121), repeat=2)))
    best = float(jax.jit(jax.vmap(lambda price: profit(followers, operator, price)))(grid).max())
    assert found.profit >= best - 1e-9
    assert found.profit == pytest.approx(best, rel=1e-3)


@pytest.fixture(scope="module")
def found() -> Leadership:
    """Best prices without a cap."""
    return lead(_followers(8, 8), _operator(8))


def test_prices_that_follow_the_hour_earn_more_than_a_flat_one_and_less_than_all_welfare(
    found: Leadership,
) -> None:
    followers, operator = _followers(8, 8), _operator(8)
    assert 1.0001 * found.flat_profit < found.profit < found.welfare
    assert found.welfare == pytest.approx(float(welfare_bound(followers, operator)), rel=1e-12)
    assert float(profit(followers, operator, found.price)) == pytest.approx(found.profit)


def test_a_cap_on_the_mean_price_and_an_outside_option_are_kept_and_cost_the_operator(
    found: Leadership,
) -> None:
    followers = _followers(8, 8)
    capped = lead(followers, _operator(8, mean_cap=jnp.asarray(0.2)))
    assert float(capped.price.mean()) <= 0.2 + 1e-9
    assert capped.flat_profit <= capped.profit < found.profit
    beside = lead(followers, _operator(8, highest=jnp.full(8, 0.18)))
    assert float(beside.price.max()) <= 0.18 + 1e-12
    assert beside.profit < found.profit


def test_bounds_that_allow_no_price_and_vehicles_without_wear_are_refused() -> None:
    with pytest.raises(InputError, match="lowest, step 3"):
        lead(_followers(2, 6), _operator(6, lowest=jnp.zeros(6).at[3].set(0.9)))
    with pytest.raises(InputError, match="wear, vehicle"):
        lead(_followers(2, 6)._replace(wear=jnp.asarray([0.01, 0.0])), _operator(6))

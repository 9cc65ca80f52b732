"""Stackelberg pricing: an operator sets prices, vehicles answer by how much and when they charge (8.3)."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, minimize

from wattswarm.errors import InputError
from wattswarm.market.game.check import at_index, refuse

_HALVINGS, _STARTS, _FLAT_PRICES = 60, 4, 201


class Followers(NamedTuple):
    """Vehicles that want energy the less, the more they have and the dearer it is.

    Vehicle i draws the x that maximises u_i y - k_i y^2 / 2 - dt sum of (price x + q_i x^2 / 2), y = dt sum
    of x.
    """

    worth: Float[Array, " vehicle"]
    """U, of the first kWh [currency/kWh], shape [vehicle]."""
    fall: Float[Array, " vehicle"]
    """K, by how much each kWh is worth less than the one before [currency/kWh per kWh], above 0, shape
    [vehicle]."""
    wear: Float[Array, " vehicle"]
    """Q, rise of the marginal cost of wear with power [currency/kWh per kW], above 0, shape [vehicle]."""
    limit_kw: Float[Array, "vehicle step"]
    """Highest power, 0 while away [kW], shape [vehicle, step]."""
    step_h: Float[Array, ""]
    """Length of a step [h]."""


class Operator(NamedTuple):
    """What the operator pays, may charge and can deliver.

    Without a highest price in every step or a cap on their mean an operator who faces needs would charge
    without
    end: an outside option (what charging elsewhere costs) or a regulator bounds them.
    """

    cost: Float[Array, " step"]
    """What a kWh costs the operator [currency/kWh], shape [step]."""
    lowest: Float[Array, " step"]
    """Least price [currency/kWh], shape [step]."""
    highest: Float[Array, " step"]
    """Highest price, for instance that of an outside option [currency/kWh], shape [step]."""
    mean_cap: Float[Array, ""]
    """Highest mean of the prices, infinite for none [currency/kWh], scalar."""
    capacity_kw: Float[Array, " step"]
    """Power that can be delivered without extra cost [kW], shape [step]."""
    overload_cost: Float[Array, ""]
    """Rise of the marginal cost beyond it [currency/kWh per kW], scalar."""


class Leadership(NamedTuple):
    """The best prices that were found, beside what bounds them from below and above."""

    price: Float[Array, " step"]
    """Prices [currency/kWh], shape [step]."""
    power_kw: Float[Array, "vehicle step"]
    """What vehicles draw then [kW], shape [vehicle, step]."""
    profit: float
    """Of the operator [currency]."""
    flat_price: float
    """Best price that is the same in all steps [currency/kWh]."""
    flat_profit: float
    """Its profit [currency]."""
    welfare: float
    """Most that operator and vehicles could gain together; no prices bring more profit [currency]."""


def demand(followers: Followers, price: Float[Array, " step"]) -> Float[Array, "vehicle step"]:
    """Return what each vehicle draws at given prices [kW], shape [vehicle, step].

    x = clip((mu - price) / q, 0, limit), where mu is what one more kWh is worth to the vehicle. Its
    derivative is that of the steps in which a vehicle is neither at 0 nor at its limit; which they are is
    found by halving.
    """
    wear, fall = followers.wear[:, None], followers.fall[:, None] * followers.step_h

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        drawn = jnp.clip((middle - fixed) / wear, 0.0, followers.limit_kw)
        over = middle + fall * drawn.sum(1, keepdims=True) > followers.worth[:, None]
        return jnp.where(over, low, middle), jnp.where(over, middle, high)

    fixed = jax.lax.stop_gradient(price)
    high = followers.worth[:, None]
    low, high = jax.lax.fori_loop(0, _HALVINGS, halve, (jnp.minimum(high, fixed.min()), high))
    guess = (0.5 * (low + high) - fixed) / wear
    free = ((guess > 0) & (guess < followers.limit_kw)).astype(price.dtype)
    full = jnp.where(guess >= followers.limit_kw, followers.limit_kw, 0.0)
    # Given the free steps, mu = u - k y is linear in the prices.
    above = followers.worth[:, None] + fall * ((free * price / wear) - full).sum(1, keepdims=True)
    worth = above / (1.0 + fall * (free / wear).sum(1, keepdims=True))
    drawn: Float[Array, "vehicle step"] = free * (worth - price) / wear + full
    return drawn


def profit(followers: Followers, operator: Operator, price: Float[Array, " step"]) -> Float[Array, ""]:
    """Return what the operator earns at given prices, overload taken off [currency]."""
    total = demand(followers, price).sum(0)
    over = jnp.maximum(total - operator.capacity_kw, 0.0)
    earned = (price - operator.cost) * total - 0.5 * operator.overload_cost * over**2
    return followers.step_h * earned.sum()


def welfare_bound(followers: Followers, operator: Operator) -> Float[Array, ""]:
    """Return what operator and vehicles gain together where every kWh costs what it costs the operator.

    No vehicle takes part at a loss, so that no prices bring the operator more; overload would only lower it.
    """
    power = demand(followers, operator.cost)
    energy = followers.step_h * power.sum(1)
    joy = followers.worth * energy - 0.5 * followers.fall * energy**2
    spent = followers.step_h * ((operator.cost + 0.5 * followers.wear[:, None] * power) * power).sum(1)
    return (joy - spent).sum()


def lead(followers: Followers, operator: Operator, seed: int = 0) -> Leadership:
    """Search for the prices that bring the operator the most, from several starts.

    Profit is continuous on a compact set, so best prices exist; it is not concave, so that the search may end
    below them: `welfare` bounds by how much.

    Raises:
        InputError: numbers that no operator or vehicle can have.
    """
    _check(followers, operator)
    lowest, highest = np.asarray(operator.lowest, float), np.asarray(operator.highest, float)
    cap, steps = float(operator.mean_cap), len(lowest)
    chance = np.random.default_rng(seed)

    def loss(price: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        earned, slope = _profit_and_slope(followers, operator, jnp.asarray(price, operator.cost.dtype))
        return -float(earned), -np.asarray(slope, float)

    flat_price, flat_profit = _best_flat(followers, operator)
    cost = np.asarray(operator.cost, float)
    starts = [np.full(steps, flat_price), cost + max(flat_price - float(cost.mean()), 0.0)]
    starts += [chance.uniform(lowest, highest) for _ in range(_STARTS)]
    mean = [LinearConstraint(np.full((1, steps), 1.0 / steps), -np.inf, cap)] if np.isfinite(cap) else []
    method = "SLSQP" if mean else "L-BFGS-B"
    bounds = np.column_stack([lowest, highest])
    best, most = np.clip(starts[0], lowest, highest), flat_profit
    for start in starts:
        found = minimize(
            loss, np.clip(start, lowest, highest), jac=True, bounds=bounds, constraints=mean, method=method
        )
        price = np.clip(found.x, lowest, highest)
        if price.mean() <= cap + 1e-9 and -loss(price)[0] > most:
            best, most = price, -loss(price)[0]
    chosen = jnp.asarray(best, operator.cost.dtype)
    bound = float(welfare_bound(followers, operator))
    return Leadership(chosen, demand(followers, chosen), most, flat_price, flat_profit, bound)


_profit_and_slope = jax.jit(jax.value_and_grad(profit, argnums=2))
_profits = jax.jit(jax.vmap(profit, in_axes=(None, None, 0)))


def _best_flat(followers: Followers, operator: Operator) -> tuple[float, float]:
    """Return the best price within all bounds that never changes, on a fine grid, and its profit."""
    low, high = float(operator.lowest.max()), float(jnp.minimum(operator.highest.min(), operator.mean_cap))
    prices = jnp.linspace(low, max(low, high), _FLAT_PRICES)
    steps = jnp.ones_like(operator.cost)
    profits = _profits(followers, operator, prices[:, None] * steps)
    return float(prices[profits.argmax()]), float(profits.max())


def _check(followers: Followers, operator: Operator) -> None:
    for name in ("worth", "fall", "wear", "limit_kw", "step_h", "cost", "lowest", "highest", "overload_cost"):
        value = np.asarray({**followers._asdict(), **operator._asdict()}[name], float)
        least = {"fall": 0.0, "wear": 0.0, "step_h": 0.0}.get(name)
        wrong = ~np.isfinite(value) | (value <= least if least is not None else False)
        wrong |= (value < 0) if name in ("limit_kw", "overload_cost") else False
        expected = "a finite number" + (" above 0" if least is not None else "")
        refuse(name, value, wrong, "not a valid number for pricing", expected, at_index)
    shut = np.asarray(operator.lowest > operator.highest)
    if shut.any() or float(operator.lowest.mean()) > float(operator.mean_cap):
        raise InputError(
            "no price satisfies the bounds",
            where=f"lowest, step {int(shut.argmax())}" if shut.any() else "mean_cap",
            found=float(operator.lowest[int(shut.argmax())] if shut.any() else operator.mean_cap),
            expected="lowest prices below the highest, and their mean below its cap",
            mend="lower the lowest prices, or raise what bounds them",
        )

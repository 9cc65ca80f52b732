"""Verifiers of equilibria: exact best replies, complementarity of shared limits, balance of money."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from wattswarm.market.game.charging import ChargingGame, market_price
from wattswarm.market.game.limits import SharedLimits


def regret(
    game: ChargingGame,
    power_kw: Float[Array, "vehicle step"],
    *,
    own_impact: ArrayLike = 1.0,
    toll: ArrayLike = 0.0,
) -> Float[Array, " vehicle"]:
    """Return what each vehicle could save by an exact best reply to all others [currency], shape [vehicle].

    It is an upper bound whatever the schedules are: the cost of the best reply is bounded by duality.

    Args:
        power_kw: a schedule of each vehicle that keeps to its limits [kW], shape [vehicle, step].
        own_impact: share of its own effect on the price that a vehicle sees; 0 for price takers.
        toll: added to the price of each vehicle [currency/kWh], shape [step] or [vehicle, step].
    """
    impact = jnp.asarray(own_impact) * game.slope
    price = market_price(game, power_kw.sum(0)) + toll
    others = price - impact * power_kw
    curvature = 2.0 * impact + game.wear[:, None]
    cost = ((others + 0.5 * curvature * power_kw) * power_kw).sum(-1)
    return game.vehicles.step_h * (cost - game.vehicles.reply(others, curvature).least)


class KktResidual(NamedTuple):
    """How far a state is from the conditions of a normalised equilibrium under shared limits."""

    gain: Float[Array, ""]
    """Most that a vehicle gains by leaving, congestion prices included [currency], scalar."""
    violation: Float[Array, ""]
    """Most by which a limit is passed [kW], scalar."""
    complementarity: Float[Array, ""]
    """Most that a limit with room still charges, price times room [currency/h], scalar."""


def kkt_residual(
    game: ChargingGame,
    limits: SharedLimits,
    power_kw: Float[Array, "vehicle step"],
    congestion: Float[Array, "row step"],
    *,
    own_impact: ArrayLike = 1.0,
) -> KktResidual:
    """Return how far schedules and congestion prices are from a normalised equilibrium (models 8.2).

    Args:
        limits: the shared limits.
        power_kw: schedules [kW], shape [vehicle, step].
        congestion: price of each limit [currency/kWh], shape [row, step].
        own_impact: share of its own effect on the price that a vehicle sees.
    """
    toll = limits.place @ (limits.matrix.T @ congestion)
    gain = regret(game, power_kw, own_impact=own_impact, toll=toll).max()
    room = limits.bound_kw - limits.matrix @ (limits.place.T @ power_kw)
    violation = jnp.maximum(-room, 0.0).max(initial=0.0)
    return KktResidual(gain, violation, jnp.abs(congestion * room).max(initial=0.0))


def payments(game: ChargingGame, power_kw: Float[Array, "vehicle step"]) -> Float[Array, " vehicle"]:
    """Return what each vehicle pays for its energy [currency], shape [vehicle]."""
    return game.vehicles.step_h * (market_price(game, power_kw.sum(0)) * power_kw).sum(-1)


def generation_cost(game: ChargingGame, power_kw: Float[Array, "vehicle step"]) -> Float[Array, ""]:
    """Return what producing for vehicles and load together costs beyond the load alone [currency].

    The price a + k L is read as the marginal cost of generation at load L.
    """
    total = power_kw.sum(0)
    base = game.price + game.slope * game.load_kw
    return game.vehicles.step_h * ((base + 0.5 * game.slope * total) * total).sum()


def bill_surplus(game: ChargingGame, power_kw: Float[Array, "vehicle step"]) -> Float[Array, ""]:
    """Return what vehicles pay beyond what producing for them costs [currency]: the suppliers' rent."""
    return payments(game, power_kw).sum() - generation_cost(game, power_kw)

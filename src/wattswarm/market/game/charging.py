"""The charging game: the price rises with what all draw, and each pays for what he takes (models 8.1)."""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Array, Float

from wattswarm.market.game.bands import Bands
from wattswarm.market.game.needs import Needs


class ChargingGame(NamedTuple):
    """Vehicles that share a price P_t = a_t + k_t (D_t + X_t), X_t what they draw together.

    Vehicle i pays J_i = dt sum of P_t x_it + q_i x_it^2 / 2.
    """

    vehicles: Needs | Bands
    """What each may do."""
    price: Float[Array, " step"]
    """A, price without any load [currency/kWh], shape [step]."""
    slope: Float[Array, " step"]
    """K, not negative [currency/kWh per kW], shape [step]."""
    load_kw: Float[Array, " step"]
    """D, load that is there anyway [kW], shape [step]."""
    wear: Float[Array, " vehicle"]
    """Q, rise of the marginal cost of wear with power [currency/kWh per kW], shape [vehicle]."""


def market_price(game: ChargingGame, total_kw: Float[Array, " step"]) -> Float[Array, " step"]:
    """Return the price at what the vehicles draw together [currency/kWh], shape [step]."""
    return game.price + game.slope * (game.load_kw + total_kw)


def vehicle_cost(game: ChargingGame, power_kw: Float[Array, "vehicle step"]) -> Float[Array, " vehicle"]:
    """Return J, what each vehicle pays and wears [currency], shape [vehicle]."""
    price = market_price(game, power_kw.sum(0))
    wear = 0.5 * game.wear[:, None] * power_kw
    return game.vehicles.step_h * ((price + wear) * power_kw).sum(-1)


def potential(game: ChargingGame, power_kw: Float[Array, "vehicle step"]) -> Float[Array, ""]:
    """Return Phi, whose slope by any vehicle's power is the slope of that vehicle's own cost [currency].

    It is strictly convex where k + q > 0, so that the Nash equilibrium is its minimum and the only one.
    """
    total = power_kw.sum(0)
    shared = (game.price + game.slope * game.load_kw) * total + 0.5 * game.slope * total**2
    own = 0.5 * ((game.slope + game.wear[:, None]) * power_kw**2).sum(0)
    return game.vehicles.step_h * (shared + own).sum()

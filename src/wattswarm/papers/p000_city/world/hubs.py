"""Vehicles without a port bid for one at the hubs: Vickrey auctions, bids capped against the grid price."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from wattswarm.market.auction import clear_slots
from wattswarm.papers.p000_city.world.records import City, Districts, View

_LEAST, _URGENCY = 0.8, 1.2
"""Worth of a kWh now over the grid price: to a full battery, and what an empty one adds."""


class Auctioned(NamedTuple):
    """Who won a port, and for how much."""

    won: Bool[Array, "district public"]
    price: Districts
    """0 where no port was sold [currency/kWh]."""


def auction(
    city: City,
    view: View,
    bidding: Bool[Array, "district public"],
    state_of_charge: Float[Array, "district public"],
    key: PRNGKeyArray,
) -> Auctioned:
    """Sell the ports of the hubs for the hour.

    Args:
        bidding: who bids, at what a kWh now is worth to it.
        state_of_charge: of the bidders, 0 to 1.
        key: of the lottery among equal bids.

    Source:
        Paper 000, Table I, public charging auctions; models.md 8.7. What a kWh is worth is ours.
    """
    settings = city.settings
    nobody = Auctioned(jnp.zeros_like(bidding), jnp.zeros(bidding.shape[0], city.dtype))
    if not settings.hubs or not bidding.shape[-1]:
        return nobody
    grid = jnp.broadcast_to(view.grid_price, nobody.price.shape)

    def sell() -> Auctioned:
        bids = jnp.where(bidding, worth(state_of_charge) * view.grid_price, -jnp.inf)
        ports = settings.hubs * settings.station.ports
        cleared = clear_slots(bids, ports, grid, settings.tariff.bid_cap * grid, key)
        return Auctioned(cleared.bought_kwh > 0.0, cleared.price)

    outcome: Auctioned = jax.lax.cond(bidding.any(), sell, lambda: nobody)
    return outcome


def worth(state_of_charge: Float[Array, "district public"]) -> Float[Array, "district public"]:
    """Return what charging now is worth over the grid price: the emptier, the more urgent."""
    return _LEAST + _URGENCY * (1.0 - state_of_charge)

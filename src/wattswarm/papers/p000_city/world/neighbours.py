"""Houses with a roof and a vehicle trade with each other by hourly double auctions, then with the grid."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from wattswarm.market import fee_of
from wattswarm.market.auction import Book, clear_uniform
from wattswarm.papers.p000_city.world.records import City, Neighbours, View

Homes = Float[Array, "district home"]


def trade(
    city: City, view: View, charge_kwh: Homes, offer_kwh: Homes, goes: Bool[Array, "district home"]
) -> Neighbours:
    """Let houses meet their own need, then their neighbours', then the grid.

    A house bids what the grid would charge less the fee, and asks for sun what the grid would pay. For what
    its vehicle holds it asks what refilling costs, and keeps what nobody buys. So the price of the community
    lies between the feed-in price and the grid price.

    Args:
        offer_kwh: most that each vehicle gives.
        goes: whose payment goes through; others' bids are void.

    Returns:
        Energy and money of each house.

    Source:
        Paper 000, Table I, residential P2P; models.md 8.6.
    """
    if not city.settings.homes:
        return _no_houses(charge_kwh, goes)
    tariff, grid = city.settings.tariff, view.grid_price
    net = view.load_kwh - view.roof_kwh + charge_kwh
    own = jnp.minimum(offer_kwh, jnp.maximum(net, 0.0))
    need, sun = jnp.maximum(net - own, 0.0), jnp.maximum(-net, 0.0)
    limit = bid_limit(city, grid, need)
    wanted = (need > 0.0) & (limit >= tariff.feed_in)
    book = Book(
        bid_price=limit,
        bid_kwh=jnp.where(wanted & goes, need, 0.0),
        ask_price=jnp.concatenate(
            [jnp.full_like(sun, tariff.feed_in), jnp.full_like(sun, ask_of_stored(city))], -1
        ),
        ask_kwh=jnp.concatenate([sun, offer_kwh - own], -1),
    )
    cleared = clear_uniform(book)
    sold_sun, sold_stored = jnp.split(cleared.sold_kwh, 2, axis=-1)
    fee = fee_of(city.fees, cleared.paid)
    from_grid, fed_in = need - cleared.bought_kwh, sun - sold_sun
    earned = cleared.earned.reshape(*sun.shape[:-1], 2, -1).sum(-2)
    bill = grid * from_grid - tariff.feed_in * fed_in + cleared.paid + fee - earned
    alone = view.load_kwh - view.roof_kwh
    bill_alone = jnp.where(alone > 0.0, grid, tariff.feed_in) * alone
    return Neighbours(
        charge_kwh=charge_kwh,
        discharge_kwh=own + sold_stored,
        grid_kwh=from_grid,
        fed_in_kwh=fed_in,
        bought_kwh=cleared.bought_kwh,
        sold_kwh=sold_sun + sold_stored,
        paid=cleared.paid,
        earned=earned,
        fee=fee,
        saved=bill_alone - bill,
        failed=wanted & ~goes,
        price=cleared.price,
    )


def _no_houses(nothing: Homes, goes: Bool[Array, "district home"]) -> Neighbours:
    """Return what no house does, every array of length 0."""
    return Neighbours(
        charge_kwh=nothing,
        discharge_kwh=nothing,
        grid_kwh=nothing,
        fed_in_kwh=nothing,
        bought_kwh=nothing,
        sold_kwh=nothing,
        paid=nothing,
        earned=nothing,
        fee=nothing,
        saved=nothing,
        failed=goes,
        price=nothing.sum(-1),
    )


def bid_limit(city: City, grid_price: Float[Array, ""], need_kwh: Homes) -> Homes:
    """Return the price at which a house pays its neighbours and the fee as much as it would pay the grid."""
    base = city.fees.base / jnp.maximum(need_kwh, 1e-6)
    return jnp.maximum((grid_price - base) / (1.0 + city.fees.rate), 0.0)


def ask_of_stored(city: City) -> float:
    """Return what it costs to refill a kWh given, in the cheapest slot and with wear [currency/kWh]."""
    battery = city.settings.battery
    return min(city.settings.tariff.slots) / battery.efficiency**2 + battery.wear

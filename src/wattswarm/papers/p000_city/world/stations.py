"""Stations post prices, vehicles come to the cheapest free port, buffers and the grid supply the energy."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from wattswarm.market import fee_of
from wattswarm.papers.p000_city.world.hubs import Auctioned, auction
from wattswarm.papers.p000_city.world.queue import rank, station_at
from wattswarm.papers.p000_city.world.records import Books, City, Stations, View, Visits

Public = Float[Array, "district public"]


def posted(city: City, view: View, multiplier: Stations) -> Stations:
    """Return each station's price: the grid price times a multiplier, less the discount of a full buffer."""
    station = city.settings.station
    full = view.state.buffer_kwh > station.discount_above * station.buffer_kwh
    discount = station.discount if station.buffer_kwh > 0.0 else 0.0
    return view.grid_price * multiplier * jnp.where(full, 1.0 - discount, 1.0)


def visit(
    city: City,
    view: View,
    price: Stations,
    draw_kwh: Public,
    give_kwh: Public,
    goes: Bool[Array, "district public"],
    start: Float[Array, " district"],
    key: PRNGKeyArray,
) -> Visits:
    """Bring vehicles to stations for the hour.

    Who charges takes ports from the cheapest station on, who sells from the dearest on; whoever finds none
    and wants to charge bids at the hubs. A payment that fails moves nothing, and its port stays taken.

    Args:
        draw_kwh: what each vehicle would draw, 0 for nothing.
        goes: whose payment goes through.
        start: where the queue begins, as a share of it.
    """
    settings = city.settings
    ports, plain = settings.station.ports, settings.stations - settings.hubs
    charging, selling = draw_kwh > 0.0, give_kwh > 0.0
    order = jnp.argsort(price[:, :plain], axis=-1)
    place = rank(charging, start)
    served = charging & (place < plain * ports)
    # Sellers fill the row of ports from its other end, as far as nobody charges there.
    taken = jnp.minimum(charging.sum(-1, keepdims=True), plain * ports)
    end = plain * ports - 1 - rank(selling, start)
    bought = selling & (end >= taken)
    bidding = charging & ~served
    charge = view.state.energy_kwh[:, settings.homes :] / settings.battery.kwh
    hub = auction(city, view, bidding, charge, key)
    at = _stations(city, order, jnp.where(charging, place, end), hub, start)
    rate = _price(city, price, at, hub)
    moves = (served | hub.won | bought) & goes
    drawn = jnp.where(moves, draw_kwh, 0.0)
    sold = jnp.where(moves, give_kwh, 0.0)
    value = rate * drawn
    received = _at_stations(city, at, jnp.stack([drawn, value, sold], -1))
    return Visits(
        charge_kwh=drawn,
        sale_kwh=sold,
        value=value,
        fee=fee_of(city.fees, value + settings.tariff.v2g * sold),
        failed=(served | hub.won | bought) & ~goes,
        at_hub=hub.won,
        bidders=bidding.sum(-1).astype(city.dtype),
        slot_price=hub.price,
        sold_kwh=received[..., 0],
        income=received[..., 1],
        bought_kwh=received[..., 2],
    )


def keep_books(city: City, view: View, visits: Visits) -> Books:
    """Supply what was sold from what was bought, the buffer, then the grid; refill the buffer; count money.

    What vehicles bring goes to those that charge there, then to the market where that pays more than the
    vehicles are paid, else into the buffer as far as it fits. A buffer below its threshold is refilled at the
    wholesale price.
    """
    station, tariff = city.settings.station, city.settings.tariff
    held, efficiency = view.state.buffer_kwh, station.efficiency
    direct = jnp.minimum(visits.sold_kwh, visits.bought_kwh)
    needed, over = visits.sold_kwh - direct, visits.bought_kwh - direct
    released = jnp.minimum(needed, efficiency * held)
    kept = jnp.where(view.wholesale >= tariff.v2g, 0.0, over)
    stored = jnp.minimum(kept, (station.buffer_kwh - held) / efficiency)
    held = held - released / efficiency + efficiency * stored
    missing = (station.refill_to * station.buffer_kwh - held) / efficiency
    low = held < station.refill_below * station.buffer_kwh
    refill = jnp.where(low, jnp.minimum(missing, station.refill_kw), 0.0)
    held = held + efficiency * refill
    imported, exported = needed - released + refill, over - stored
    margin = visits.income - view.wholesale * (imported - exported) - tariff.v2g * visits.bought_kwh
    standing = station.storage_cost * held + station.operation
    return Books(held, stored + refill, released, imported, exported, margin, standing)


def _stations(
    city: City,
    order: Float[Array, "district station"],
    place: Float[Array, "district public"],
    hub: Auctioned,
    start: Float[Array, " district"],
) -> Float[Array, "district public"]:
    """Return where each vehicle goes; hubs are the last stations."""
    settings = city.settings
    ports, plain = settings.station.ports, settings.stations - settings.hubs
    shape = (order.shape[0], settings.hubs)
    hubs = plain + jnp.broadcast_to(jnp.arange(settings.hubs, dtype=order.dtype), shape)
    if not plain:
        return station_at(hubs, rank(hub.won, start), ports)
    at = station_at(order, place, ports)
    if not settings.hubs:
        return at
    return jnp.where(hub.won, station_at(hubs, rank(hub.won, start), ports), at)


def _price(
    city: City, price: Stations, at: Float[Array, "district public"], hub: Auctioned
) -> Float[Array, "district public"]:
    """Return what a kWh costs each vehicle: its station's price (as printed the mean), or the auction's."""
    if city.settings.literal:
        own = jnp.broadcast_to(price.mean(-1, keepdims=True), at.shape)
    else:
        own = jnp.take_along_axis(price, at, -1)
    return jnp.where(hub.won, hub.price[:, None], own)


def _at_stations(
    city: City, at: Float[Array, "district public"], amounts: Float[Array, "district public amount"]
) -> Float[Array, "district station amount"]:
    """Add up by station what its vehicles did."""
    districts, stations = at.shape[0], city.settings.stations
    row = at + stations * jnp.arange(districts, dtype=at.dtype)[:, None]
    sums = jnp.zeros((districts * stations, amounts.shape[-1]), amounts.dtype)
    return sums.at[row].add(amounts).reshape(districts, stations, -1)

"""What passes through an hour of the city, as structures of arrays: city, state, view, requests, flows."""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.market import PaymentFees
from wattswarm.papers.p000_city.settings import Settings
from wattswarm.papers.p000_city.world.people import People, draw_people
from wattswarm.papers.p000_city.world.surroundings import Surroundings, draw_surroundings

Vehicles = Float[Array, "district vehicle"]
Stations = Float[Array, "district station"]
Districts = Float[Array, " district"]
Number = Float[Array, ""]


class City(eqx.Module):
    """A city: sizes are static, everything that a sweep varies is an array."""

    settings: Settings = eqx.field(static=True)
    """Sizes and numbers of batteries, stations and tariffs."""
    fees: PaymentFees
    people: People
    surroundings: Surroundings

    @property
    def hours(self) -> int:
        """Hours until sun and prices come round again."""
        return 24 * self.settings.days

    @property
    def dtype(self) -> np.dtype[np.floating]:
        return np.dtype(self.people.floor.dtype)


class State(NamedTuple):
    """The city at the start of an hour."""

    energy_kwh: Vehicles
    buffer_kwh: Stations
    demand: Districts
    """Grid import of the hour before over the usual one."""
    outage: Bool[Array, " district"]
    """Whether the critical sites are cut off in the hour that begins."""
    hour: Int[Array, ""]
    key: PRNGKeyArray


class View(NamedTuple):
    """What is known and feasible at the start of an hour."""

    state: State
    slot: Int[Array, ""]
    grid_price: Number
    wholesale: Number
    roof_kwh: Number
    load_kwh: Float[Array, "district home"]
    away: Bool[Array, "district vehicle"]
    drive_kwh: Vehicles
    """Usual drive of the hour."""
    room_kwh: Vehicles
    """Most that each vehicle can draw; 0 on the road."""
    spare_kwh: Vehicles
    """Most that each can give and keep its group's floor; 0 where nobody buys."""


class Requests(NamedTuple):
    """What vehicles and stations want."""

    energy: Vehicles
    """Share of what is feasible: above 0 of `room_kwh` to draw, below 0 of `spare_kwh` to give, -1 to 1."""
    price: Stations
    """Multiplier of each station on the grid price."""


class Neighbours(NamedTuple):
    """What houses did in an hour."""

    charge_kwh: Float[Array, "district home"]
    discharge_kwh: Float[Array, "district home"]
    grid_kwh: Float[Array, "district home"]
    """Bought from the grid."""
    fed_in_kwh: Float[Array, "district home"]
    bought_kwh: Float[Array, "district home"]
    """From neighbours."""
    sold_kwh: Float[Array, "district home"]
    """To neighbours."""
    paid: Float[Array, "district home"]
    """To neighbours, without the fee."""
    earned: Float[Array, "district home"]
    fee: Float[Array, "district home"]
    saved: Float[Array, "district home"]
    """What the house is better off than without its vehicle and its neighbours, wear left out."""
    failed: Bool[Array, "district home"]
    """Whether the payment behind an order failed, which voids the order."""
    price: Districts
    """Of the community, 0 where nothing was traded [currency/kWh]."""


class Visits(NamedTuple):
    """What vehicles did at stations in an hour, shape [district, public vehicle], and what stations saw."""

    charge_kwh: Float[Array, "district public"]
    sale_kwh: Float[Array, "district public"]
    """Sold to the station."""
    value: Float[Array, "district public"]
    """Paid for what was charged, without the fee."""
    fee: Float[Array, "district public"]
    """Of either payment."""
    failed: Bool[Array, "district public"]
    """Whether a payment failed, so that no energy moved."""
    at_hub: Bool[Array, "district public"]
    """Whether the port was won by auction."""
    bidders: Districts
    slot_price: Districts
    """What a kWh at a hub cost, 0 where no port was sold [currency/kWh]."""
    sold_kwh: Stations
    income: Stations
    bought_kwh: Stations
    """From vehicles."""


class Books(NamedTuple):
    """What a station did with its buffer and the grid in an hour."""

    buffer_kwh: Stations
    """Held at the end."""
    into_kwh: Stations
    """Stored, before losses."""
    out_kwh: Stations
    """Released, after losses."""
    import_kwh: Stations
    export_kwh: Stations
    margin: Stations
    """Sales less purchases [currency]."""
    standing: Stations
    """Cost of storage and operation [currency]."""


class Flows(NamedTuple):
    """All that happened in an hour."""

    view: View
    charge_kwh: Vehicles
    discharge_kwh: Vehicles
    """Drawn from the battery for others or the own house, at the socket."""
    driven_kwh: Vehicles
    unmet_kwh: Vehicles
    """Of the trip that the battery lacked."""
    called_kwh: Vehicles
    """Given to critical sites."""
    unserved_kwh: Districts
    homes: Neighbours
    visits: Visits
    books: Books
    profit: Vehicles
    """What each vehicle, or house, is better off: money less wear, the trips that failed left out."""
    wear: Vehicles
    energy_kwh: Vehicles
    """Of batteries before the drive, to check floors by."""
    dipped: Bool[Array, "district vehicle"]
    """Whether a vehicle that discharged ended below its floor, which never happens."""


def build(
    settings: Settings,
    fees: PaymentFees,
    *,
    seed: int = 0,
    dtype: type[np.floating] = np.float32,
    wholesale: Floats | None = None,
) -> City:
    """Draw a city of people, sun and prices.

    Args:
        seed: of people, sun and load.
        dtype: float32 for speed, float64 for proof.
        wholesale: market price of each hour from a first Monday on [currency/kWh], None for a share of the
            grid price.

    Raises:
        InputError: the fees' success rate is none.
    """
    if not 0.0 <= float(fees.success) <= 1.0:
        raise InputError("not a valid share", where="fees.success", found=fees.success, expected="0 to 1")
    people, sky = np.random.default_rng(seed).spawn(2)
    return City(
        settings,
        jax.tree.map(lambda number: jnp.asarray(number, dtype), fees),
        draw_people(settings, people, dtype),
        draw_surroundings(settings, sky, dtype, wholesale),
    )


def begin(city: City, key: PRNGKeyArray, hour: int = 0) -> State:
    """Return a city whose batteries are half to nearly full and whose buffers are half full."""
    settings, dtype = city.settings, city.dtype
    shape = (settings.districts, settings.vehicles)
    draw, key = jax.random.split(key)
    charge = jax.random.uniform(draw, shape, dtype, 0.5, 0.9)
    districts = (settings.districts,)
    return State(
        energy_kwh=charge * settings.battery.kwh,
        buffer_kwh=jnp.full((*districts, settings.stations), 0.5 * settings.station.buffer_kwh, dtype),
        demand=jnp.ones(districts, dtype),
        outage=jnp.zeros(districts, bool),
        hour=jnp.asarray(hour, jnp.int32),
        key=key,
    )

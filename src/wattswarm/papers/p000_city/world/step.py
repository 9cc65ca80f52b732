"""One hour of the city: outage, stations and neighbours, batteries, the drive, the luck of the next hour."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool

from wattswarm.battery import energy_after
from wattswarm.market import goes_through
from wattswarm.papers.p000_city.world.neighbours import trade
from wattswarm.papers.p000_city.world.outage import serve_critical
from wattswarm.papers.p000_city.world.records import City, Districts, Flows, Requests, State, Vehicles, View
from wattswarm.papers.p000_city.world.stations import keep_books, posted, visit

_JITTER = (0.8, 1.2)
"""Least and greatest length of a drive, as a share of the vehicle's usual one."""
_ROUNDING = 32
"""Units in the last place of the capacity by which rounding alone may miss a floor."""


def step(city: City, view: View, requests: Requests) -> tuple[State, Flows]:
    """Advance by an hour.

    Requests are never illegal acts: they are shares of what the view says is feasible. Vehicles that an
    outage calls serve it, whatever they asked for. A payment that fails moves no energy.

    Returns:
        The state an hour later, and all that happened.
    """
    settings, state, homes = city.settings, view.state, city.settings.homes
    key, draw, lottery = jax.random.split(state.key, 3)
    vehicles = settings.vehicles
    drawn = jax.random.uniform(draw, (settings.districts, 2 * vehicles + 2), city.dtype)
    goes = goes_through(city.fees, drawn[:, :vehicles])
    jitter = _JITTER[0] + (_JITTER[1] - _JITTER[0]) * drawn[:, vehicles : 2 * vehicles]
    start, luck = drawn[:, -2], drawn[:, -1]

    called, unserved = serve_critical(city, view)
    free = called == 0.0
    asked = jnp.clip(requests.energy, -1.0, 1.0)
    draw_kwh = jnp.where(free, jnp.maximum(asked, 0.0) * view.room_kwh, 0.0)
    give_kwh = jnp.where(free, jnp.maximum(-asked, 0.0) * view.spare_kwh, 0.0)
    house = trade(city, view, draw_kwh[:, :homes], give_kwh[:, :homes], goes[:, :homes])
    price = posted(city, view, requests.price)
    drawn_out, given_out, goes_out = (each[:, homes:] for each in (draw_kwh, give_kwh, goes))
    visits = visit(city, view, price, drawn_out, given_out, goes_out, start, lottery)
    books = keep_books(city, view, visits)

    charge = jnp.concatenate([house.charge_kwh, visits.charge_kwh], -1)
    discharge = called + jnp.concatenate([house.discharge_kwh, visits.sale_kwh], -1)
    battery = settings.battery
    energy = energy_after(state.energy_kwh, charge, discharge, battery.efficiency, battery.efficiency, 1.0)
    wanted = view.drive_kwh * jitter
    driven = jnp.minimum(wanted, jnp.maximum(energy, 0.0))

    wear = battery.wear * discharge
    v2g = settings.tariff.v2g * visits.sale_kwh
    earned = jnp.concatenate([house.saved, v2g - visits.value - visits.fee], -1)
    flows = Flows(
        view=view,
        charge_kwh=charge,
        discharge_kwh=discharge,
        driven_kwh=driven,
        unmet_kwh=wanted - driven,
        called_kwh=called,
        unserved_kwh=unserved,
        homes=house,
        visits=visits,
        books=books,
        profit=earned + settings.tariff.v2g * called - wear,
        wear=wear,
        energy_kwh=energy,
        dipped=_dipped(city, energy, discharge, called),
    )
    grid = house.grid_kwh.sum(-1) + books.import_kwh.sum(-1)
    after = State(
        energy_kwh=energy - driven,
        buffer_kwh=books.buffer_kwh,
        demand=grid / usual_import_kwh(city),
        outage=luck < settings.outages.chance,
        hour=state.hour + 1,
        key=key,
    )
    return after, flows


def usual_import_kwh(city: City) -> Districts:
    """Return what a district draws from the grid in a mean hour if nobody sells and there is no sun [kWh]."""
    people, settings = city.people, city.settings
    drive = (5.0 * people.drive_kwh[0] + 2.0 * people.drive_kwh[1]).sum((0, -1)) / (7.0 * 24.0)
    return drive / settings.battery.efficiency + settings.load_kw * people.house.sum(-1)


def _dipped(
    city: City, energy_kwh: Vehicles, discharge_kwh: Vehicles, called_kwh: Vehicles
) -> Bool[Array, "district vehicle"]:
    """Tell who discharged and ended below the floor that held for it."""
    capacity = city.settings.battery.kwh
    floor = jnp.where(called_kwh > 0.0, city.settings.outages.floor, city.people.floor)
    rounding = float(_ROUNDING * np.finfo(city.dtype).eps)
    return (discharge_kwh > 0.0) & (energy_kwh < (floor - rounding) * capacity)

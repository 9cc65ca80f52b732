"""The most that the vehicles of a small city can be worth to it, all trips, sun and loads known (appendix C).

Stations without buffers pay and are paid the wholesale price for whatever vehicles draw and give, so public
vehicles are independent of each other; houses of a district share one pool. Each is a mixed-integer program:
a binary for every hour in which a vehicle may sell, because it sells only while it keeps its floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.papers.p000_city.play import hours
from wattswarm.papers.p000_city.program import Known, best_plan
from wattswarm.papers.p000_city.rules import idle
from wattswarm.papers.p000_city.world import City, Flows, Requests, State, View
from wattswarm.papers.p000_city.world.neighbours import ask_of_stored
from wattswarm.papers.p000_city.world.reward import refill_price, welfare


@dataclass(frozen=True, eq=False)
class Bound:
    """The best plan of a city."""

    worth: float
    """Welfare of the hours and worth of what is held at their end [currency]."""
    charge_kwh: Floats
    """Shape [hour, district, vehicle]."""
    discharge_kwh: Floats
    """Likewise."""


def bound_city(city: City, state: State, count: int) -> Bound:
    """Return the best that vehicles can do in the next hours, whatever stations ask for.

    Args:
        city: without buffers, hubs, outages and fees, whose payments never fail, with a port for everybody.
        state: where the hours begin; its key draws the trips that are known here.
        count: hours.

    Returns:
        The plan; a run that follows it is worth as much by `worth_of`, to 1e-6.

    Raises:
        InputError: the city has something that the programs do not state.
    """
    _check(city)
    settings = city.settings
    homes, districts = settings.homes, settings.districts
    shape = (count, districts, settings.vehicles)
    charge, discharge = np.zeros(shape), np.zeros(shape)
    worth = -count * districts * settings.stations * settings.station.operation
    start = np.asarray(state.energy_kwh, np.float64)
    _, flows = _watch(city, state, count)
    for district in range(districts):
        groups = [slice(at, at + 1) for at in range(homes, settings.vehicles)]
        for own in ([slice(0, homes)] if homes else []) + groups:
            plan = best_plan(_known(city, flows, district, own), start[district, own])
            charge[:, district, own], discharge[:, district, own] = plan.charge_kwh, plan.discharge_kwh
            worth += plan.worth
    return Bound(worth, charge, discharge)


def worth_of(city: City, state: State, flows: Flows) -> float:
    """Return what a run was worth to the city: its welfare, and what vehicles hold at the end."""
    paid = jax.vmap(lambda hour: welfare(city, hour))(flows).sum()
    left = np.asarray(state.energy_kwh, np.float64).sum(0) * _left_price(city)
    return float(paid) + float(left.sum())


def replay(city: City, state: State, bound: Bound) -> tuple[State, Flows]:
    """Let the city follow a plan; return the state after it, and its flows, leading axis [hour]."""
    charge, discharge = (jnp.asarray(each, city.dtype) for each in (bound.charge_kwh, bound.discharge_kwh))
    follow = _Follow(charge, discharge, state.hour)
    followed: tuple[State, Flows] = _hours(city, follow, state, len(bound.charge_kwh), jax.random.key(0))
    return followed


class _Follow(eqx.Module):
    """A plan as a policy, of arrays, so that one program follows all plans of a length."""

    charge_kwh: Float[Array, "hour district vehicle"]
    discharge_kwh: Float[Array, "hour district vehicle"]
    first: Int[Array, ""]

    def __call__(self, _city: City, view: View, _key: PRNGKeyArray) -> Requests:
        at = view.state.hour - self.first
        charge, discharge = self.charge_kwh[at], self.discharge_kwh[at]
        drawn = charge / jnp.maximum(view.room_kwh, 1e-12)
        given = discharge / jnp.maximum(view.spare_kwh, 1e-12)
        price = jnp.ones_like(view.state.buffer_kwh)
        return Requests(jnp.where(discharge > charge, -given, drawn), price)


_hours = eqx.filter_jit(hours)


def _watch(city: City, state: State, count: int) -> tuple[State, Flows]:
    """Return what comes whatever is done: the luck of an hour does not hang on what anybody asks for."""
    watched: tuple[State, Flows] = _hours(city, idle, state, count, jax.random.key(0))
    return watched


def _known(city: City, flows: Flows, district: int, own: slice) -> Known:
    settings, view = city.settings, flows.view
    home = own.start < settings.homes
    grid, wholesale = (np.asarray(each, np.float64) for each in (view.grid_price, view.wholesale))
    net = np.asarray(view.load_kwh[:, district, own] - view.roof_kwh[:, None], np.float64)
    drive = flows.driven_kwh + flows.unmet_kwh
    return Known(
        away=np.asarray(view.away[:, district, own]),
        drive_kwh=np.asarray(drive[:, district, own], np.float64),
        import_price=grid if home else wholesale,
        export_price=np.full_like(grid, settings.tariff.feed_in) if home else wholesale,
        net_kwh=net if home else np.zeros((len(grid), 1)),
        # Houses sell to neighbours where the grid is dearer than refilling, vehicles to stations that buy.
        sells=grid >= ask_of_stored(city) if home else wholesale >= settings.tariff.v2g,
        own_use=home,
        floor_kwh=np.asarray(city.people.floor, np.float64)[own] * settings.battery.kwh,
        left_price=_left_price(city)[own],
        battery=settings.battery,
        unmet_price=settings.unmet_price,
    )


def _left_price(city: City) -> Floats:
    """Return what a kWh left in each vehicle is worth: the cost of refilling, to the city [currency/kWh]."""
    settings = city.settings
    at_home = np.arange(settings.vehicles) < settings.homes
    cheapest = float(np.asarray(city.surroundings.wholesale).min()) / settings.battery.efficiency
    return np.where(at_home, refill_price(city), cheapest)


def _check(city: City) -> None:
    settings = city.settings
    public = settings.vehicles - settings.homes
    faults = {
        "station.buffer_kwh": (settings.station.buffer_kwh > 0, settings.station.buffer_kwh, "0"),
        "hubs": (settings.hubs > 0, settings.hubs, "0"),
        "outages.chance": (settings.outages.chance > 0, settings.outages.chance, "0"),
        "literal": (settings.literal, settings.literal, "False"),
        "fees": (float(city.fees.base + city.fees.rate) > 0, city.fees, "none"),
        "fees.success": (float(city.fees.success) < 1, city.fees.success, "1"),
        "station.ports": (
            settings.stations * settings.station.ports < public,
            settings.station.ports,
            f"{public} in all",
        ),
    }
    for name, (wrong, found, expected) in faults.items():
        if wrong:
            raise InputError(
                "the bound does not support such a city", where=name, found=found, expected=expected
            )

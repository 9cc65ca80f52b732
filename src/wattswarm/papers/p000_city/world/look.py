"""What is known and feasible at the start of an hour: prices, who is on the road, what batteries can do."""

from __future__ import annotations

import jax.numpy as jnp

from wattswarm.battery import charge_limit, discharge_limit
from wattswarm.papers.p000_city.world.records import City, Number, State, View


def look(city: City, state: State) -> View:
    """Return what everybody may know of the hour that begins."""
    settings, outside, people = city.settings, city.surroundings, city.people
    at, hour_of_day = state.hour % city.hours, state.hour % 24
    slot, weekend = outside.slot[at], outside.weekend[at]
    wholesale = outside.wholesale[at]
    away = people.away[weekend, hour_of_day]
    battery, energy = settings.battery, state.energy_kwh
    none = jnp.zeros((0, 1), city.dtype)
    room = charge_limit(energy, battery.kwh, battery.kw, none, none, battery.efficiency, 1.0)
    floor = people.floor * battery.kwh
    spare = discharge_limit(energy, floor, battery.kw, battery.efficiency, 1.0)
    # Those at home always have neighbours or a house to give to.
    sells = (jnp.arange(settings.vehicles) < settings.homes) | buys_v2g(city, wholesale)
    return View(
        state=state,
        slot=slot,
        grid_price=jnp.asarray(settings.tariff.slots, city.dtype)[slot],
        wholesale=wholesale,
        roof_kwh=outside.roof_kwh[at],
        load_kwh=outside.load_kwh[at] * people.house,
        away=away,
        drive_kwh=people.drive_kwh[weekend, hour_of_day],
        room_kwh=jnp.where(away, 0.0, room),
        spare_kwh=jnp.where(away | ~sells, 0.0, spare),
    )


def buys_v2g(city: City, wholesale: Number) -> Number:
    """Tell whether stations buy from vehicles: where the market pays them more, or always as printed."""
    return (wholesale >= city.settings.tariff.v2g) | city.settings.literal

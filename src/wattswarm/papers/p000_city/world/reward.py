"""What vehicles and stations are paid for an hour: eq. (2) of paper 000, mended or as printed."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from wattswarm.papers.p000_city.world.records import City, Flows, Number, Stations, Vehicles


class Reward(NamedTuple):
    """Pay of an hour [currency]."""

    vehicles: Vehicles
    stations: Stations


def reward(city: City, flows: Flows) -> Reward:
    """Return what everybody is paid.

    Sound: a vehicle's cost is net of what it sold, and a trip that fails costs as well, so that acting can
    pay and charging has a reason. What is held counts at the cost of refilling, or charging would always look
    worse than waiting; a station is paid its own sales less purchases, without the standing costs that no
    choice of its changes and that would drown them. As printed: a vehicle has costs alone and 0 where it
    idles, so that nothing pays more than idling; a station has what all of them sell, less cost.
    """
    books = flows.books
    if not city.settings.literal:
        unmet = city.settings.unmet_price * flows.unmet_kwh
        if not city.settings.stored:
            return Reward(flows.profit - unmet, books.margin - books.standing)
        before = flows.view.state
        held = flows.energy_kwh - flows.driven_kwh - before.energy_kwh
        kept = buffer_price(city) * (books.buffer_kwh - before.buffer_kwh)
        return Reward(flows.profit - unmet + refill_price(city) * held, books.margin + kept)
    team = (flows.visits.income - books.standing).sum(-1, keepdims=True)
    return Reward(-printed_cost(flows), jnp.broadcast_to(team, books.margin.shape))


def refill_price(city: City) -> float:
    """Return what a stored kWh costs in the cheapest slot [currency/kWh]."""
    return min(city.settings.tariff.slots) / city.settings.battery.efficiency


def buffer_price(city: City) -> float:
    """Return what a kWh in a buffer costs in the cheapest slot [currency/kWh]."""
    tariff = city.settings.tariff
    return tariff.wholesale_share * min(tariff.slots) / city.settings.station.efficiency


def printed_cost(flows: Flows) -> Vehicles:
    """Return C + D of eq. (2): what was bought, at the price paid, and wear; never below 0.

    A house pays the grid price for what its vehicle draws beyond its own sun.
    """
    homes, visits = flows.homes, flows.visits
    drawn = jnp.minimum(homes.charge_kwh, homes.grid_kwh + homes.bought_kwh)
    bought = jnp.concatenate([flows.view.grid_price * drawn, visits.value + visits.fee], -1)
    return bought + flows.wear


def welfare(city: City, flows: Flows) -> Number:
    """Return what the hour was worth to the whole city [currency].

    What one pays another within it cancels. What is left: energy from and to the grid, fees, wear, standing
    costs of stations, trips and critical load that were not served.
    """
    settings, view, homes, books = city.settings, flows.view, flows.homes, flows.books
    grid = view.grid_price * homes.grid_kwh.sum() - settings.tariff.feed_in * homes.fed_in_kwh.sum()
    market = view.wholesale * (books.import_kwh.sum() - books.export_kwh.sum())
    fees = homes.fee.sum() + flows.visits.fee.sum()
    failed = (
        settings.unmet_price * flows.unmet_kwh.sum() + settings.outages.lost_load * flows.unserved_kwh.sum()
    )
    return -(grid + market + fees + flows.wear.sum() + books.standing.sum() + failed)

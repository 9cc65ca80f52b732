"""What an hour adds to the day's figures: trades, energy, money, service, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.papers.p000_city.world.look import look
from wattswarm.papers.p000_city.world.records import City, Flows, Number, Requests, begin
from wattswarm.papers.p000_city.world.reward import reward, welfare
from wattswarm.papers.p000_city.world.step import step

Row = Float[Array, " measure"]


def measure(city: City, flows: Flows) -> Mapping[str, Number]:
    """Return the hour's figures by name; days add them up, save `peak_kw`, of which they keep the greatest.

    Energies are in kWh, money in the city's currency, trades and the rest are counts.
    """
    homes, visits, books, view = flows.homes, flows.visits, flows.books, flows.view
    cap = city.settings.tariff.bid_cap * view.grid_price
    peak = view.slot == 2
    grid = homes.grid_kwh.sum() + books.import_kwh.sum()
    paid, at_hub = reward(city, flows), visits.at_hub
    slot_value = jnp.where(at_hub, visits.value, 0.0).sum()
    slot_kwh = jnp.where(at_hub, visits.charge_kwh, 0.0).sum()
    bought = homes.bought_kwh.sum()
    figures = {
        "trades at stations": (visits.charge_kwh > 0.0).sum(),
        "trades at hubs": (at_hub & (visits.charge_kwh > 0.0)).sum(),
        "trades of V2G": (visits.sale_kwh > 0.0).sum(),
        "trades of neighbours": (homes.bought_kwh > 0.0).sum(),
        "failed payments": visits.failed.sum(),
        "void orders": homes.failed.sum(),
        "kwh at stations": visits.charge_kwh.sum(),
        "kwh at hubs": slot_kwh,
        "kwh of V2G": visits.sale_kwh.sum(),
        "kwh of neighbours": bought,
        "kwh from vehicles at home": homes.discharge_kwh.sum(),
        "charged kwh": flows.charge_kwh.sum(),
        "charged kwh at peak": jnp.where(peak, flows.charge_kwh.sum(), 0.0),
        "discharged kwh at peak": jnp.where(peak, flows.discharge_kwh.sum(), 0.0),
        "fees": visits.fee.sum() + homes.fee.sum(),
        "wear": flows.wear.sum(),
        "margin of stations": books.margin.sum(),
        "profit of stations": (books.margin - books.standing).sum(),
        "sales of stations": visits.income.sum(),
        "grid kwh": grid,
        "exported kwh": homes.fed_in_kwh.sum() + books.export_kwh.sum(),
        "kwh of houses": view.load_kwh.sum(),
        "kwh of roofs": view.roof_kwh * homes.grid_kwh.size,
        "community value": homes.paid.sum(),
        "community value at grid price": view.grid_price * bought,
        "hours above grid price": (homes.price > view.grid_price * (1.0 + 1e-6)).sum(),
        "hub value": slot_value,
        "hub value at grid price": view.grid_price * slot_kwh,
        "hub auctions": (visits.slot_price > 0.0).sum(),
        "hub auctions at cap": (visits.slot_price >= cap * (1.0 - 1e-6)).sum(),
        "hub bidders": visits.bidders.sum(),
        "hub price above cap": (visits.slot_price > cap * (1.0 + 1e-6)).sum(),
        "outages": view.state.outage.sum(),
        "critical kwh": flows.called_kwh.sum() + flows.unserved_kwh.sum(),
        "unserved kwh": flows.unserved_kwh.sum(),
        "vehicles called": (flows.called_kwh > 0.0).sum(),
        "dips below a floor": flows.dipped.sum(),
        "driven kwh": flows.driven_kwh.sum(),
        "unmet kwh": flows.unmet_kwh.sum(),
        "reward of vehicles": paid.vehicles.sum(),
        "reward of stations": paid.stations.sum(),
        "welfare": welfare(city, flows),
        "peak_kw": grid,
    }
    first = 0
    for group in city.settings.groups:
        own = slice(first, first + group.vehicles)
        figures[f"profit of {group.name}"] = flows.profit[:, own].sum()
        figures[f"unmet kwh of {group.name}"] = flows.unmet_kwh[:, own].sum()
        first = own.stop
    return figures


def stacked(city: City, flows: Flows) -> Row:
    """Return the hour's figures as one row, in the order of `measure`."""
    return jnp.stack([value.astype(city.dtype) for value in measure(city, flows).values()])


def names_of(city: City) -> tuple[str, ...]:
    names: list[str] = []

    def hour() -> None:
        view = look(city, begin(city, jax.random.key(0)))
        nothing = Requests(jnp.zeros_like(view.room_kwh), jnp.ones_like(view.state.buffer_kwh))
        names.extend(measure(city, step(city, view, nothing)[1]))

    jax.eval_shape(hour)
    return tuple(names)


def add(day: Row, hour: Row, names: Sequence[str]) -> Row:
    """Return the day's figures with an hour more."""
    peak = names.index("peak_kw")
    return (day + hour).at[peak].set(jnp.maximum(day[peak], hour[peak]))


def day_of(city: City, flows: Flows) -> Row:
    rows = jax.vmap(partial(stacked, city))(flows)
    peak = names_of(city).index("peak_kw")
    return rows.sum(0).at[peak].set(rows[:, peak].max())

"""The most that a day is worth to all vehicles together, as a linear program (models.md, appendix C)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from wattswarm.papers.p000_city.world import slot_of
from wattswarm.papers.p004_peers.world.day import Population, State
from wattswarm.papers.p004_peers.world.settings import FIRST_HOUR, HOURS
from wattswarm.plan.linear import Assembly, minimise


class Best(NamedTuple):
    """A day with perfect foresight."""

    worth: float
    """Upper bound of what any policy earns [currency]."""
    grid_kwh: Float[np.ndarray, "step vehicle"]
    """Drawn from the grid, below 0 given to it."""
    peers_kwh: Float[np.ndarray, "step vehicle"]
    """Bought from other vehicles, below 0 sold to them."""


def best_day(people: Population, first: State) -> Best:
    """Solve a day whose batteries and trips are known.

    What vehicles pay each other cancels. A vehicle trades with others only in slots in which the grid asks
    more than refilling costs: at other hours no order is matched. Who lacks energy at departure may come home
    below the floor by what it lacked.

    Returns:
        The bound and one plan that reaches it.

    Raises:
        RuntimeError: the solver stopped early.
    """
    settings, battery, count = people.settings, people.settings.battery, people.settings.vehicles
    leaves, away = np.asarray(people.leaves), np.asarray(people.away)
    price = np.asarray(settings.tariff.slots)[slot_of((FIRST_HOUR + np.arange(HOURS)) % 24)]
    capacity, floor = people.capacity_kwh, settings.floor * people.capacity_kwh
    eta, trip = battery.efficiency, np.asarray(first.trip_kwh, np.float64)

    hours = np.arange(HOURS)[:, None]
    home = (hours < leaves) | (hours >= leaves + away)
    most = np.where(home, battery.kw, 0.0)
    matched = np.where((price >= settings.refill_price)[:, None], most, 0.0)
    gone = np.where(hours + 1 == leaves + away, trip, 0.0)
    left = hours + 1 >= leaves

    shape = (HOURS, count)
    final = np.zeros(shape)
    final[-1] = settings.stored_price
    build = Assembly()
    drawn = build.variables(shape, price[:, None], 0.0, most)
    fed = build.variables(shape, battery.wear - settings.tariff.feed_in, 0.0, most)
    bought = build.variables(shape, 0.0, 0.0, matched)
    sold = build.variables(shape, battery.wear, 0.0, matched)
    energy = build.variables(shape, -final, 0.0, capacity)
    lacking = build.variables((count,), settings.unmet_price, 0.0, np.inf)

    before = -gone
    before[0] += np.asarray(first.energy_kwh, np.float64)
    balance = build.constraints(shape, before, before)
    build.put(balance, energy, 1.0)
    build.put(balance[1:], energy[:-1], -1.0)
    for flow, stored in ((drawn, -eta), (bought, -eta), (fed, 1.0 / eta), (sold, 1.0 / eta)):
        build.put(balance, flow, stored)
    orders = build.constraints((HOURS,), 0.0, 0.0)
    build.put(orders[:, None], bought, 1.0)
    build.put(orders[:, None], sold, -1.0)
    above = build.constraints(shape, floor, np.inf)
    build.put(above, energy, 1.0)
    build.put(above[left], np.broadcast_to(lacking, shape)[left], 1.0)
    ready = build.constraints((count,), floor + trip, np.inf)
    build.put(ready, energy[leaves - 1, np.arange(count)], 1.0)
    build.put(ready, lacking, 1.0)
    for one, other in ((drawn, bought), (fed, sold)):
        power = build.constraints(shape, -np.inf, most)
        build.put(power, one, 1.0)
        build.put(power, other, 1.0)
    best = minimise(build.program())
    x = best.x
    return Best(-best.cost, x[drawn] - x[fed], x[bought] - x[sold])

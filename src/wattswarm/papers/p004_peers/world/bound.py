"""The most that a day is worth to all vehicles together, as a linear program (models.md, appendix C)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float
from scipy.optimize import linprog

from wattswarm.papers.p000_city.world import slot_of
from wattswarm.papers.p004_peers.world.day import Population, State
from wattswarm.papers.p004_peers.world.settings import FIRST_HOUR, HOURS


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
        ArithmeticError: the solver stopped early.
    """
    settings, battery, count = people.settings, people.settings.battery, people.settings.vehicles
    leaves, away = np.asarray(people.leaves), np.asarray(people.away)
    price = np.asarray(settings.tariff.slots)[slot_of((FIRST_HOUR + np.arange(HOURS)) % 24)]
    capacity, floor = people.capacity_kwh, settings.floor * people.capacity_kwh
    trip = np.asarray(first.trip_kwh, np.float64)

    hours = np.arange(HOURS)[:, None]
    home = (hours < leaves) | (hours >= leaves + away)
    most = np.where(home, battery.kw, 0.0)
    matched = np.where((price >= settings.refill_price)[:, None], most, 0.0)
    gone = np.where(hours + 1 == leaves + away, trip, 0.0)
    left = hours + 1 >= leaves

    # Columns: from the grid, to the grid, from peers, to peers, energy after each hour; then what is lacking.
    cells = HOURS * count
    one, later = sp.identity(cells), sp.kron(sp.eye(HOURS, k=-1), sp.identity(count))
    into, out = -battery.efficiency * one, one / battery.efficiency
    start = np.zeros((HOURS, count))
    start[0] = np.asarray(first.energy_kwh, np.float64)
    orders = sp.kron(sp.identity(HOURS), np.ones((1, count)))
    equal = sp.block_array(
        [
            [into, out, into, out, one - later, sp.csr_matrix((cells, count))],
            [None, None, orders, -orders, None, None],
        ]
    )
    lacking = sp.vstack([sp.diags_array(row.astype(float)) for row in left])
    at_leaving = sp.csr_matrix(
        (np.ones(count), (np.arange(count), (leaves - 1) * count + np.arange(count))), (count, cells)
    )
    below = sp.block_array(
        [
            [None, None, None, None, -one, -lacking],
            [None, None, None, None, -at_leaving, -sp.identity(count)],
            [one, None, one, None, None, None],
            [None, one, None, one, None, None],
        ]
    )
    final = np.zeros((HOURS, count))
    final[-1] = settings.stored_price
    cost = np.concatenate(
        [
            np.repeat(price, count),
            np.full(cells, battery.wear - settings.tariff.feed_in),
            np.zeros(cells),
            np.full(cells, battery.wear),
            -final.ravel(),
            np.full(count, settings.unmet_price),
        ]
    )
    high = np.concatenate(
        [
            most.ravel(),
            most.ravel(),
            matched.ravel(),
            matched.ravel(),
            np.full(cells, capacity),
            np.full(count, np.inf),
        ]
    )
    answer = linprog(
        cost,
        A_ub=below,
        b_ub=np.concatenate([np.full(cells, -floor), -(floor + trip), most.ravel(), most.ravel()]),
        A_eq=equal,
        b_eq=np.concatenate([(start - gone).ravel(), np.zeros(HOURS)]),
        bounds=np.stack([np.zeros_like(high), high], axis=1),
        method="highs",
    )
    if not answer.success:
        raise ArithmeticError(f"the solver stopped with {answer.message}")
    drawn, fed, bought, sold = answer.x[: 4 * cells].reshape(4, HOURS, count)
    return Best(-float(answer.fun), drawn - fed, bought - sold)

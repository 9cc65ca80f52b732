"""Double auctions with charges for the network between areas (models 8.6).

No single price clears such a market: what a kWh costs depends on where it comes from. Two clearings are
exact. `clear_areas` takes any matrix of charges and finds the trades of greatest welfare net of charges by a
linear program over flows between areas, with one price an area; adding charges to asks pair by pair without
it would hand out cheap neighbours in the order of a list. `clear_through_hub` takes charges that are the sum
of two ways, to a hub and from it; then one price at the hub clears all, and it is as fast as the uniform
auction. In both, what buyers pay and sellers do not get is exactly the charges: the network operator's.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from wattswarm.data import Floats
from wattswarm.market.auction.book import Book, Clearing, traded
from wattswarm.market.auction.mechanisms.uniform import clear_uniform
from wattswarm.market.auction.program import Maximum

Indices = NDArray[np.int64]


class AreaClearing(NamedTuple):
    """Outcome of an auction over several areas."""

    clearing: Clearing
    """Of every order; what is paid and not earned goes to the network operator."""
    flow_kwh: Floats
    """Energy from area to area, shape [selling area, buying area] [kWh]."""
    bid_price: Floats
    """What a kWh costs in each area, 0 where nothing is bought, shape [area] [currency/kWh]."""
    ask_price: Floats
    """What a kWh earns in each area, 0 where nothing is sold, shape [area] [currency/kWh]."""
    charge: float
    """What the network operator gets [currency]."""
    most_welfare: float
    """Greatest welfare net of charges, the optimum of the program [currency]."""


def clear_through_hub(
    book: Book, bid_charge: Float[Array, "*batch bid"], ask_charge: Float[Array, "*batch ask"], k: float = 0.5
) -> Clearing:
    """Clear at one price at a hub, each buyer and seller bearing the charge of its own way to it.

    Args:
        book: orders, shape [..., bid] and [..., ask].
        bid_charge: of the way from the hub to each buyer [currency/kWh].
        ask_charge: of the way from each seller to the hub [currency/kWh].
        k: weight of the marginal bid in the price.

    Returns:
        Energy and money of each order; the charges stay with the network operator.
    """
    at_hub = clear_uniform(
        book._replace(bid_price=book.bid_price - bid_charge, ask_price=book.ask_price + ask_charge), k
    )
    return traded(
        at_hub.bought_kwh,
        at_hub.sold_kwh,
        at_hub.paid + bid_charge * at_hub.bought_kwh,
        at_hub.earned - ask_charge * at_hub.sold_kwh,
    )


def clear_areas(
    book: Book, bid_area: Indices, ask_area: Indices, charge: Floats, k: float = 0.5
) -> AreaClearing:
    """Clear at one price an area, prices that trade with each other apart by the charge between them.

    Areas that trade with each other hang together: the prices of all follow from one. It divides the gain
    between the marginal bid and the marginal ask among them as the uniform auction does, of which this is
    the extension: one area without a charge gives the same, but that orders may be left alone that would
    meet without any gain.

    Args:
        book: orders of one auction, no batch.
        bid_area: area of each bid, counted from 0.
        charge: from selling area to buying area, at least 0, shape [area, area] [currency/kWh].
        k: weight of the marginal bid.

    Returns:
        Energy and money of each order, flows and prices of the areas.

    Source:
        Bohn, Caramanis and Schweppe, RAND J. Economics 15 (1984), doi 10.2307/2555444.
    """
    areas = len(charge)
    value, worst = np.asarray(book.bid_price, np.float64), np.asarray(book.ask_price, np.float64)
    wanted, offered = np.asarray(book.bid_kwh, np.float64), np.asarray(book.ask_kwh, np.float64)
    most, x = _trades(value, wanted, bid_area, worst, offered, ask_area, charge)
    flow = np.where(x > _DUST * max(wanted.sum(), 1.0), x, 0.0)
    bought = _best_first(flow.sum(axis=0), value, wanted, bid_area)
    sold = _best_first(flow.sum(axis=1), -worst, offered, ask_area)
    bid_price, ask_price = _prices(
        flow, charge, k, _least(value, bought, bid_area, areas), -_least(-worst, sold, ask_area, areas)
    )
    paid, earned = bid_price[bid_area] * bought, ask_price[ask_area] * sold
    clearing = traded(*map(jnp.asarray, (bought, sold, paid, earned)))
    return AreaClearing(clearing, flow, bid_price, ask_price, float((charge * flow).sum()), most)


_DUST = 1e-12


def _trades(
    value: Floats,
    wanted: Floats,
    bid_area: Indices,
    cost: Floats,
    offered: Floats,
    ask_area: Indices,
    charge: Floats,
) -> tuple[float, Floats]:
    """Return the greatest welfare and its flows, shape [selling area, buying area]."""
    areas, bids, asks = len(charge), len(value), len(cost)
    sell, buy = np.divmod(np.arange(areas * areas), areas)
    flows = bids + asks + np.arange(areas * areas)
    # Rows: what enters a buying area is bought there; what is sold in a selling area leaves it.
    row = np.concatenate([bid_area, buy, areas + ask_area, areas + sell])
    column = np.concatenate([np.arange(bids), flows, bids + np.arange(asks), flows])
    entry = np.concatenate(
        [np.full(bids, -1.0), np.ones(areas * areas), np.full(asks, -1.0), np.ones(areas * areas)]
    )
    high = np.concatenate([wanted, offered, np.full(areas * areas, np.inf)])
    nothing = np.zeros(2 * areas)
    matrix = coo_matrix((entry, (row, column)), (2 * areas, len(high))).tocsr()
    worth = np.concatenate([value, -cost, -charge.ravel()])
    best = Maximum(worth, np.zeros_like(high), high, matrix, nothing, nothing).solve()
    return best.value, best.x[bids + asks :].reshape(areas, areas)


def _best_first(total: Floats, price: Floats, kwh: Floats, area: Indices) -> Floats:
    """Give each area's energy to its highest prices, in proportion among equal ones."""
    same = area[:, None] == area[None]
    above = ((price[None] > price[:, None]) & same) @ kwh
    equal = ((price[None] == price[:, None]) & same) @ kwh
    share = np.clip((total[area] - above) / np.where(equal > 0, equal, 1.0), 0.0, 1.0)
    return kwh * np.where(share > _DUST, share, 0.0)


def _least(price: Floats, kwh: Floats, area: Indices, areas: int) -> Floats:
    """Return the lowest price that got something in each area, inf where none did."""
    least = np.full(areas, np.inf)
    np.minimum.at(least, area[kwh > 0], price[kwh > 0])
    return least


def _prices(flow: Floats, charge: Floats, k: float, top: Floats, bottom: Floats) -> tuple[Floats, Floats]:
    """Return prices of buying and selling areas between the marginal bids and asks, apart by the charges.

    Going from area to area along the flows, the highest level that no bid refuses and the lowest that no
    ask refuses come out; the price of all lies between them by `k`.
    """
    areas = len(charge)
    sells, buys = np.nonzero(flow)
    columns = np.concatenate([buys, areas + sells])
    rows = np.tile(np.arange(len(sells)), 2)
    apart = csr_matrix((np.repeat([1.0, -1.0], len(sells)), (rows, columns)), (len(sells), 2 * areas))
    gap = charge[sells, buys]
    used_top, used_bottom = np.where(np.isfinite(top), top, 0.0), np.where(np.isfinite(bottom), bottom, 0.0)
    high = np.concatenate([used_top, np.where(np.isfinite(bottom), np.inf, 0.0)])
    low = np.concatenate([np.where(np.isfinite(top), -np.inf, 0.0), used_bottom])
    one = np.ones(2 * areas)
    program = Maximum(one, low, high, apart, gap, gap)
    level = k * program.solve().x + (1.0 - k) * program.solve(-one).x
    return level[:areas], level[areas:]

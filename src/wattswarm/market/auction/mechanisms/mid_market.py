"""Posted prices of energy communities: the mid-market rate, and the price by supply over demand (8.5)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.auction.book import Book, Clearing, at_price

Price = float | Float[Array, "*batch"]


def clear_mid_market(book: Book, feed_in: Price, grid_price: Price) -> Clearing:
    """Trade half-way between what the grid pays and what it charges.

    Args:
        book: orders, shape [..., bid] and [..., ask].
        feed_in: what the grid pays [currency/kWh].
        grid_price: what the grid charges [currency/kWh].

    Returns:
        Energy and money of each order. What finds nobody is left to the grid, outside this clearing.

    Source:
        Long et al., Peer-to-peer energy trading in a community microgrid, IEEE PES General Meeting 2017,
        doi 10.1109/PESGM.2017.8274546.
    """
    return clear_at(book, 0.5 * (jnp.asarray(feed_in) + jnp.asarray(grid_price)))


def clear_ratio(book: Book, feed_in: Price, grid_price: Price) -> Clearing:
    """Trade at a price that falls from grid price to feed-in as supply grows from nothing to all demand.

    Args:
        book: orders; all of their energy counts for the ratio.
        feed_in: what the grid pays, above 0 [currency/kWh].
        grid_price: what the grid charges [currency/kWh].

    Returns:
        Energy and money of each order; who does not accept the price trades nothing.

    Source:
        Liu et al., Energy-sharing model with price-based demand response, IEEE Trans. Power Systems 32(5)
        2017, doi 10.1109/TPWRS.2017.2649558, the seller's price.
    """
    demand, supply = book.bid_kwh.sum(-1), book.ask_kwh.sum(-1)
    ratio = jnp.minimum(supply / jnp.where(demand > 0, demand, 1.0), 1.0)
    feed_in, grid_price = jnp.asarray(feed_in), jnp.asarray(grid_price)
    below = (grid_price - feed_in) * ratio + feed_in
    return clear_at(book, feed_in * grid_price / jnp.where(below > 0, below, 1.0))


def clear_at(book: Book, price: Price) -> Clearing:
    """Trade at a given price among all who accept it, the longer side in proportion to its energy.

    Args:
        book: orders, shape [..., bid] and [..., ask].
        price: of every kWh [currency/kWh], shape [...].
    """
    each = jnp.asarray(price, book.bid_price.dtype)[..., None]
    wanted = jnp.where(book.bid_price >= each, book.bid_kwh, 0.0)
    offered = jnp.where(book.ask_price <= each, book.ask_kwh, 0.0)
    demand, supply = wanted.sum(-1, keepdims=True), offered.sum(-1, keepdims=True)
    kwh = jnp.minimum(demand, supply)
    bought = wanted * (kwh / jnp.where(demand > 0, demand, 1.0))
    sold = offered * (kwh / jnp.where(supply > 0, supply, 1.0))
    return at_price(bought, sold, jnp.where(kwh > 0, each, 0.0)[..., 0])

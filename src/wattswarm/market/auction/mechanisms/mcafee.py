"""McAfee's double auction of equal blocks: truthful, never in deficit, at most one pair not traded (8.5)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.market.auction.book import Book, Clearing, traded


def clear_mcafee(book: Book) -> Clearing:
    """Trade the pairs of highest bid and lowest ask, at a price that no trading order has set.

    With k pairs that gain, the mean of the next bid and the next ask is the price of all k if both of the
    k-th accept it. Otherwise the k-th pair does not trade and sets the prices: buyers pay its bid, sellers
    get its ask, and the difference stays with the operator.

    Args:
        book: orders of one block each; the block is the smallest order that is not 0 kWh.

    Returns:
        Energy and money of each order; surplus of the operator at least 0. `price` is the buyers'.

    Source:
        McAfee, A dominant strategy double auction, J. Econ. Theory 56 (1992),
        doi 10.1016/0022-0531(92)90091-U.
    """
    has_bid, has_ask = book.bid_kwh > 0, book.ask_kwh > 0
    values = jnp.where(has_bid, book.bid_price, -jnp.inf)
    costs = jnp.where(has_ask, book.ask_price, jnp.inf)
    pairs = min(values.shape[-1], costs.shape[-1]) + 1
    falling, rising = (
        _longer(-jnp.sort(-values, -1), pairs, -jnp.inf),
        _longer(jnp.sort(costs, -1), pairs, jnp.inf),
    )
    gains = (falling >= rising).sum(-1)
    last_bid, last_ask = _at(falling, gains - 1), _at(rising, gains - 1)
    next_bid, next_ask = _at(falling, gains), _at(rising, gains)
    known = jnp.isfinite(next_bid) & jnp.isfinite(next_ask)
    middle = 0.5 * (jnp.where(known, next_bid, 0.0) + jnp.where(known, next_ask, 0.0))
    accepted = known & (gains > 0) & (last_ask <= middle) & (middle <= last_bid)
    trades = jnp.where(accepted, gains, jnp.maximum(gains - 1, 0))
    buyers_pay = jnp.where(accepted, middle, jnp.where(trades > 0, last_bid, 0.0))
    sellers_get = jnp.where(accepted, middle, jnp.where(trades > 0, last_ask, 0.0))
    block = jnp.minimum(
        jnp.where(has_bid, book.bid_kwh, jnp.inf).min(-1), jnp.where(has_ask, book.ask_kwh, jnp.inf).min(-1)
    )
    block = jnp.where(trades > 0, block, 0.0)[..., None]
    bought = (_rank(-values) < trades[..., None]) * block
    sold = (_rank(costs) < trades[..., None]) * block
    return traded(bought, sold, buyers_pay[..., None] * bought, sellers_get[..., None] * sold)


def _longer(prices: Float[Array, "*batch order"], size: int, filling: float) -> Float[Array, "*batch pair"]:
    short = max(size - prices.shape[-1], 0)
    return jnp.pad(prices, [(0, 0)] * (prices.ndim - 1) + [(0, short)], constant_values=filling)[..., :size]


def _at(prices: Float[Array, "*batch pair"], index: Int[Array, "*batch"]) -> Float[Array, "*batch"]:
    return jnp.take_along_axis(prices, jnp.maximum(index, 0)[..., None], -1)[..., 0]


def _rank(values: Float[Array, "*batch order"]) -> Int[Array, "*batch order"]:
    return jnp.argsort(jnp.argsort(values, -1), -1)

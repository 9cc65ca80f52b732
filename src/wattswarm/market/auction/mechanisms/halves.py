"""MUDA: two halves drawn by lot, each trading at the other's price; truthful in price and energy (8.5)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Key

from wattswarm.market.auction.book import Book, Clearing, in_order, traded
from wattswarm.market.auction.mechanisms.uniform import clear_uniform


def clear_halves(book: Book, key: Key[Array, ""]) -> Clearing:
    """Draw every trader into one of two halves and let each half trade at the price that clears the other.

    Nobody moves the price of its own half, and of its longer side those trade who are drawn first; so
    neither a false price nor a false energy gains anything. The price of a large market costs little.

    Args:
        book: orders of one auction, no batch; `vmap` for many.

    Returns:
        Energy and money of each order; the budget balances. `price` is the mean over both halves.

    Source:
        Segal-Halevi, Hassidim and Aumann, MUDA: a truthful multi-unit double-auction mechanism, AAAI 2018,
        arXiv 1712.06848, with the lottery.
    """
    of_bid, of_ask, first_bid, first_ask = jax.random.split(key, 4)
    bid_left = jax.random.bernoulli(of_bid, 0.5, book.bid_price.shape)
    ask_left = jax.random.bernoulli(of_ask, 0.5, book.ask_price.shape)
    lots = jax.random.uniform(first_bid, bid_left.shape), jax.random.uniform(first_ask, ask_left.shape)
    left, right = _half(book, bid_left, ask_left), _half(book, ~bid_left, ~ask_left)
    one = _at_price_of(right, left, *lots)
    other = _at_price_of(left, right, *lots)
    return traded(*(a + b for a, b in zip(one[:4], other[:4], strict=True)))


def _half(book: Book, bids: Bool[Array, " bid"], asks: Bool[Array, " ask"]) -> Book:
    return book._replace(bid_kwh=book.bid_kwh * bids, ask_kwh=book.ask_kwh * asks)


def _at_price_of(
    elsewhere: Book, book: Book, bid_lot: Float[Array, " bid"], ask_lot: Float[Array, " ask"]
) -> Clearing:
    there = clear_uniform(elsewhere)
    known = there.bought_kwh.sum() > 0
    wanted = jnp.where(known & (book.bid_price >= there.price), book.bid_kwh, 0.0)
    offered = jnp.where(known & (book.ask_price <= there.price), book.ask_kwh, 0.0)
    kwh = jnp.minimum(wanted.sum(), offered.sum())
    bought, sold = _in_turn(wanted, bid_lot, kwh), _in_turn(offered, ask_lot, kwh)
    return traded(bought, sold, there.price * bought, there.price * sold)


def _in_turn(
    kwh: Float[Array, " order"], lot: Float[Array, " order"], total: Float[Array, ""]
) -> Float[Array, " order"]:
    """Serve orders by their lot until a total is reached."""
    order = jnp.argsort(lot)
    return jnp.zeros_like(kwh).at[order].set(in_order(total, kwh[order]))

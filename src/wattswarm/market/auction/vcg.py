"""Vickrey-Clarke-Groves on a book: the best trades, every trader paid what its presence is worth (8.5)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.auction.book import Book, Clearing, traded
from wattswarm.market.auction.uniform import clear_uniform
from wattswarm.market.auction.welfare import most_welfare


def clear_vcg(book: Book) -> Clearing:
    """Trade as the program of greatest welfare does and charge each trader its externality.

    A buyer pays what the others would gain more without it, a seller gets what the others would lose. To
    tell the truth is best for everybody and the trades are efficient; so, by Myerson and Satterthwaite,
    the operator pays for it: what is paid never exceeds what is earned.

    Args:
        book: orders of one auction, no batch; `vmap` for many.

    Returns:
        Energy and money of each order; surplus of the operator at most 0. `price` is the buyers' mean.

    Source:
        Clarke, Public Choice 11 (1971), doi 10.1007/BF01726210; Groves, Econometrica 41 (1973),
        doi 10.2307/1914085.
    """
    trades = clear_uniform(book)
    bid_worth = book.bid_price * trades.bought_kwh
    ask_cost = book.ask_price * trades.sold_kwh
    total = bid_worth.sum() - ask_cost.sum()

    def without(field: str, kwh: Float[Array, " order"]) -> Float[Array, " order"]:
        """Return the greatest welfare without each of the orders of one side."""
        others = 1.0 - jnp.eye(len(kwh), dtype=kwh.dtype)
        return jax.vmap(lambda left: most_welfare(book._replace(**{field: kwh * left})))(others)

    no_bid, no_ask = without("bid_kwh", book.bid_kwh), without("ask_kwh", book.ask_kwh)
    paid = jnp.where(trades.bought_kwh > 0, no_bid - (total - bid_worth), 0.0)
    earned = jnp.where(trades.sold_kwh > 0, total + ask_cost - no_ask, 0.0)
    return traded(trades.bought_kwh, trades.sold_kwh, paid, earned)

"""What auctions are timed on: many books of random orders, other ones in every run."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from wattswarm.market.auction.book import Book


def random_books(markets: int, orders: int, seed: int) -> Book:
    """Return books with prices between feed-in and grid price and energies of a home.

    Args:
        markets: number of books.
        orders: bids and as many asks in each.
        seed: of everything.

    Returns:
        Arrays of shape [market, order].
    """
    keys = jax.random.split(jax.random.key(seed), 4)
    shape = (markets, orders)
    bid_price, ask_price = (jax.random.uniform(key, shape, minval=0.06, maxval=0.30) for key in keys[:2])
    bid_kwh, ask_kwh = (jax.random.uniform(key, shape, jnp.float32, 0.1, 5.0) for key in keys[2:])
    return Book(bid_price, bid_kwh, ask_price, ask_kwh)

"""Books that the tests of auctions share: drawn by Hypothesis, and many at once for the search of lies."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattswarm.market.auction import Book
from wattswarm.market.auction.registry import Terms

SIZE = 6
FEED_IN, GRID_PRICE = 0.06, 0.30

# Few round numbers, so that equal prices, equal energies and orders of nothing come often.
prices = arrays(np.float64, SIZE, elements=st.integers(6, 30).map(lambda cents: cents / 100))
energies = arrays(np.float64, SIZE, elements=st.integers(0, 60).map(lambda tenths: tenths / 10))
books = st.builds(lambda *sides: Book(*map(jnp.asarray, sides)), prices, energies, prices, energies)
times = arrays(np.float64, SIZE, elements=st.integers(0, 9).map(float))


def station_book(book: Book) -> Book:
    """Return a book whose one seller is a station with as much energy as all sellers."""
    one = jnp.zeros(SIZE).at[0].set(1.0)
    return book._replace(ask_kwh=one * book.ask_kwh.sum())


def blocks(book: Book, kwh: float = 2.0) -> Book:
    """Return a book whose orders are all of one energy, or none."""
    return book._replace(bid_kwh=kwh * (book.bid_kwh > 1), ask_kwh=kwh * (book.ask_kwh > 1))


def terms(seed: int = 0) -> Terms:
    """Return terms of a market: each order comes after the bid or ask before it."""
    return Terms(
        feed_in=jnp.asarray(FEED_IN),
        grid_price=jnp.asarray(GRID_PRICE),
        cap=jnp.asarray(0.20),
        key=jax.random.key(seed),
        bid_time=2.0 * jnp.arange(SIZE),
        ask_time=2.0 * jnp.arange(SIZE) + 1.0,
    )


def many_books(count: int, *, of_one_block: bool, size: int = SIZE, seed: int = 0) -> Book:
    """Return books with prices anywhere in the band, shape [book, order]."""
    keys = jax.random.split(jax.random.key(seed), 4)
    shape = (count, size)
    bids, asks = (jax.random.uniform(key, shape, minval=FEED_IN, maxval=GRID_PRICE) for key in keys[:2])
    if of_one_block:
        return Book(bids, jnp.ones(shape), asks, jnp.ones(shape))
    wanted, offered = (jax.random.uniform(key, shape, minval=0.5, maxval=4.0) for key in keys[2:])
    return Book(bids, wanted, asks, offered)

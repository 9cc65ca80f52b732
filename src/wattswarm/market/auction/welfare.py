"""Welfare of trades: their worth to buyers minus their cost to sellers, and the most there can be."""

from __future__ import annotations

import numpy as np
from jaxtyping import Array, Float
from scipy.sparse import csr_matrix

from wattswarm.market.auction.book import Book, Clearing
from wattswarm.market.auction.mechanisms.uniform import clear_uniform
from wattswarm.market.auction.program import Maximum


def welfare(book: Book, clearing: Clearing) -> Float[Array, "*batch"]:
    """Return what buyers value minus what it costs sellers, orders taken at their word [currency]."""
    worth = (book.bid_price * clearing.bought_kwh).sum(-1)
    return worth - (book.ask_price * clearing.sold_kwh).sum(-1)


def most_welfare(book: Book) -> Float[Array, "*batch"]:
    """Return the greatest welfare of any trades, where the curves cross [currency]."""
    return welfare(book, clear_uniform(book))


def program_welfare(book: Book) -> float:
    """Return the greatest welfare of one book by its linear program, which knows no curves [currency]."""
    bids, asks = len(book.bid_price), len(book.ask_price)
    value = np.concatenate([np.asarray(book.bid_price), -np.asarray(book.ask_price)]).astype(np.float64)
    high = np.concatenate([np.asarray(book.bid_kwh), np.asarray(book.ask_kwh)]).astype(np.float64)
    balance = csr_matrix(np.concatenate([np.ones(bids), -np.ones(asks)])[None])
    program = Maximum(value, np.zeros_like(high), high, balance, np.zeros(1), np.zeros(1))
    return program.solve().value

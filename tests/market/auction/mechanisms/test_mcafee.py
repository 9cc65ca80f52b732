"""McAfee's auction: both of its cases worked by hand, and what the pair that does not trade costs."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given
from tests.market.auction.conftest import blocks, books

from wattswarm.market.auction import Book, book_of, clear_mcafee
from wattswarm.market.auction.welfare import most_welfare, welfare

clear = jax.jit(clear_mcafee)


def one_each(bids: list[float], asks: list[float]) -> Book:
    return book_of([[each, 1.0] for each in bids], [[each, 1.0] for each in asks])


def test_all_pairs_that_gain_trade_where_the_next_pairs_mean_suits_the_last() -> None:
    # Pairs: 9-2, 8-3, 7-4, then 5 and 6 do not meet; their mean 5.5 lies between 4 and 7.
    clearing = clear_mcafee(one_each([7, 9, 5, 8], [2, 6, 4, 3]))
    np.testing.assert_allclose(clearing.bought_kwh, [1, 1, 0, 1])
    np.testing.assert_allclose(clearing.sold_kwh, [1, 0, 1, 1])
    np.testing.assert_allclose(clearing.paid, [5.5, 5.5, 0, 5.5])
    np.testing.assert_allclose(clearing.earned, [5.5, 0, 5.5, 5.5])


def test_else_the_last_pair_sets_the_prices_and_does_not_trade() -> None:
    # Pairs: 9-2, 8-3, 7-4; the next mean (5 + 20) / 2 = 12.5 is more than the last buyer accepts.
    clearing = clear_mcafee(one_each([7, 9, 5, 8], [2, 20, 4, 3]))
    np.testing.assert_allclose(clearing.paid, [0, 7, 0, 7])
    np.testing.assert_allclose(clearing.earned, [4, 0, 0, 4])
    assert float(clearing.paid.sum() - clearing.earned.sum()) == pytest.approx(2 * (7 - 4))


def test_a_pair_without_a_next_one_trades_nothing() -> None:
    clearing = clear_mcafee(one_each([9.0], [2.0]))
    assert not any(np.asarray(each).any() for each in clearing)


@given(books)
def test_at_most_the_worst_of_the_pairs_that_gain_is_lost(book: Book) -> None:
    book = blocks(book)
    bids = np.sort(np.asarray(book.bid_price)[np.asarray(book.bid_kwh) > 0])[::-1]
    asks = np.sort(np.asarray(book.ask_price)[np.asarray(book.ask_kwh) > 0])
    pairs = min(len(bids), len(asks))
    gain = np.maximum(bids[:pairs] - asks[:pairs], 0.0)
    least = gain[gain > 0].min(initial=np.inf)
    lost = float(most_welfare(book) - welfare(book, clear(book)))
    assert lost <= (0.0 if np.isinf(least) else 2.0 * least) + 1e-9


def test_a_block_is_the_smallest_order() -> None:
    book = book_of([[9, 5.0], [8, 3.0], [7, 4.0]], [[2, 3.5], [3, 9.0], [4, 6.0]])
    clearing = clear_mcafee(book)
    np.testing.assert_allclose(clearing.bought_kwh, [3.0, 3.0, 0.0])

"""MUDA: each half trades at the price that clears the other, its longer side in the order of lots."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from tests.market.auction.conftest import many_books

from wattswarm.market.auction import clear_halves, clear_uniform
from wattswarm.market.auction.verify import efficiency


def test_all_trades_are_at_the_two_prices_of_the_other_halves() -> None:
    book = jax.tree.map(lambda each: each[0], many_books(1, of_one_block=False, size=12))
    key = jax.random.key(3)
    clearing = clear_halves(book, key)
    of_bid, of_ask, *_ = jax.random.split(key, 4)
    left = (
        np.asarray(jax.random.bernoulli(of_bid, 0.5, (12,))),
        np.asarray(jax.random.bernoulli(of_ask, 0.5, (12,))),
    )
    half = {
        side: book._replace(
            bid_kwh=book.bid_kwh * (left[0] == side), ask_kwh=book.ask_kwh * (left[1] == side)
        )
        for side in (True, False)
    }
    assert float(clearing.bought_kwh.sum()) > 1.0
    for side in (True, False):
        price = float(clear_uniform(half[not side]).price)
        bought = np.asarray(clearing.bought_kwh) * (left[0] == side)
        sold = np.asarray(clearing.sold_kwh) * (left[1] == side)
        np.testing.assert_allclose(np.asarray(clearing.paid) * (left[0] == side), price * bought, atol=1e-12)
        assert bought.sum() == pytest.approx(sold.sum(), abs=1e-9)
        wanted = np.asarray(half[side].bid_kwh) * (np.asarray(book.bid_price) >= price)
        offered = np.asarray(half[side].ask_kwh) * (np.asarray(book.ask_price) <= price)
        assert bought.sum() == pytest.approx(min(wanted.sum(), offered.sum()))
        # One order at most is filled in part; the others have their turn or not.
        part = (np.abs(bought - wanted) > 1e-9) & (bought > 1e-9)
        assert part.sum() <= 1


def test_the_larger_the_market_the_less_its_halves_lose() -> None:
    reached = []
    for size in (8, 128):
        books = many_books(50, of_one_block=True, size=size)
        cleared = jax.jit(jax.vmap(clear_halves))(books, jax.random.split(jax.random.key(0), 50))
        reached.append(float(efficiency(books, cleared).mean()))
    assert reached[0] < 0.7
    assert reached[1] > 0.85

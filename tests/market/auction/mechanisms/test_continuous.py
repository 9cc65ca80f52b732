"""The continuous double auction beside an order book kept by hand, and one worked through."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from tests.market.auction.conftest import books, times

from wattswarm.market.auction import Book, book_of, clear_continuous

clear = jax.jit(clear_continuous)


def by_hand(book: Book, bid_time: np.ndarray, ask_time: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what buyers get and pay and sellers give and earn, order by order in plain Python."""
    sides = {"bid": (book.bid_price, book.bid_kwh), "ask": (book.ask_price, book.ask_kwh)}
    rest: dict[str, list[list[float]]] = {"bid": [], "ask": []}
    kwh = {side: np.zeros(len(prices)) for side, (prices, _) in sides.items()}
    money = {side: np.zeros(len(prices)) for side, (prices, _) in sides.items()}
    queue = [(t, 0, i, "bid") for i, t in enumerate(bid_time)]
    queue += [(t, 1, i, "ask") for i, t in enumerate(ask_time)]
    for time, _, index, side in sorted(queue):
        price, left = float(sides[side][0][index]), float(sides[side][1][index])
        other = "ask" if side == "bid" else "bid"
        sign = 1 if other == "ask" else -1
        for resting in sorted(rest[other], key=lambda order: (sign * order[0], order[1], order[2])):
            if sign * resting[0] > sign * price:
                break
            moved = min(left, resting[3])
            left -= moved
            resting[3] -= moved
            for who, at in ((side, index), (other, int(resting[2]))):
                kwh[who][at] += moved
                money[who][at] += moved * resting[0]
        rest[side].append([price, time, index, left])
    return kwh["bid"], kwh["ask"], money["bid"], money["ask"]


@settings(max_examples=60)
@given(book=books, bid_time=times, ask_time=times)
def test_it_does_what_an_order_book_does(book: Book, bid_time: np.ndarray, ask_time: np.ndarray) -> None:
    clearing = clear(book, bid_time, ask_time)
    for found, expected in zip(clearing, by_hand(book, bid_time, ask_time), strict=False):
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_trades_are_at_the_price_of_the_order_that_rests() -> None:
    # A bid of 0.20 rests; an ask of 0.15 takes it at 0.20; what the ask has left rests for a bid of 0.30.
    book = book_of([[0.20, 2.0], [0.30, 4.0]], [[0.15, 3.0], [0.18, 5.0]])
    clearing = clear_continuous(book, jnp.asarray([0, 2]), jnp.asarray([1, 3]))
    np.testing.assert_allclose(clearing.bought_kwh, [2.0, 4.0])
    # The second bid takes 1 at 0.15 and rests with 3 at 0.30, where the last ask finds it.
    np.testing.assert_allclose(clearing.paid, [0.40, 0.15 + 0.90])
    np.testing.assert_allclose(clearing.earned, [0.55, 0.90])
    assert float(clearing.price) == pytest.approx(1.45 / 6)


def test_who_came_first_is_served_first_at_one_price() -> None:
    book = book_of([[0.20, 2.0], [0.20, 2.0]], [[0.10, 3.0]])
    late = clear_continuous(book, jnp.asarray([1, 0]), jnp.asarray([2]))
    np.testing.assert_allclose(late.bought_kwh, [1.0, 2.0])

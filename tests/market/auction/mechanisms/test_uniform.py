"""The uniform-price double auction: the welfare of its linear program, nothing lost, nobody worse off."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st
from tests.market.auction.conftest import SIZE, books

from wattswarm.market.auction import Book, book_of, clear_uniform
from wattswarm.market.auction.verify import least_gain
from wattswarm.market.auction.welfare import program_welfare, welfare

clear = jax.jit(clear_uniform)


@given(books)
def test_it_trades_what_the_linear_program_of_greatest_welfare_trades(book: Book) -> None:
    assert float(welfare(book, clear(book))) == pytest.approx(program_welfare(book), abs=1e-10)


@given(books, st.floats(0.0, 1.0))
def test_every_trade_is_at_the_one_price_whatever_k_and_nobody_loses(book: Book, k: float) -> None:
    clearing = clear(book, k)
    np.testing.assert_allclose(clearing.paid, clearing.price * clearing.bought_kwh)
    np.testing.assert_allclose(clearing.earned, clearing.price * clearing.sold_kwh)
    assert float(least_gain(book, clearing)) >= -1e-9


@given(books, st.integers(0, SIZE - 1))
def test_who_bids_more_gets_no_less(book: Book, bidder: int) -> None:
    raised = book._replace(bid_price=book.bid_price.at[bidder].add(0.05))
    assert float(clear(raised).bought_kwh[bidder]) >= float(clear(book).bought_kwh[bidder]) - 1e-9


@given(books, st.randoms(use_true_random=False))
def test_the_order_of_the_orders_does_not_matter(book: Book, random: object) -> None:
    order = np.array(random.sample(range(SIZE), SIZE))  # type: ignore[attr-defined]
    turned = book._replace(bid_price=book.bid_price[order], bid_kwh=book.bid_kwh[order])
    np.testing.assert_allclose(clear(book).bought_kwh[order], clear(turned).bought_kwh, atol=1e-9)


def test_marginal_orders_share_in_proportion_and_k_divides_the_spread() -> None:
    # Demand 4 at 0.25, then 6 and 3 at 0.20; supply 7 at 0.10, the next ask wants 0.22.
    book = book_of([[0.25, 4.0], [0.20, 6.0], [0.20, 3.0]], [[0.10, 7.0], [0.22, 5.0]])
    clearing = clear(book)
    np.testing.assert_allclose(clearing.bought_kwh, [4.0, 2.0, 1.0])
    np.testing.assert_allclose(clearing.sold_kwh, [7.0, 0.0])
    assert float(clearing.price) == pytest.approx(0.15)
    assert float(clear(book, 1.0).price) == pytest.approx(0.20)
    assert float(clear(book, 0.0).price) == pytest.approx(0.10)


def test_where_no_bid_reaches_an_ask_nothing_is_traded_at_no_price() -> None:
    for book in (
        book_of([[0.1, 4.0]], [[0.2, 4.0]]),
        book_of([], [], (2, 2)),
        book_of([[0.3, 0]], [[0.1, 5]]),
    ):
        clearing = clear_uniform(book)
        assert not any(np.asarray(each).any() for each in clearing)
        assert np.isfinite(clearing.price)


def test_books_stack_and_padding_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    rows = [
        (
            np.c_[rng.uniform(0.06, 0.3, 5), rng.uniform(0, 4, 5)],
            np.c_[rng.uniform(0.06, 0.3, 4), rng.uniform(0, 4, 4)],
        )
        for _ in range(6)
    ]
    padded = [book_of(bids, asks, (7, 9)) for bids, asks in rows]
    stacked = Book(*(jnp.stack(each) for each in zip(*padded, strict=True)))
    together, mapped = clear(stacked), jax.jit(jax.vmap(clear_uniform))(stacked)
    for at, (bids, asks) in enumerate(rows):
        alone = clear(book_of(bids, asks))
        np.testing.assert_allclose(together.bought_kwh[at, :5], alone.bought_kwh, atol=1e-12)
        np.testing.assert_allclose(mapped.earned[at, :4], alone.earned, atol=1e-12)
        assert float(together.price[at]) == pytest.approx(float(alone.price))


def test_rounding_of_sums_sets_no_price() -> None:
    # 0.1 + 0.2 is a shade above 0.3: the ask at 0.05 must not find the bid at 0.01 for the rest.
    book = book_of([[0.2, 0.3], [0.06, 1.0]], [[0.05, 0.1], [0.05, 0.2]])
    assert float(clear_uniform(book).price) == pytest.approx(0.125)

"""Vickrey-Clarke-Groves: payments are externalities, computed again by programs without each trader."""

from __future__ import annotations

import jax
import pytest
from hypothesis import given, settings
from tests.market.auction.conftest import SIZE, books

from wattswarm.market.auction import Book, book_of, clear_vcg
from wattswarm.market.auction.verify import gains
from wattswarm.market.auction.welfare import program_welfare

clear = jax.jit(clear_vcg)


@settings(max_examples=30)
@given(books)
def test_everyone_gains_what_its_presence_adds_to_the_welfare(book: Book) -> None:
    buyers, sellers = gains(book, clear(book))
    most = program_welfare(book)
    for trader in range(SIZE):
        without_bid = book._replace(bid_kwh=book.bid_kwh.at[trader].set(0.0))
        without_ask = book._replace(ask_kwh=book.ask_kwh.at[trader].set(0.0))
        assert float(buyers[trader]) == pytest.approx(most - program_welfare(without_bid), abs=1e-9)
        assert float(sellers[trader]) == pytest.approx(most - program_welfare(without_ask), abs=1e-9)


def test_one_buyer_and_one_seller_leave_the_operator_the_whole_gain_to_pay() -> None:
    # The buyer pays the seller's cost and the seller gets the buyer's worth.
    clearing = clear(book_of([[0.25, 2.0]], [[0.10, 2.0]], (SIZE, SIZE)))
    assert float(clearing.paid[0]) == pytest.approx(0.20)
    assert float(clearing.earned[0]) == pytest.approx(0.50)

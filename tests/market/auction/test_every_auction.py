"""What every auction owes: no energy and no money lost, no loser, no order filled beyond what it holds."""

from __future__ import annotations

from functools import cache

import jax
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tests.market.auction.conftest import blocks, books, station_book, terms, times

from wattswarm.market.auction import Book, Clearing
from wattswarm.market.auction.registry import MECHANISMS
from wattswarm.market.auction.verify import budget_surplus, energy_lost, least_gain
from wattswarm.market.auction.welfare import program_welfare, welfare

BALANCED = {"uniform", "mid-market", "supply-ratio", "muda", "continuous", "slots", "progressive"}
EFFICIENT = {"uniform", "vcg"}


@cache
def compiled(name: str) -> object:
    return jax.jit(MECHANISMS[name].clear)


def fitting(name: str, book: Book) -> Book:
    """Return a book of the kind that the mechanism takes."""
    book = station_book(book) if MECHANISMS[name].station else book
    return blocks(book)._replace(ask_kwh=book.ask_kwh) if name == "slots" else book


@pytest.mark.parametrize("name", MECHANISMS)
@settings(max_examples=60)
@given(book=books, seed=st.integers(0, 99), bid_time=times, ask_time=times)
def test_nothing_is_lost_and_nobody_loses(
    name: str, book: Book, seed: int, bid_time: np.ndarray, ask_time: np.ndarray
) -> None:
    book = fitting(name, book)
    conditions = terms(seed)._replace(bid_time=bid_time, ask_time=ask_time)
    clearing: Clearing = compiled(name)(book, conditions)  # type: ignore[operator]
    assert all(np.isfinite(each).all() for each in clearing)
    assert float(energy_lost(clearing)) == pytest.approx(0.0, abs=1e-9)
    surplus = float(budget_surplus(clearing))
    assert surplus <= 1e-9 if name == "vcg" else surplus >= -1e-9
    if name in BALANCED:
        assert surplus == pytest.approx(0.0, abs=1e-9)
    assert float(least_gain(book, clearing)) >= -1e-9
    for filled, held in ((clearing.bought_kwh, book.bid_kwh), (clearing.sold_kwh, book.ask_kwh)):
        assert (np.asarray(filled) >= 0).all()
        assert (np.asarray(filled) <= np.asarray(held) + 1e-9).all()
    reached, most = float(welfare(book, clearing)), program_welfare(book)
    assert -1e-9 <= reached <= most + 1e-9
    if name in EFFICIENT:
        assert reached == pytest.approx(most, abs=1e-10)


@pytest.mark.parametrize("name", MECHANISMS)
def test_an_empty_market_trades_nothing(name: str) -> None:
    book = Book(*(np.zeros(6) for _ in range(4)))
    clearing: Clearing = compiled(name)(jax.tree.map(jax.numpy.asarray, book), terms())  # type: ignore[operator]
    assert not any(np.asarray(each).any() for each in clearing)

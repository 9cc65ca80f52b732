"""Charges for the network: the welfare of all pairs' program, prices apart by charges, no money lost."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from tests.market.auction.conftest import SIZE, books

from wattswarm.market.auction import Book, book_of, clear_areas, clear_through_hub, clear_uniform
from wattswarm.market.auction.verify import least_gain
from wattswarm.market.auction.welfare import welfare

AREAS = 3
areas = arrays(np.int64, SIZE, elements=st.integers(0, AREAS - 1))
charges = arrays(np.float64, (AREAS, AREAS), elements=st.integers(0, 12).map(lambda cents: cents / 100))
uniform, through_hub = jax.jit(clear_uniform), jax.jit(clear_through_hub)


def most(book: Book, bid_area: np.ndarray, ask_area: np.ndarray, charge: np.ndarray) -> float:
    """Return the greatest welfare net of charges over energies from every seller to every buyer."""
    worth = np.asarray(book.bid_price)[:, None] - np.asarray(book.ask_price) - charge[ask_area][:, bid_area].T
    each = np.eye(SIZE)
    rows = np.r_[np.kron(each, np.ones(SIZE)), np.kron(np.ones(SIZE), each)]
    found = linprog(-worth.ravel(), A_ub=rows, b_ub=np.r_[book.bid_kwh, book.ask_kwh])
    return float(-found.fun)


@settings(max_examples=40)
@given(book=books, bid_area=areas, ask_area=areas, charge=charges)
def test_areas_reach_the_welfare_of_all_pairs_and_the_network_gets_exactly_the_charges(
    book: Book, bid_area: np.ndarray, ask_area: np.ndarray, charge: np.ndarray
) -> None:
    found = clear_areas(book, bid_area, ask_area, charge)
    clearing = found.clearing
    net = float(welfare(book, clearing)) - found.charge
    assert net == pytest.approx(most(book, bid_area, ask_area, charge), abs=1e-9)
    assert float(clearing.bought_kwh.sum()) == pytest.approx(float(clearing.sold_kwh.sum()), abs=1e-9)
    assert float(clearing.paid.sum() - clearing.earned.sum()) == pytest.approx(found.charge, abs=1e-9)
    assert float(least_gain(book, clearing)) >= -1e-9
    sells, buys = np.nonzero(found.flow_kwh)
    np.testing.assert_allclose(found.bid_price[buys] - found.ask_price[sells], charge[sells, buys], atol=1e-9)


@settings(max_examples=40)
@given(books, st.sampled_from([0.0, 0.5, 1.0]))
def test_one_area_without_a_charge_is_the_uniform_auction(book: Book, k: float) -> None:
    # Where a bid and an ask meet without a gain either may trade or not; half a cent keeps them apart.
    book = book._replace(ask_price=book.ask_price + 0.005)
    nowhere = np.zeros(SIZE, int)
    found = clear_areas(book, nowhere, nowhere, np.zeros((1, 1)), k).clearing
    for mine, theirs in zip(found, uniform(book, k), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-9)


@settings(max_examples=40)
@given(
    book=books, bid_area=areas, ask_area=areas, ways=arrays(np.float64, AREAS, elements=st.floats(0.0, 0.1))
)
def test_through_a_hub_one_price_reaches_what_the_areas_reach(
    book: Book, bid_area: np.ndarray, ask_area: np.ndarray, ways: np.ndarray
) -> None:
    of_bid, of_ask = jnp.asarray(ways[bid_area]), jnp.asarray(ways[ask_area])
    clearing = through_hub(book, of_bid, of_ask)
    charge = float((of_bid * clearing.bought_kwh).sum() + (of_ask * clearing.sold_kwh).sum())
    assert float(clearing.paid.sum() - clearing.earned.sum()) == pytest.approx(charge, abs=1e-9)
    net = float(welfare(book, clearing)) - charge
    assert net == pytest.approx(most(book, bid_area, ask_area, ways[:, None] + ways), abs=1e-9)
    assert float(least_gain(book, clearing)) >= -1e-9


def test_a_near_seller_is_worth_the_charge_of_the_way_to_a_far_one() -> None:
    # In area 0 a buyer at 0.30 for 4 kWh and a seller at 0.15 of 3; in area 1 a seller at 0.10; charge 0.04.
    book = book_of([[0.30, 4.0]], [[0.15, 3.0], [0.10, 2.0]])
    charge = np.array([[0.0, 0.04], [0.04, 0.0]])
    found = clear_areas(book, np.array([0]), np.array([0, 1]), charge)
    np.testing.assert_allclose(found.flow_kwh, [[2.0, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(found.bid_price, [0.225, 0.0])
    np.testing.assert_allclose(found.ask_price, [0.225, 0.185])
    assert found.charge == pytest.approx(0.08)

"""Posted prices: where they lie, who accepts them, and that both sides gain on the grid's prices."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from tests.market.auction.conftest import FEED_IN, GRID_PRICE

from wattswarm.market.auction import Book, book_of, clear_at, clear_mid_market, clear_ratio


def community(supply_kwh: float) -> Book:
    """Return buyers of 10 kWh at the grid price and one seller at the feed-in."""
    return book_of([[GRID_PRICE, 4.0], [GRID_PRICE, 6.0]], [[FEED_IN, supply_kwh]])


def test_the_mid_market_rate_is_half_way_and_the_longer_side_shares() -> None:
    clearing = clear_mid_market(community(5.0), FEED_IN, GRID_PRICE)
    assert float(clearing.price) == pytest.approx(0.18)
    np.testing.assert_allclose(clearing.bought_kwh, [2.0, 3.0])
    np.testing.assert_allclose(clearing.sold_kwh, [5.0])


@pytest.mark.parametrize("ratio", [0.01, 0.25, 0.5, 1.0, 3.0])
def test_the_price_by_supply_over_demand_is_liu_s_formula(ratio: float) -> None:
    clearing = clear_ratio(community(10.0 * ratio), FEED_IN, GRID_PRICE)
    share = min(ratio, 1.0)
    expected = GRID_PRICE * FEED_IN / ((GRID_PRICE - FEED_IN) * share + FEED_IN)
    assert float(clearing.price) == pytest.approx(expected)
    assert FEED_IN - 1e-12 <= float(clearing.price) <= GRID_PRICE + 1e-12


def test_who_does_not_accept_the_price_trades_nothing() -> None:
    book = book_of([[0.10, 4.0], [0.20, 6.0]], [[0.08, 3.0], [0.19, 9.0]])
    clearing = clear_at(book, 0.15)
    np.testing.assert_allclose(clearing.bought_kwh, [0.0, 3.0])
    np.testing.assert_allclose(clearing.sold_kwh, [3.0, 0.0])


def test_markets_stack_with_a_price_each() -> None:
    book = Book(*(jnp.stack([each, each]) for each in community(5.0)))
    clearing = clear_mid_market(book, jnp.asarray([0.06, 0.10]), jnp.asarray([0.30, 0.30]))
    np.testing.assert_allclose(clearing.price, [0.18, 0.20])

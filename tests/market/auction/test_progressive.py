"""The progressive second price auction: who is served, what exclusion costs, and what the reserve is for."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from tests.market.auction.conftest import books, station_book

from wattswarm.market.auction import Book, book_of, clear_progressive
from wattswarm.market.auction.bidding import Wants, bid_in_turn, worth

clear = jax.jit(clear_progressive)


def test_bids_are_served_by_price_and_pay_what_they_take_from_others() -> None:
    # 10 kWh: 6 at 0.30, 3 at 0.25, and 1 of the 5 at 0.20 that are asked for. Reserve 0.10.
    book = book_of([[0.20, 5.0], [0.30, 6.0], [0.25, 3.0], [0.08, 9.0]], [[0.10, 10.0]])
    clearing = clear_progressive(book)
    np.testing.assert_allclose(clearing.bought_kwh, [1.0, 6.0, 3.0, 0.0])
    # Without the first, 1 kWh stays with the station. Without the second, the bid at 0.20 takes 4 more
    # and the station keeps 2. Without the third, the bid at 0.20 takes 3 more.
    np.testing.assert_allclose(clearing.paid, [0.10, 4 * 0.20 + 2 * 0.10, 3 * 0.20, 0.0])
    np.testing.assert_allclose(clearing.earned, [0.10 + 1.00 + 0.60])


def test_equal_bids_share_in_proportion_to_their_energy() -> None:
    clearing = clear_progressive(book_of([[0.2, 9.0], [0.2, 3.0]], [[0.1, 8.0]]))
    np.testing.assert_allclose(clearing.bought_kwh, [6.0, 2.0])
    np.testing.assert_allclose(clearing.paid, [0.1 * 5 + 0.2 * 1, 0.2 * 2])


@given(books)
def test_the_station_earns_at_least_its_reserve_for_every_kwh(book: Book) -> None:
    book = station_book(book)
    clearing = clear(book)
    reserve = float(book.ask_price[0])
    assert float(clearing.earned[0]) >= reserve * float(clearing.bought_kwh.sum()) - 1e-9
    assert float(clearing.sold_kwh[0]) <= float(book.ask_kwh[0]) + 1e-9
    short = np.asarray(book.bid_price) < reserve
    assert not np.asarray(clearing.bought_kwh)[short].any()


BIDDERS, CAPACITY = 12, 80.0
WANTS = Wants(
    jnp.asarray(np.random.default_rng(1).uniform(0.2, 0.6, BIDDERS)),
    jnp.asarray(np.random.default_rng(2).uniform(0.004, 0.02, BIDDERS)),
    jnp.asarray(np.random.default_rng(3).uniform(10.0, 40.0, BIDDERS)),
)
rest = jax.jit(bid_in_turn)


def best_price(reserve: float) -> float:
    """Return the price at which what all want is what there is, at least the reserve."""
    low, high = reserve, 1.0

    def wanted(price: float) -> float:
        return float(jnp.clip((WANTS.first - price) / WANTS.fall, 0.0, WANTS.most_kwh).sum())

    if wanted(reserve) <= CAPACITY:
        return reserve
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if wanted(middle) > CAPACITY else (low, middle)
    return high


def gain(kwh: np.ndarray, reserve: float) -> float:
    return float(worth(WANTS, jnp.asarray(kwh)).sum() - reserve * kwh.sum())


@pytest.mark.parametrize("reserve", [0.0, 0.25, 0.5])
def test_truthful_replies_in_turn_come_to_rest_where_the_energy_is_worth_most(reserve: float) -> None:
    found = rest(WANTS, CAPACITY, reserve, 1.0, 0.01)
    assert bool(found.converged)
    price = best_price(reserve)
    best = np.asarray(jnp.clip((WANTS.first - price) / WANTS.fall, 0.0, WANTS.most_kwh))
    assert gain(np.asarray(found.clearing.bought_kwh), reserve) >= 0.99 * gain(best, reserve)
    allotted = float(found.clearing.bought_kwh.sum())
    assert float(found.clearing.earned[0]) >= reserve * allotted - 1e-9


def test_at_rest_no_other_bid_gains_more_than_the_fee_and_what_a_kwh_may_change() -> None:
    fee = 0.01
    found = rest(WANTS, CAPACITY, 0.25, 1.0, fee)
    rng = np.random.default_rng(0)
    who = jnp.asarray(rng.integers(BIDDERS, size=2000))
    prices, kwh = jnp.asarray(rng.uniform(0.2, 0.6, 2000)), jnp.asarray(rng.uniform(0.0, 40.0, 2000))

    def after(bidder: jnp.ndarray, price: jnp.ndarray, energy: jnp.ndarray) -> jnp.ndarray:
        book = found.book._replace(
            bid_price=found.book.bid_price.at[bidder].set(price),
            bid_kwh=found.book.bid_kwh.at[bidder].set(energy),
        )
        clearing = clear_progressive(book)
        return (worth(WANTS, clearing.bought_kwh) - clearing.paid)[bidder]

    now = (worth(WANTS, found.clearing.bought_kwh) - found.clearing.paid)[who]
    better = jax.jit(jax.vmap(after))(who, prices, kwh) - now
    assert float(better.max()) <= 2 * fee


def test_without_a_reserve_the_revenue_falls_with_the_fee_and_with_one_it_does_not() -> None:
    earned = {
        (reserve, fee): float(rest(WANTS, CAPACITY, reserve, 1.0, fee).clearing.earned[0])
        for reserve in (0.0, 0.35)
        for fee in (0.02, 0.005)
    }
    assert earned[0.0, 0.005] < 0.95 * earned[0.0, 0.02]
    assert min(earned[0.35, 0.02], earned[0.35, 0.005]) >= 0.35 * CAPACITY * 0.999


def test_a_cap_below_the_clearing_price_rations_the_energy() -> None:
    price = best_price(0.1)
    cap = 0.8 * price
    found = rest(WANTS, CAPACITY, 0.1, cap, 0.01)
    best = np.asarray(jnp.clip((WANTS.first - price) / WANTS.fall, 0.0, WANTS.most_kwh))
    share = gain(np.asarray(found.clearing.bought_kwh), 0.1) / gain(best, 0.1)
    assert 0.85 < share < 0.999
    assert float(found.clearing.price) <= cap + 1e-9

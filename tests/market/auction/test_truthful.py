"""Where the truth is best for everybody no random lie gains anything; where it is not, one is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.market.auction.conftest import FEED_IN, GRID_PRICE, SIZE, many_books, terms

from wattswarm.market.auction import Book
from wattswarm.market.auction.registry import MECHANISMS, Terms
from wattswarm.market.auction.verify import Lie, best_misreport

BOOKS, TRIES = 100, 100
# Values go beyond the cap of the slots.
SLOTS = (0.06, 0.60)


def worst_lies(clear: Callable[..., Any], books: Book, band: tuple[float, float], **lies: bool) -> Lie:
    """Return the best lie of each book; lots differ from book to book and not from try to try."""
    conditions = terms()

    def of_one(book: Book, key: Any) -> Lie:
        fixed: Terms = conditions._replace(key=key)
        return best_misreport(lambda told: clear(told, fixed), book, key, tries=TRIES, band=band, **lies)

    return jax.jit(jax.vmap(of_one))(books, jax.random.split(jax.random.key(7), BOOKS))


@pytest.mark.parametrize(
    ("name", "energies"),
    [
        ("mcafee", False),
        ("trade-reduction", False),
        ("muda", True),
        ("vcg", True),
        ("mid-market", False),
        ("supply-ratio", False),
    ],
)
def test_in_ten_thousand_tries_no_lie_pays(name: str, energies: bool) -> None:
    books = many_books(BOOKS, of_one_block=name == "mcafee")
    lies = worst_lies(MECHANISMS[name].clear, books, (FEED_IN, GRID_PRICE), energies=energies)
    assert float(lies.gain.max()) <= 1e-9


def test_in_ten_thousand_tries_no_lie_about_the_worth_of_a_slot_pays_the_cap_included() -> None:
    books = many_books(BOOKS, of_one_block=True)
    # Worths up to three times the cap of 0.20; three slots at a reserve of 0.10.
    station = books._replace(
        bid_price=books.bid_price * 2.0,
        ask_price=jnp.full((BOOKS, SIZE), 0.10),
        ask_kwh=jnp.zeros((BOOKS, SIZE)).at[:, 0].set(3.0),
    )
    assert float((station.bid_price > 0.20).mean()) > 0.5
    lies = worst_lies(MECHANISMS["slots"].clear, station, SLOTS, sellers=False)
    assert float(lies.gain.max()) <= 1e-9


def test_charging_winners_their_own_bid_would_pay_lies() -> None:
    def own_bid(book: Book, conditions: Terms) -> Any:
        won = MECHANISMS["slots"].clear(book, conditions)
        paid = jnp.minimum(book.bid_price, conditions.cap) * won.bought_kwh
        return won._replace(paid=paid)

    books = many_books(BOOKS, of_one_block=True)
    station = books._replace(ask_kwh=jnp.zeros((BOOKS, SIZE)).at[:, 0].set(3.0))
    lies = worst_lies(own_bid, station, (FEED_IN, GRID_PRICE), sellers=False)
    assert float(lies.gain.max()) > 0.01


def test_the_search_finds_lies_that_pay_in_the_uniform_auction() -> None:
    clear = MECHANISMS["uniform"].clear
    books = many_books(BOOKS, of_one_block=True)
    lies = worst_lies(clear, books, (FEED_IN, GRID_PRICE))
    assert float(lies.gain.max()) > 0.01
    # What it reports can be done again.
    at = int(lies.gain.argmax())
    book = jax.tree.map(lambda each: each[at], books)
    conditions = terms()._replace(key=jax.random.split(jax.random.key(7), BOOKS)[at])
    told = np.concatenate([book.bid_price, book.ask_price])
    told[int(lies.trader[at])] = float(lies.price[at])
    false = book._replace(bid_price=jnp.asarray(told[:SIZE]), ask_price=jnp.asarray(told[SIZE:]))
    gained = [_gain(book, clear(each, conditions), int(lies.trader[at])) for each in (book, false)]
    assert gained[1] - gained[0] == pytest.approx(float(lies.gain[at]), abs=1e-12)


def _gain(book: Book, clearing: Any, trader: int) -> float:
    buyers = book.bid_price * clearing.bought_kwh - clearing.paid
    sellers = clearing.earned - book.ask_price * clearing.sold_kwh
    return float(jnp.concatenate([buyers, sellers])[trader])

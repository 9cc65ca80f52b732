"""Every auction of orders by its name, under one face: a book and the terms of the market."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key

from wattswarm.market.auction.book import Book, Clearing
from wattswarm.market.auction.continuous import clear_continuous
from wattswarm.market.auction.halves import clear_halves
from wattswarm.market.auction.mcafee import clear_mcafee
from wattswarm.market.auction.mid_market import clear_mid_market, clear_ratio
from wattswarm.market.auction.progressive import clear_progressive
from wattswarm.market.auction.trade_reduction import clear_reduced
from wattswarm.market.auction.uniform import clear_uniform
from wattswarm.market.auction.vcg import clear_vcg
from wattswarm.market.auction.vickrey import clear_slots


class Terms(NamedTuple):
    """What an auction goes by beside its orders."""

    feed_in: Float[Array, ""]
    """What the grid pays, the floor of prices [currency/kWh]."""
    grid_price: Float[Array, ""]
    """What the grid charges, the ceiling of prices in trade among equals [currency/kWh]."""
    cap: Float[Array, ""]
    """Most that a bid for a slot counts [currency/kWh]."""
    key: Key[Array, ""]
    """Of every lot that is drawn."""
    bid_time: Float[Array, " bid"]
    """When each bid came."""
    ask_time: Float[Array, " ask"]
    """When each ask came."""


@dataclass(frozen=True)
class Mechanism:
    """An auction as the command line and the tests meet it.

    Args:
        about: what it does, in one line.
        clear: the auction.
        blocks: whether all orders must be of one energy.
        station: whether there is one seller, the station.
    """

    about: str
    clear: Callable[[Book, Terms], Clearing]
    blocks: bool = False
    station: bool = False


def _slots(book: Book, terms: Terms) -> Clearing:
    """Divide the station's energy into slots of the size that is asked for."""
    slot_kwh = book.bid_kwh.max(-1)
    slots = jnp.floor(book.ask_kwh[0] / jnp.where(slot_kwh > 0, slot_kwh, 1.0) + 1e-9)
    bids = jnp.where(book.bid_kwh > 0, book.bid_price, -jnp.inf)
    won = clear_slots(bids, slots, book.ask_price[0], terms.cap, terms.key, slot_kwh)
    rest = jnp.zeros_like(book.ask_kwh)
    return won._replace(sold_kwh=rest.at[0].set(won.sold_kwh[0]), earned=rest.at[0].set(won.earned[0]))


MECHANISMS: Mapping[str, Mechanism] = {
    "uniform": Mechanism("one price where demand and supply cross", lambda book, _terms: clear_uniform(book)),
    "mid-market": Mechanism(
        "one price half-way between feed-in and grid price",
        lambda book, terms: clear_mid_market(book, terms.feed_in, terms.grid_price),
    ),
    "supply-ratio": Mechanism(
        "one price by the ratio of supply to demand",
        lambda book, terms: clear_ratio(book, terms.feed_in, terms.grid_price),
    ),
    "mcafee": Mechanism(
        "equal blocks, truthful, at most one pair not traded",
        lambda book, _terms: clear_mcafee(book),
        blocks=True,
    ),
    "trade-reduction": Mechanism(
        "any energies, truthful in prices, the marginal orders not traded",
        lambda book, _terms: clear_reduced(book),
    ),
    "muda": Mechanism(
        "two halves drawn by lot, each at the other's price, truthful",
        lambda book, terms: clear_halves(book, terms.key),
    ),
    "continuous": Mechanism(
        "orders as they come, at the price of the one that rests",
        lambda book, terms: clear_continuous(book, terms.bid_time, terms.ask_time),
    ),
    "vcg": Mechanism(
        "the best trades, truthful, the operator pays for it", lambda book, _terms: clear_vcg(book)
    ),
    "slots": Mechanism(
        "a station's slots to the highest bids, at the first bid that finds none",
        _slots,
        blocks=True,
        station=True,
    ),
    "progressive": Mechanism(
        "a station's energy to the highest bids, each paying what others lose",
        lambda book, _terms: clear_progressive(book),
        station=True,
    ),
}
"""Every auction of orders; a new one is one more row."""


def mechanism(name: str, terms: Terms) -> Callable[[Book], Clearing]:
    """Return an auction as a function of the book alone, compiled."""
    clear = MECHANISMS[name].clear
    return jax.jit(lambda book: clear(book, terms))

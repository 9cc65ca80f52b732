"""Every auction of orders by its name, under one face: a book and the terms of the market."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from wattswarm.errors import InputError
from wattswarm.market.auction.book import MOST_ORDERS, Book, Clearing, order_name
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
        lots: whether it draws lots.
        most: orders on one side that it clears in bearable time and memory.
    """

    about: str
    clear: Callable[[Book, Terms], Clearing]
    blocks: bool = False
    station: bool = False
    lots: bool = False
    most: int = MOST_ORDERS


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
        lots=True,
    ),
    "continuous": Mechanism(
        "orders as they come, at the price of the one that rests",
        lambda book, terms: clear_continuous(book, terms.bid_time, terms.ask_time),
        most=10_000,
    ),
    "vcg": Mechanism(
        "the best trades, truthful, the operator pays for it",
        lambda book, _terms: clear_vcg(book),
        most=1_000,
    ),
    "slots": Mechanism(
        "a station's slots to the highest bids, at the first bid that finds none",
        _slots,
        blocks=True,
        station=True,
        lots=True,
    ),
    "progressive": Mechanism(
        "a station's energy to the highest bids, each paying what others lose",
        lambda book, _terms: clear_progressive(book),
        station=True,
        most=1_000,
    ),
}
"""Every auction of orders; a new one is one more row."""


def check_kind(name: str, book: Book, place: Callable[[str, int, str], str] = order_name) -> None:
    """Refuse a book that is not of the kind that an auction takes.

    Args:
        name: of the auction.
        book: orders of one auction.
        place: says where an order stands, from its side, its index and the field.

    Raises:
        InputError: blocks of several sizes, or several sellers where there is one station.
    """
    kind = MECHANISMS[name]
    wanted, offered = np.asarray(book.bid_kwh), np.asarray(book.ask_kwh)
    sellers = np.flatnonzero(offered > 0)
    if kind.station and len(sellers) != 1:
        raise InputError(
            f"{name} sells what one station has",
            where=place("ask", int(sellers[1]), "side") if len(sellers) > 1 else "asks",
            found=f"{len(sellers)} sellers",
            expected="one order that sells, the station's: its energy at its reserve price",
            mend="keep one order that sells, or choose another mechanism",
        )
    if not kind.blocks:
        return
    for side, kwh in (("bid", wanted), ("ask", offered)):
        if side == "ask" and kind.station:
            continue
        size = float((wanted if (wanted > 0).any() else offered).max(initial=0.0))
        odd = (kwh > 0) & (kwh != size)
        if odd.any():
            raise InputError(
                f"{name} trades blocks of one size",
                where=place(side, int(odd.argmax()), "kwh"),
                found=f"{kwh[odd.argmax()]:g} kWh",
                expected=f"{size:g} kWh, as the largest order",
                mend="divide orders into blocks of one size, or choose trade-reduction",
            )

"""Every auction of orders by its name, under one face: a book and the terms of the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Float, Key

from wattswarm.errors import InputError
from wattswarm.market.auction.book import MOST_ORDERS, Book, Clearing, order_name
from wattswarm.registry import Catalogue, Entry


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
class Mechanism(Entry):
    """An auction as the command line and the tests meet it: a function of a book and some of the terms."""

    takes: tuple[str, ...] = ()
    """Fields of `Terms` that it takes beside the book, in its order."""
    blocks: bool = False
    """Whether all orders must be of one energy."""
    station: bool = False
    """Whether there is one seller, the station."""
    lots: bool = False
    """Whether it draws lots."""
    most: int = MOST_ORDERS
    """Orders on one side that it clears in bearable time and memory."""

    def clear(self, book: Book, terms: Terms) -> Clearing:
        """Clear a book under the terms of the market."""
        cleared: Clearing = self.load()(book, *(getattr(terms, each) for each in self.takes))
        return cleared


_HERE = "wattswarm.market.auction"
MECHANISMS = Catalogue(
    "auction",
    "wattswarm.auctions",
    Mechanism,
    {
        "uniform": Mechanism(f"{_HERE}:clear_uniform", "one price where demand and supply cross"),
        "mid-market": Mechanism(
            f"{_HERE}:clear_mid_market",
            "one price half-way between feed-in and grid price",
            ("feed_in", "grid_price"),
        ),
        "supply-ratio": Mechanism(
            f"{_HERE}:clear_ratio", "one price by the ratio of supply to demand", ("feed_in", "grid_price")
        ),
        "mcafee": Mechanism(
            f"{_HERE}:clear_mcafee", "equal blocks, truthful, at most one pair not traded", blocks=True
        ),
        "trade-reduction": Mechanism(
            f"{_HERE}:clear_reduced", "any energies, truthful in prices, the marginal orders not traded"
        ),
        "muda": Mechanism(
            f"{_HERE}:clear_halves",
            "two halves drawn by lot, each at the other's price, truthful",
            ("key",),
            lots=True,
        ),
        "continuous": Mechanism(
            f"{_HERE}:clear_continuous",
            "orders as they come, at the price of the one that rests",
            ("bid_time", "ask_time"),
            most=10_000,
        ),
        "vcg": Mechanism(
            f"{_HERE}:clear_vcg", "the best trades, truthful, the operator pays for it", most=1_000
        ),
        "slots": Mechanism(
            f"{_HERE}.mechanisms.vickrey:clear_station",
            "a station's slots to the highest bids, at the first bid that finds none",
            ("cap", "key"),
            blocks=True,
            station=True,
            lots=True,
        ),
        "progressive": Mechanism(
            f"{_HERE}:clear_progressive",
            "a station's energy to the highest bids, each paying what others lose",
            station=True,
            most=1_000,
        ),
    },
)
"""Every auction of orders; a new one is one more row, or an entry point of another package."""


def check_kind(name: str, book: Book, place: Callable[[str, int, str], str] = order_name) -> None:
    """Refuse a book that is not of the kind that an auction takes.

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

"""What every auction takes and gives: orders of buyers and sellers, and who got what for how much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy.typing import ArrayLike, NDArray

from wattswarm.errors import InputError

MOST_ORDERS = 100_000
"""Orders on one side of a book."""
MOST_KWH = 1e6
"""Energy of one order [kWh]."""


class Book(NamedTuple):
    """Orders of one auction; an order of 0 kWh is none, so that books can be padded to one size."""

    bid_price: Float[Array, "*batch bid"]
    """Most that a buyer pays [currency/kWh]."""
    bid_kwh: Float[Array, "*batch bid"]
    """Most that it takes [kWh]."""
    ask_price: Float[Array, "*batch ask"]
    """Least that a seller takes [currency/kWh]."""
    ask_kwh: Float[Array, "*batch ask"]
    """Most that it gives [kWh]."""


class Clearing(NamedTuple):
    """Outcome of an auction; what is paid and not earned stays with its operator."""

    bought_kwh: Float[Array, "*batch bid"]
    """Energy that each buyer gets [kWh]."""
    sold_kwh: Float[Array, "*batch ask"]
    """Energy that each seller gives [kWh]; in sum what is bought."""
    paid: Float[Array, "*batch bid"]
    """What each buyer pays [currency]."""
    earned: Float[Array, "*batch ask"]
    """What each seller is paid [currency]."""
    price: Float[Array, "*batch"]
    """What a bought kWh costs, on average where it differs; 0 where nothing is traded [currency/kWh]."""


def book_of(bids: ArrayLike, asks: ArrayLike, size: tuple[int, int] | None = None) -> Book:
    """Return a book of orders that are given as rows of price and energy.

    Args:
        bids: shape [bid, 2], price [currency/kWh] and energy [kWh].
        asks: shape [ask, 2].
        size: orders a side, filled up with orders of 0 kWh; by default as many as there are.
    """
    sides = []
    for orders, room in zip((bids, asks), size or (None, None), strict=True):
        rows = np.asarray(orders, np.float64).reshape(-1, 2)
        rows = np.pad(rows, ((0, 0 if room is None else room - len(rows)), (0, 0)))
        sides += [jnp.asarray(rows[:, 0]), jnp.asarray(rows[:, 1])]
    return Book(*sides)


def traded(
    bought_kwh: Float[Array, "*batch bid"],
    sold_kwh: Float[Array, "*batch ask"],
    paid: Float[Array, "*batch bid"],
    earned: Float[Array, "*batch ask"],
) -> Clearing:
    """Return the clearing whose price is what buyers paid for a kWh on average."""
    total = bought_kwh.sum(-1)
    price = jnp.where(total > 0, paid.sum(-1) / jnp.where(total > 0, total, 1.0), 0.0)
    return Clearing(bought_kwh, sold_kwh, paid, earned, price)


def at_price(
    bought_kwh: Float[Array, "*batch bid"],
    sold_kwh: Float[Array, "*batch ask"],
    price: Float[Array, "*batch"],
) -> Clearing:
    """Return the clearing in which every kWh changes hands at one price."""
    each = price[..., None]
    return Clearing(bought_kwh, sold_kwh, each * bought_kwh, each * sold_kwh, price)


def in_order(kwh: Float[Array, ""], queue: Float[Array, " order"]) -> Float[Array, " order"]:
    """Return how much of some energy each order of a queue gets, the first of them first [kWh]."""
    return jnp.clip(kwh - (jnp.cumsum(queue) - queue), 0.0, queue)


def order_name(side: str, index: int, field: str) -> str:
    """Return the place of an order in a book, such as "bid 3, price"."""
    return f"{side} {index}, {field}"


def check_orders(
    book: Book,
    *,
    band: tuple[float, float],
    bid_area: Int[Array, " bid"] | None = None,
    ask_area: Int[Array, " ask"] | None = None,
    areas: int | None = None,
    most: int = MOST_ORDERS,
    place: Callable[[str, int, str], str] = order_name,
) -> None:
    """Refuse a book that no auction should clear.

    Args:
        book: orders of one auction, no batch.
        band: lowest and highest price allowed: feed-in and grid price [currency/kWh].
        bid_area: area of each bid, counted from 0.
        most: orders allowed on one side.
        place: names the place of an order, from its side, its index and the field.

    Raises:
        InputError: too many orders, a price or energy that is not a number, an energy below 0 or beyond
            `MOST_KWH`, a price outside the band, an area that does not exist; names the order's index.
    """
    low, high = band
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise InputError(
            "not a valid price band",
            where="feed-in price and grid price",
            found=f"{low:g} to {high:g}",
            expected="two numbers, the feed-in price not above the grid price",
            mend="give both prices, the lower one first",
        )
    sides: tuple[tuple[str, Any, Any, Any], ...] = (
        ("bid", book.bid_price, book.bid_kwh, bid_area),
        ("ask", book.ask_price, book.ask_kwh, ask_area),
    )
    for side, prices, energies, places in sides:
        price, kwh = np.asarray(prices, np.float64), np.asarray(energies, np.float64)
        _check_shape(side, price, kwh, most)
        within = f"{low:g} to {high:g} per kWh, from feed-in to grid price"
        outside = (kwh > 0) & ((price < low) | (price > high))
        rules = [
            ("kwh", kwh, ~np.isfinite(kwh), "not a finite energy", "a number of kWh, 0 or above"),
            ("kwh", kwh, kwh < 0, "a negative energy", "0 kWh or above; side says who sells"),
            (
                "kwh",
                kwh,
                kwh > MOST_KWH,
                "an implausibly large energy",
                f"at most {MOST_KWH:,.0f} kWh an order",
            ),
            ("price", price, ~np.isfinite(price), "not a finite price", "a number"),
            ("price", price, outside, "a price outside the band", within),
        ]
        if places is not None and areas is not None:
            area = np.asarray(places)
            wrong = (area < 0) | (area >= areas)
            rules.append(("area", area, wrong, "an unknown area", f"0 to {areas - 1}"))
        for field, values, wrong, what, expected in rules:
            if wrong.any():
                first, more = int(wrong.argmax()), int(wrong.sum()) - 1
                raise InputError(
                    what,
                    where=place(side, first, field),
                    found=f"{values[first]:g}",
                    expected=expected,
                    mend="correct or withdraw the order" + (f"; {more} more are like it" if more else ""),
                )


def _check_shape(side: str, price: NDArray[Any], kwh: NDArray[Any], most: int) -> None:
    if price.ndim != 1 or price.shape != kwh.shape:
        raise InputError(
            "the orders' prices and energies have different lengths",
            where=side,
            found=f"prices {price.shape}, energies {kwh.shape}",
            expected="two vectors of one length",
            mend="give one price and one energy for each order",
        )
    if len(price) > most:
        raise InputError(
            "the book has too many orders",
            where=side,
            found=f"{len(price):,}",
            expected=f"at most {most:,} on one side",
            mend="divide the market by area or by hour",
        )

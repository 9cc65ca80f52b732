"""`wattswarm clear`: an auction over a file of orders, and how far it is from the best there is."""

from __future__ import annotations

import json as json_text
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from wattswarm.command.market.options import Market
from wattswarm.data import Orders, read_charges, read_orders
from wattswarm.errors import InputError, no_such
from wattswarm.files import write_files
from wattswarm.market.auction import (
    MECHANISMS,
    Book,
    Clearing,
    Terms,
    book_of,
    budget_surplus,
    check_kind,
    check_orders,
    clear_areas,
    program_welfare,
    welfare,
)
from wattswarm.runtime import prepare
from wattswarm.terminal import busy, check_file, check_out, say

CAP = 1.5
"""Cap of bids for slots where none is given, as a multiple of the grid price (models 8.7)."""
HIGHEST_BID = 10.0
"""Highest bid for a slot that is heard at all, as a multiple of the grid price."""
MOST_IN_AREAS = 2_000
_SHOWN = 40
Index = dict[str, NDArray[np.int64]]
"""Numbers of the orders of each side."""


@dataclass(frozen=True, eq=False)
class _Outcome:
    clearing: Clearing
    most: float
    charge: float = 0.0


def clear_file(market: Market, out: Path | None, json: bool, console: Console) -> None:
    """Clear the orders of a file.

    Args:
        out: folder for trades.csv and clearing.json, None for none.
        json: whether to print the result as JSON on standard output.

    Raises:
        InputError: options or files that have to be mended; names file, row and column.
    """
    _check(market)
    if out is not None:
        check_out(out)
    prepare()
    with busy(console, "reading"):
        orders = read_orders(market.orders)
        book, index = _book(market, orders)
    with busy(console, "clearing"):
        if market.charges is None:
            outcome = _orders(market, book, index)
        else:
            outcome = _areas(market.charges, orders, book, index)
    trades = _trades(orders, outcome.clearing, index)
    result = _result(market, book, outcome)
    if out is not None:
        content = (json_text.dumps(result, indent=2) + "\n").encode()
        write_files(out, {"trades.csv": trades.write_csv().encode(), "clearing.json": content})
    if json:
        print(json_text.dumps({**result, "orders": trades.to_dicts()}, indent=2))
    _show(trades, result, console)


def _check(market: Market) -> None:
    kind = MECHANISMS.look_up(market.mechanism, where="--mechanism")
    unused = {
        "--cap": (market.cap, market.mechanism == "slots", "slots"),
        "--charges": (market.charges, market.mechanism == "uniform", "uniform"),
        "--seed": (market.seed, kind.lots, " and ".join(n for n, each in MECHANISMS.items() if each.lots)),
    }
    for option, (value, used, by) in unused.items():
        if value is not None and not used:
            raise InputError(
                "this auction does not use the option",
                where=option,
                found=f"{value} with --mechanism {market.mechanism}",
                expected=f"{option} with {by} only",
                mend=f"leave {option} out, or choose the mechanism",
            )
    for option, price in (
        ("--feed-in", market.feed_in),
        ("--grid-price", market.grid_price),
        ("--cap", market.cap),
    ):
        if price is not None and not math.isfinite(price):
            raise InputError(
                "not a price",
                where=option,
                found=price,
                expected="a number",
                mend=f"write for instance {option} 0.30",
            )
    if market.mechanism == "supply-ratio" and market.feed_in <= 0:
        raise InputError(
            "a price by the ratio of supply to demand starts from a feed-in price",
            where="--feed-in",
            found=market.feed_in,
            expected="a price above 0",
            mend="write for instance --feed-in 0.06, or choose mid-market",
        )
    if market.seed is not None and market.seed < 0:
        raise InputError(
            "a seed cannot be negative",
            where="--seed",
            found=market.seed,
            expected="0, 1, 2 ...",
            mend="write --seed 1",
        )
    check_file(market.orders, "orders")
    if market.charges is not None:
        check_file(market.charges, "--charges")


def _book(market: Market, orders: Orders) -> tuple[Book, Index]:
    """Return the book, filled up so that few sizes are compiled, and the rows of each side."""
    index = {"bid": np.flatnonzero(orders.buys), "ask": np.flatnonzero(~orders.buys)}
    rows = np.column_stack([orders.price, orders.kwh])
    sizes = tuple(1 << max(3, (len(side) - 1).bit_length()) for side in index.values())

    def place(side: str, at: int, field: str) -> str:
        return orders.place(int(index[side][at]), field)

    kind = MECHANISMS[market.mechanism]
    ceiling = market.grid_price * (HIGHEST_BID if market.mechanism == "slots" else 1.0)
    most = MOST_IN_AREAS if market.charges else kind.most
    exact = book_of(rows[index["bid"]], rows[index["ask"]])
    check_orders(exact, band=(market.feed_in, ceiling), most=most, place=place)
    check_kind(market.mechanism, exact, place)
    if kind.station:
        # The station's order comes first, whatever else sells nothing.
        index["ask"] = index["ask"][np.argsort(-orders.kwh[index["ask"]], kind="stable")]
    size = None if market.charges else (sizes[0], sizes[1])
    return book_of(rows[index["bid"]], rows[index["ask"]], size), index


def _orders(market: Market, book: Book, index: Index) -> _Outcome:
    cap = CAP * market.grid_price if market.cap is None else market.cap
    terms = Terms(
        feed_in=jnp.asarray(market.feed_in),
        grid_price=jnp.asarray(market.grid_price),
        cap=jnp.asarray(cap),
        key=jax.random.key(market.seed or 0),
        bid_time=_times(index["bid"], len(book.bid_price)),
        ask_time=_times(index["ask"], len(book.ask_price)),
    )
    clearing = jax.jit(MECHANISMS[market.mechanism].clear)(book, terms)
    return _Outcome(clearing, program_welfare(book))


def _times(rows: NDArray[np.int64], size: int) -> Float[Array, " order"]:
    """Return when each order came, that of the first row first; what only fills up comes last."""
    return jnp.asarray(np.pad(rows.astype(float), (0, size - len(rows)), constant_values=np.inf))


def _areas(charges: Path, orders: Orders, book: Book, index: Index) -> _Outcome:
    names, charge = read_charges(charges)
    known = {name: at for at, name in enumerate(names)}
    for at, name in enumerate(orders.area):
        if name not in known:
            raise no_such(
                "an unknown area", where=orders.place(at, "area"), found=name or "an empty cell", known=names
            )
    area = np.array([known[name] for name in orders.area])
    found = clear_areas(book, area[index["bid"]], area[index["ask"]], charge)
    return _Outcome(found.clearing, found.most_welfare, found.charge)


def _trades(orders: Orders, clearing: Clearing, index: Index) -> pl.DataFrame:
    """Return one row an order, in the order of the file."""
    kwh, money = np.zeros(len(orders)), np.zeros(len(orders))
    for side, energies, amounts in (
        ("bid", clearing.bought_kwh, clearing.paid),
        ("ask", clearing.sold_kwh, clearing.earned),
    ):
        kwh[index[side]] = np.asarray(energies)[: len(index[side])]
        money[index[side]] = np.asarray(amounts)[: len(index[side])]
    return pl.DataFrame(
        {
            "row": orders.rows,
            "name": orders.name,
            "side": np.where(orders.buys, "buy", "sell"),
            "area": orders.area,
            "price": orders.price,
            "kwh": orders.kwh,
            "traded_kwh": kwh,
            "price_per_kwh": money / np.where(kwh > 0, kwh, 1.0),
            "money": money,
        }
    )


def _result(market: Market, book: Book, outcome: _Outcome) -> dict[str, Any]:
    clearing = outcome.clearing
    reached = float(welfare(book, clearing)) - outcome.charge
    return {
        "mechanism": market.mechanism,
        "traded_kwh": float(clearing.bought_kwh.sum()),
        "price_per_kwh": float(clearing.price),
        "paid": float(clearing.paid.sum()),
        "earned": float(clearing.earned.sum()),
        "operator_surplus": float(budget_surplus(clearing)),
        "welfare": reached,
        "greatest_welfare": outcome.most,
        "efficiency": reached / outcome.most if outcome.most > 0 else 1.0,
    }


def _show(trades: pl.DataFrame, result: dict[str, Any], console: Console) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1))
    table.add_column("order", overflow="fold")
    for title in ("side", "at", "kWh", "traded", "per kWh", "money"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in trades.head(_SHOWN).iter_rows(named=True):
        got = (f"{row['price_per_kwh']:.4f}", f"{row['money']:.4f}") if row["traded_kwh"] > 0 else ("", "")
        table.add_row(
            row["name"],
            row["side"],
            f"{row['price']:.4f}",
            f"{row['kwh']:.3f}",
            f"{row['traded_kwh']:.3f}",
            *got,
        )
    console.print(table)
    if len(trades) > _SHOWN:
        say(console, f"and {len(trades) - _SHOWN} more orders; --out writes all of them")
    if result["traded_kwh"] == 0:
        say(console, "nothing is traded: no order finds another that this auction lets it meet")
    surplus = round(result["operator_surplus"], 4) + 0.0
    for name, amount, of in (
        ("traded", f"{result['traded_kwh']:.3f}", "kWh"),
        ("price", f"{result['price_per_kwh']:.4f}", "per kWh, as buyers pay on average"),
        ("surplus", f"{surplus:.4f}", "paid and not earned: the operator's"),
        ("welfare", f"{result['welfare']:.4f}", f"of {result['greatest_welfare']:.4f} by the linear program"),
        ("efficiency", f"{result['efficiency']:.4f}", ""),
    ):
        say(console, f"{name:11}{amount:>12} {of}".rstrip())

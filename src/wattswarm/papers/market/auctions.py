"""What no auction has at once, what a cap on bids does to slots, and what a station's own bid is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from wattswarm.market.auction import (
    Book,
    Clearing,
    Wants,
    best_misreport,
    bid_in_turn,
    budget_surplus,
    clear_halves,
    clear_mcafee,
    clear_mid_market,
    clear_reduced,
    clear_slots,
    clear_uniform,
    clear_vcg,
    most_welfare,
    welfare,
    worth,
)
from wattswarm.papers.experiment import table

Row = Mapping[str, str | float]
Auction = Callable[[Book, Key[Array, ""]], Clearing]

COMPARED: Mapping[str, Auction] = {
    "uniform": lambda book, _lot: clear_uniform(book),
    "mid-market": lambda book, _lot: clear_mid_market(book, 0.0, 1.0),
    "mcafee": lambda book, _lot: clear_mcafee(book),
    "trade-reduction": lambda book, _lot: clear_reduced(book),
    "muda": clear_halves,
    "vcg": lambda book, _lot: clear_vcg(book),
}
"""Auctions of one kWh a trader, all worths and costs between 0 and 1."""


def triangle(
    traders: int, *, markets: int = 100, lies: int = 100, names: Sequence[str] = tuple(COMPARED)
) -> list[Row]:
    """Return for each auction how much of the possible gain it reaches, who pays for it, and what lies gain.

    Args:
        traders: buyers, and as many sellers, of one kWh each; worths and costs are uniform on 0 to 1.
        lies: random false prices in each market.
        names: auctions, by their names in `COMPARED`.
    """
    keys = jax.random.split(jax.random.key(0), 3)
    one = jnp.ones((markets, traders))
    books = Book(jax.random.uniform(keys[0], one.shape), one, jax.random.uniform(keys[1], one.shape), one)
    most = most_welfare(books).mean()
    rows: list[Row] = []
    for name in names:
        of_market = partial(_judge, COMPARED[name], lies)
        cleared, gain = jax.jit(jax.vmap(of_market))(books, jax.random.split(keys[2], markets))
        gained = jnp.maximum(gain, 0.0)
        rows.append(
            {
                "auction": name,
                "efficiency %": float(100.0 * welfare(books, cleared).mean() / most),
                "operator's surplus %": float(100.0 * budget_surplus(cleared).mean() / most),
                "best lie, mean": float(gained.mean()),
                "best lie, most": float(gained.max()),
            }
        )
    return rows


def _judge(clear: Auction, lies: int, book: Book, key: Key[Array, ""]) -> tuple[Clearing, Float[Array, ""]]:
    """Return the clearing of one market and what the best lie gains, lots drawn alike for all."""
    lot, tell = jax.random.split(key)

    def auction(book: Book) -> Clearing:
        return clear(book, lot)

    return auction(book), best_misreport(auction, book, tell, tries=lies, band=(0.0, 1.0)).gain


def cap_sweep(
    percents: Sequence[int] = (110, 130, 150, 175, 200, 250, 300), *, rounds: int = 10_000
) -> list[Row]:
    """Return what a cap on bids, in percent of the grid price, does to an auction of 8 slots.

    20 bidders' worths are uniform on 0.10 to 0.70 per kWh, the grid price is 0.25, the reserve 0.10.
    """
    grid_price, reserve, slots, bidders = 0.25, 0.10, 8, 20
    draw, lots = jax.random.split(jax.random.key(0))
    values = jax.random.uniform(draw, (rounds, bidders), minval=0.1, maxval=0.7)
    best = jnp.sort(values, -1)[:, -slots:].sum(-1)
    rows: list[Row] = []
    for percent in percents:
        cap = grid_price * percent / 100
        cleared = clear_slots(values, slots, reserve, cap, lots)
        reached = (values * cleared.bought_kwh).sum(-1)
        rows.append(
            {
                "cap, % of grid price": percent,
                "rounds at the cap %": float(100.0 * (cleared.price >= cap * (1 - 1e-6)).mean()),
                "efficiency %": float(100.0 * (reached / best).mean()),
                "price": float(cleared.price.mean()),
            }
        )
    return rows


def reserve_sweep(fees: Sequence[float] = (0.08, 0.02)) -> list[Row]:
    """Return what 20 bidders pay for 100 kWh by progressive bids, without a reserve and with one of 0.30."""
    keys = jax.random.split(jax.random.key(0), 3)
    wants = Wants(
        jax.random.uniform(keys[0], (20,), minval=0.15, maxval=0.60),
        jax.random.uniform(keys[1], (20,), minval=0.002, maxval=0.020),
        jax.random.uniform(keys[2], (20,), minval=20.0, maxval=60.0),
    )
    bid = jax.jit(bid_in_turn)
    rows: list[Row] = []
    for reserve in (0.0, 0.30):
        best = worth(wants, _best(wants, 100.0)).sum()
        for fee in fees:
            rest = bid(wants, 100.0, reserve, 1.0, fee)
            kwh = rest.clearing.bought_kwh
            rows.append(
                {
                    "reserve": reserve,
                    "fee of a bid": fee,
                    "worth %": float(100.0 * worth(wants, kwh).sum() / best),
                    "revenue": float(rest.clearing.earned.sum()),
                    "reserve x energy": float(reserve * kwh.sum()),
                }
            )
    return rows


def _best(wants: Wants, capacity_kwh: float) -> Any:
    """Return the energies that are worth most, at the price at which all that is there is wanted."""
    low, high = np.zeros(()), np.ones(())

    def wanted(price: Any) -> Any:
        return jnp.clip((wants.first - price) / wants.fall, 0.0, wants.most_kwh)

    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if wanted(middle).sum() > capacity_kwh else (low, middle)
    return wanted(high)


def markdown(rows: Sequence[Row], digits: int = 3) -> str:
    def cell(value: str | float) -> str:
        return f"{round(value, digits) + 0.0:.{digits}f}" if isinstance(value, float) else str(value)

    return table(list(rows[0]), ([*map(cell, row.values())] for row in rows))

"""How bidders of a progressive second price auction come to an equilibrium: truthful replies in turn."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from wattswarm.market.auction.book import Book, Clearing
from wattswarm.market.auction.mechanisms.progressive import clear_progressive


class Wants(NamedTuple):
    """Bidders whose next kWh is worth `first - fall * kWh`, up to a most."""

    first: Float[Array, " bid"]
    """Worth of the first kWh [currency/kWh]."""
    fall: Float[Array, " bid"]
    """What each kWh more is worth less, above 0 [currency/kWh2]."""
    most_kwh: Float[Array, " bid"]
    """[kWh]"""


class BiddingResult(NamedTuple):
    """Where the bidding came to rest, or was stopped."""

    book: Book
    clearing: Clearing
    rounds: Int[Array, ""]
    converged: Bool[Array, ""]
    """Whether nobody could gain more than the fee of a new bid."""


def worth(wants: Wants, kwh: Float[Array, "*batch bid"]) -> Float[Array, "*batch bid"]:
    """Return what energy is worth to each bidder [currency]."""
    used = jnp.minimum(kwh, wants.most_kwh)
    return used * (wants.first - 0.5 * wants.fall * used)


def bid_in_turn(
    wants: Wants,
    capacity_kwh: float | Float[Array, ""],
    reserve: float | Float[Array, ""],
    cap: float | Float[Array, ""],
    fee: float | Float[Array, ""] = 0.01,
    most_rounds: int = 5000,
) -> BiddingResult:
    """Let each bidder in turn send its truthful best reply where that gains more than a bid costs.

    Args:
        capacity_kwh: energy of the station [kWh].
        reserve: the station's own bid [currency/kWh].
        cap: most that anybody may bid [currency/kWh].
        fee: what a new bid costs, above 0: the eps of the equilibrium [currency].
        most_rounds: rounds after which the bidding is stopped.

    Source:
        Lazar and Semret (1999): the truthful replies of all end in an eps-Nash equilibrium.
    """
    bidders = len(wants.first)
    dtype = wants.first.dtype
    ask = jnp.asarray([reserve], dtype), jnp.asarray([capacity_kwh], dtype)
    start = Book(jnp.zeros(bidders, dtype), jnp.zeros(bidders, dtype), *ask)

    def turn(book: Book, bidder: Int[Array, ""]) -> tuple[Book, Bool[Array, ""]]:
        price, kwh = best_reply(wants, book, bidder, cap, fee)
        bid = book._replace(
            bid_price=book.bid_price.at[bidder].set(price), bid_kwh=book.bid_kwh.at[bidder].set(kwh)
        )
        better = _gain(wants, bid, bidder) > _gain(wants, book, bidder) + fee
        return jax.tree.map(lambda new, old: jnp.where(better, new, old), bid, book), better

    def sweep(
        state: tuple[Book, Int[Array, ""], Bool[Array, ""]],
    ) -> tuple[Book, Int[Array, ""], Bool[Array, ""]]:
        book, changed = jax.lax.scan(turn, state[0], jnp.arange(bidders))
        return book, state[1] + 1, changed.any()

    book, rounds, moving = jax.lax.while_loop(
        lambda state: state[2] & (state[1] < most_rounds), sweep, (start, jnp.asarray(0), jnp.asarray(True))
    )
    return BiddingResult(book, clear_progressive(book), rounds, ~moving)


def best_reply(
    wants: Wants,
    book: Book,
    bidder: Int[Array, ""],
    cap: float | Float[Array, ""],
    fee: float | Float[Array, ""],
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the truthful reply of one bidder to the others' bids: price and energy.

    The energy is the most whose last kWh is worth what it takes to have it, less a shade that keeps the
    price above the others': the greatest over the others' prices y of the lesser of what is left at y and
    what the bidder wants at y.
    """
    first, fall, most = wants.first[bidder], wants.fall[bidder], wants.most_kwh[bidder]
    others = book.bid_kwh.at[bidder].set(0.0)
    levels = jnp.append(jnp.where(others > 0, book.bid_price, jnp.inf), book.ask_price[0])
    above = jnp.where(book.bid_price[None] > levels[:, None], others, 0.0).sum(-1)
    left = jnp.maximum(book.ask_kwh[0] - above, 0.0)
    wanted = jnp.where(levels <= cap, jnp.clip((first - levels) / fall, 0.0, most), 0.0)
    reachable = jnp.where(
        (levels >= book.ask_price[0]) & jnp.isfinite(levels), jnp.minimum(left, wanted), 0.0
    )
    kwh = jnp.maximum(reachable.max() - fee / jnp.maximum(first, fee), 0.0)
    return jnp.minimum(first - fall * kwh, cap), kwh


def _gain(wants: Wants, book: Book, bidder: Int[Array, ""]) -> Float[Array, ""]:
    clearing = clear_progressive(book)
    return (worth(wants, clearing.bought_kwh) - clearing.paid)[bidder]

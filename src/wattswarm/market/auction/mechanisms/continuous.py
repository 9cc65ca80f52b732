"""Continuous double auction: orders come one by one and trade at the price of the order that rests."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.market.auction.book import Book, Clearing, in_order, traded


class _State(NamedTuple):
    bid_rest: Float[Array, " bid"]
    ask_rest: Float[Array, " ask"]
    bought: Float[Array, " bid"]
    sold: Float[Array, " ask"]
    paid: Float[Array, " bid"]
    earned: Float[Array, " ask"]


def clear_continuous(
    book: Book,
    bid_time: Int[Array, " bid"] | Float[Array, " bid"],
    ask_time: Int[Array, " ask"] | Float[Array, " ask"],
) -> Clearing:
    """Match every order as it comes with the best orders that rest, by price, then by time.

    Args:
        book: orders of one market, no batch; `vmap` for many.
        bid_time: when each bid comes, any unit; of equal times bids come first, then the lower index.

    Returns:
        Energy and money of each order; the budget balances. `price` is the mean over all trades.

    Source:
        Friedman and Rust (eds.), The Double Auction Market, 1993.
    """
    bids = len(book.bid_price)
    # In order of priority, so that who is served first stands first.
    bid_order = jnp.lexsort((jnp.asarray(bid_time), -book.bid_price))
    ask_order = jnp.lexsort((jnp.asarray(ask_time), book.ask_price))
    prices = book.bid_price[bid_order], book.ask_price[ask_order]
    energies = book.bid_kwh[bid_order], book.ask_kwh[ask_order]
    time = jnp.concatenate([jnp.asarray(bid_time)[bid_order], jnp.asarray(ask_time)[ask_order]])
    index = jnp.concatenate([bid_order, bids + ask_order])
    arrivals = jnp.lexsort((index, time))

    def arrive(state: _State, at: Int[Array, ""]) -> tuple[_State, None]:
        bid, ask = jnp.minimum(at, bids - 1), jnp.maximum(at - bids, 0)
        is_bid = at < bids
        wanted = jnp.where(is_bid, energies[0][bid], 0.0)
        offered = jnp.where(is_bid, 0.0, energies[1][ask])
        taken = in_order(wanted, jnp.where(prices[1] <= prices[0][bid], state.ask_rest, 0.0))
        given = in_order(offered, jnp.where(prices[0] >= prices[1][ask], state.bid_rest, 0.0))
        bought, sold = taken.sum(), given.sum()
        return (
            _State(
                jnp.maximum(state.bid_rest - given, 0.0).at[bid].add(jnp.maximum(wanted - bought, 0.0)),
                jnp.maximum(state.ask_rest - taken, 0.0).at[ask].add(jnp.maximum(offered - sold, 0.0)),
                (state.bought + given).at[bid].add(bought),
                (state.sold + taken).at[ask].add(sold),
                (state.paid + prices[0] * given).at[bid].add((prices[1] * taken).sum()),
                (state.earned + prices[1] * taken).at[ask].add((prices[0] * given).sum()),
            ),
            None,
        )

    empty = [jnp.zeros_like(each) for each in energies]
    state, _ = jax.lax.scan(arrive, _State(*empty, *empty, *empty), arrivals)
    of_bid, of_ask = jnp.argsort(bid_order), jnp.argsort(ask_order)
    return traded(state.bought[of_bid], state.sold[of_ask], state.paid[of_bid], state.earned[of_ask])

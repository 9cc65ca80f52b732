"""Uniform-price k-double auction: one price where demand and supply cross (models 8.5, 8.6, appendix D)."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.market.auction.book import Book, Clearing, at_price


class Crossing(NamedTuple):
    """Where the curves of a book cross."""

    kwh: Float[Array, "*batch"]
    """Most that can be traded without loss [kWh]."""
    bid: Float[Array, "*batch"]
    """Lowest price of a bid that gets something, 0 where nothing is traded [currency/kWh]."""
    ask: Float[Array, "*batch"]
    """Highest price of an ask that sells something, 0 where nothing is traded [currency/kWh]."""


def clear_uniform(book: Book, k: float | Float[Array, "*batch"] = 0.5) -> Clearing:
    """Trade as much as possible at one price.

    What is traded is what the linear program of greatest welfare trades: no order that is worse than the
    marginal ones gets anything, and orders at the marginal price share what is left in proportion to
    their energy. Buyers and sellers at the margin can gain by bidding otherwise than they value.

    Args:
        book: orders, shape [..., bid] and [..., ask].
        k: weight of the marginal bid in the price, 0 to 1; the marginal ask has the rest.

    Returns:
        Energy and money of each order; the budget balances exactly.

    Source:
        Satterthwaite and Williams, Bilateral trade with the sealed bid k-double auction, J. Econ. Theory 48
        (1989) 107-133; the price is that of models 8.6, between the marginal bid and the marginal ask.
    """
    crossing = cross(book)
    bought = fill(crossing.kwh, crossing.bid, book.bid_price, book.bid_kwh)
    sold = fill(crossing.kwh, -crossing.ask, -book.ask_price, book.ask_kwh)
    return at_price(bought, sold, k * crossing.bid + (1.0 - k) * crossing.ask)


def cross(book: Book) -> Crossing:
    """Return where demand, falling with the price, meets supply, rising with it.

    Going down the merged list of prices, demand D at or above each price grows and supply S at or below it
    shrinks; what can be traded is the greatest min(D, S).
    """
    price = jnp.concatenate([book.bid_price, book.ask_price], -1)
    wanted = jnp.concatenate([book.bid_kwh, jnp.zeros_like(book.ask_kwh)], -1)
    offered = jnp.concatenate([jnp.zeros_like(book.bid_kwh), book.ask_kwh], -1)
    # The sort is stable, so that at one price bids stand before asks and meet them.
    falling, wanted, offered = jax.lax.sort((-price, wanted, offered), dimension=-1, num_keys=1)
    price, axis = -falling, price.ndim - 1
    demand = jnp.cumsum(wanted, -1)
    supply = jax.lax.cumsum(offered, axis=axis, reverse=True)
    kwh = jnp.minimum(demand, supply).max(-1)
    # An order that would get no more than the rounding of the sums sets no price.
    dust = 8 * np.finfo(kwh.dtype).eps * (demand[..., -1] + supply[..., 0])
    kwh = jnp.where(kwh > dust, kwh, 0.0)
    least = (kwh - dust)[..., None]
    bid = jnp.where(demand >= least, price, -jnp.inf).max(-1)
    ask = jnp.where(supply >= least, price, jnp.inf).min(-1)
    return Crossing(kwh, jnp.where(kwh > 0, bid, 0.0), jnp.where(kwh > 0, ask, 0.0))


def fill(
    kwh: Float[Array, "*batch"],
    margin: Float[Array, "*batch"],
    price: Float[Array, "*batch order"],
    order_kwh: Float[Array, "*batch order"],
) -> Float[Array, "*batch order"]:
    """Give energy to the orders of one side, best price first, in proportion among those at the margin.

    Args:
        kwh: energy to give [kWh].
        margin: price of the marginal order; no lower one gets anything.
        price: of each order, the higher the better; asks give theirs negated.
        order_kwh: energy of each order [kWh].
    """
    marginal, better = price == margin[..., None], price > margin[..., None]
    inside = jnp.where(better, order_kwh, 0.0).sum(-1)
    at_margin = jnp.where(marginal, order_kwh, 0.0).sum(-1)
    share = jnp.clip((kwh - inside) / jnp.where(at_margin > 0, at_margin, 1.0), 0.0, 1.0)[..., None]
    return jnp.where(kwh[..., None] > 0, jnp.where(better, 1.0, marginal * share), 0.0) * order_kwh

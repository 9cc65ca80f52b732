"""Multi-unit trade reduction: truthful in prices for orders of any energy (models 8.5)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.auction.book import Book, Clearing, traded
from wattswarm.market.auction.uniform import cross


def clear_reduced(book: Book) -> Clearing:
    """Let the marginal orders set the prices and trade nothing, as far as the others go.

    Bids above the marginal bid pay it, asks below the marginal ask get it; all orders of the longer side
    give up the same energy, smaller ones all they have, until the sides are equal. No order can change
    its own price by its own price while it trades. Energies are taken as true: who takes less may move
    the margin.

    Args:
        book: orders, shape [..., bid] and [..., ask].

    Returns:
        Energy and money of each order; surplus of the operator at least 0. `price` is the buyers'.

    Source:
        Huang, Scheller-Wolf and Sycara, Design of a multi-unit double auction e-market, Computational
        Intelligence 18 (2002) 596-617.
    """
    crossing = cross(book)
    open_ = crossing.kwh[..., None] > 0
    pay, get = crossing.bid[..., None], crossing.ask[..., None]
    wanted = jnp.where(open_ & (book.bid_price > pay), book.bid_kwh, 0.0)
    offered = jnp.where(open_ & (book.ask_price < get), book.ask_kwh, 0.0)
    kwh = jnp.minimum(wanted.sum(-1), offered.sum(-1))
    bought, sold = give_up(wanted, kwh), give_up(offered, kwh)
    return traded(bought, sold, pay * bought, get * sold)


def give_up(kwh: Float[Array, "*batch order"], total: Float[Array, "*batch"]) -> Float[Array, "*batch order"]:
    """Cut all orders by the same energy, none below 0, until they sum to a total no greater than theirs."""
    falling = -jnp.sort(-kwh, -1)
    count = jnp.arange(1, kwh.shape[-1] + 1)
    # With the n largest orders left, each gives up what they have in excess, divided by n.
    cuts = (jnp.cumsum(falling, -1) - total[..., None]) / count
    cut = jnp.maximum(jnp.where(falling >= cuts, cuts, -jnp.inf).max(-1, keepdims=True), 0.0)
    left = jnp.where(total[..., None] > 0, jnp.maximum(kwh - cut, 0.0), 0.0)
    whole = left.sum(-1, keepdims=True)
    return left * jnp.minimum(total[..., None] / jnp.where(whole > 0, whole, 1.0), 1.0)

"""Progressive second price auction of divisible energy, the station itself a bidder (models 8.7)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.auction.book import Book, Clearing, traded


def clear_progressive(book: Book) -> Clearing:
    """Give energy to the highest bids first and charge each what it takes from the others.

    The station bids for its own energy at the reserve price, so that what nobody else wants is worth that
    much: without it a crowd that is served in full would pay nothing.

    Args:
        book: one auction, no batch; the one ask is the station: its capacity at the reserve price.

    Returns:
        Energy and money of each order; the station earns at least the reserve for each kWh.

    Source:
        Lazar and Semret, Design and analysis of the progressive second price auction for network bandwidth
        sharing (1999); equal bids share in proportion to what they ask for.
    """
    price, capacity = book.bid_price, book.ask_kwh.sum(-1)
    reserve = book.ask_price[..., 0]
    heard = jnp.where(price >= reserve, book.bid_kwh, 0.0)
    energy = allot(price, heard, capacity)

    def excluded(one: Float[Array, " bid"]) -> Float[Array, ""]:
        """Return what the others and the station would pay for what a bidder takes from them."""
        more = allot(price, heard * (1.0 - one), capacity) - energy * (1.0 - one)
        kept = (one * energy).sum() - more.sum()
        return (price * more).sum() + reserve * kept

    paid = jax.vmap(excluded)(jnp.eye(len(price), dtype=price.dtype))
    paid = jnp.where(energy > 0, paid, 0.0)
    sold = jnp.zeros_like(book.ask_kwh).at[..., 0].set(energy.sum(-1))
    return traded(energy, sold, paid, jnp.zeros_like(book.ask_kwh).at[..., 0].set(paid.sum(-1)))


def allot(
    price: Float[Array, " bid"], kwh: Float[Array, " bid"], capacity: Float[Array, ""]
) -> Float[Array, " bid"]:
    """Serve the highest prices first, equal ones in proportion to their energy."""
    above = jnp.where(price[None] > price[:, None], kwh, 0.0).sum(-1)
    equal = jnp.where(price[None] == price[:, None], kwh, 0.0).sum(-1)
    left = jnp.maximum(capacity - above, 0.0)
    return kwh * jnp.minimum(left / jnp.where(equal > 0, equal, 1.0), 1.0)

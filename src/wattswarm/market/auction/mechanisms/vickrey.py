"""Vickrey auction of K charging slots, with a cap on bids and a reserve price (models 8.7, appendix D)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Key

from wattswarm.market.auction.book import Book, Clearing, at_price


def clear_slots(
    bids: Float[Array, "*batch bid"],
    slots: int | Int[Array, "*batch"],
    reserve: float | Float[Array, "*batch"],
    cap: float | Float[Array, "*batch"],
    key: Key[Array, ""],
    slot_kwh: float | Float[Array, "*batch"] = 1.0,
) -> Clearing:
    """Give each of the K highest bidders a slot at the highest price that found none.

    Bids above the cap count as the cap, and chance alone decides between equal ones: any other rule, such
    as urgency, would be worth a lie about it. So nobody gains by bidding other than what a slot is worth.

    Args:
        bids: what each bidder would pay [currency/kWh], shape [..., bid]; -inf is no bid.
        reserve: least price of a slot; lower bids are not heard [currency/kWh].
        cap: most that a bid counts [currency/kWh], at least the reserve.
        key: of the lottery among equal bids.
        slot_kwh: energy of a slot [kWh].

    Returns:
        Energy and payment of each bidder; the station is the one ask. The price is the greater of the
        reserve and the (K+1)-th bid, 0 where nobody wins.

    Source:
        Vickrey, J. Finance 16 (1961), doi 10.1111/j.1540-6261.1961.tb02789.x.
    """
    reserve, cap, slot_kwh = (jnp.asarray(each, bids.dtype)[..., None] for each in (reserve, cap, slot_kwh))
    heard = jnp.where(bids >= reserve, jnp.minimum(bids, cap), -jnp.inf)
    lot = jax.random.uniform(key, bids.shape, bids.dtype)
    index = jnp.broadcast_to(jnp.arange(bids.shape[-1]), bids.shape)
    falling, _, order = jax.lax.sort((-heard, lot, index), dimension=-1, num_keys=2)
    rank = jnp.argsort(order, -1)
    slots = jnp.asarray(slots)[..., None]
    won = (rank < slots) & jnp.isfinite(heard)
    rest = jnp.where(index >= slots, -falling, -jnp.inf)
    price = jnp.maximum(reserve, rest.max(-1, keepdims=True))
    price = jnp.where(won.any(-1, keepdims=True), price, 0.0)[..., 0]
    bought = won * jnp.broadcast_to(slot_kwh, bids.shape)
    return at_price(bought, bought.sum(-1, keepdims=True), price)


def clear_station(book: Book, cap: Float[Array, ""], key: Key[Array, ""]) -> Clearing:
    """Divide the energy of a station, the first ask, into slots of the size asked for, and clear them."""
    slot_kwh = book.bid_kwh.max(-1)
    slots = jnp.floor(book.ask_kwh[0] / jnp.where(slot_kwh > 0, slot_kwh, 1.0) + 1e-9)
    bids = jnp.where(book.bid_kwh > 0, book.bid_price, -jnp.inf)
    won = clear_slots(bids, slots, book.ask_price[0], cap, key, slot_kwh)
    rest = jnp.zeros_like(book.ask_kwh)
    return won._replace(sold_kwh=rest.at[0].set(won.sold_kwh[0]), earned=rest.at[0].set(won.earned[0]))

"""What an auction claims, put to the test: balance, no losers, efficiency, and no lie that pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key

from wattswarm.market.auction.book import Book, Clearing
from wattswarm.market.auction.welfare import most_welfare, welfare

Mechanism = Callable[[Book], Clearing]


class Lie(NamedTuple):
    """The misreport that gained most."""

    gain: Float[Array, ""]
    """What it gained over the truth [currency]; below 0 where every one lost."""
    trader: Int[Array, ""]
    """Who: bids from 0, then asks."""
    price: Float[Array, ""]
    """What it stated [currency/kWh]."""
    kwh: Float[Array, ""]
    """What it stated [kWh]."""


def budget_surplus(clearing: Clearing) -> Float[Array, "*batch"]:
    """Return what is paid and not earned [currency]; below 0 is a deficit."""
    return clearing.paid.sum(-1) - clearing.earned.sum(-1)


def energy_lost(clearing: Clearing) -> Float[Array, "*batch"]:
    """Return what is sold and not bought [kWh]."""
    return clearing.sold_kwh.sum(-1) - clearing.bought_kwh.sum(-1)


def gains(book: Book, clearing: Clearing) -> tuple[Float[Array, "*batch bid"], Float[Array, "*batch ask"]]:
    """Return what each buyer and each seller gains by trading, orders taken at their word [currency].

    Energy beyond what an order holds is worth nothing to its buyer and cannot be delivered by its seller.
    """
    used = jnp.minimum(clearing.bought_kwh, book.bid_kwh)
    rounding = np.sqrt(np.finfo(book.ask_kwh.dtype).eps)
    short = clearing.sold_kwh > book.ask_kwh + rounding * (1.0 + book.ask_kwh)
    sellers = clearing.earned - book.ask_price * clearing.sold_kwh
    return book.bid_price * used - clearing.paid, jnp.where(short, -jnp.inf, sellers)


def least_gain(book: Book, clearing: Clearing) -> Float[Array, "*batch"]:
    """Return the least gain of any trader [currency]; individual rationality is that it is not below 0."""
    buyers, sellers = gains(book, clearing)
    return jnp.minimum(buyers.min(-1), sellers.min(-1))


def efficiency(book: Book, clearing: Clearing) -> Float[Array, "*batch"]:
    """Return the share of the greatest welfare that the trades reach, 1 where there is none to reach."""
    most = most_welfare(book)
    return jnp.where(most > 0, welfare(book, clearing) / jnp.where(most > 0, most, 1.0), 1.0)


def best_misreport(
    mechanism: Mechanism,
    book: Book,
    key: Key[Array, ""],
    *,
    tries: int,
    band: tuple[float, float],
    sellers: bool = True,
    energies: bool = False,
) -> Lie:
    """Let random traders state random falsehoods, the others telling the truth, and return the best.

    Half of the stated prices are anywhere in the band, half are a hair beside somebody's price, where
    outcomes change. A mechanism that draws lots must draw the same in every try.

    Args:
        book: true orders of one auction.
        band: prices that may be stated [currency/kWh].
        sellers: whether sellers lie too; the station of a one-sided auction does not.
        energies: whether an energy between none and twice the true one is stated too.
    """
    bids = len(book.bid_price)
    traders = bids + (len(book.ask_price) if sellers else 0)
    prices = jnp.concatenate([book.bid_price, book.ask_price])
    true_kwh = jnp.concatenate([book.bid_kwh, book.ask_kwh])
    there = jnp.where(true_kwh > 0, 0.0, -jnp.inf)
    honest = jnp.concatenate(gains(book, mechanism(book)))

    def attempt(key: Key[Array, ""]) -> Lie:
        who, where, beside, side, amount, whether = jax.random.split(key, 6)
        trader = jax.random.categorical(who, there[:traders])
        anywhere = jax.random.uniform(where, (), prices.dtype, *band)
        hair = 1e-6 * (band[1] - band[0]) * jax.random.rademacher(side, (), prices.dtype)
        near = jnp.clip(prices[jax.random.categorical(beside, there)] + hair, *band)
        price = jnp.where(jax.random.bernoulli(whether), anywhere, near)
        factor = jax.random.uniform(amount, (), prices.dtype, 0.0, 2.0) if energies else 1.0
        kwh = true_kwh[trader] * factor
        told, stated = prices.at[trader].set(price), true_kwh.at[trader].set(kwh)
        false = Book(told[:bids], stated[:bids], told[bids:], stated[bids:])
        got = jnp.concatenate(gains(book, mechanism(false)))
        return Lie((got - honest)[trader], trader, price, kwh)

    lies = jax.vmap(attempt)(jax.random.split(key, tries))
    best = lies.gain.argmax()
    return Lie(*(each[best] for each in lies))

"""What a payment costs and whether it goes through: base + rate x value, a success rate and a latency."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

Number = Float[Array, ""] | float
SATOSHI_EUR = 0.0006
"""A hundred-millionth of a bitcoin at 60,000 EUR [EUR]."""
SUCCESS = 0.982
"""Share of payments over Lightning that go through, which paper 000 takes for all of its payments."""


class PaymentFees(NamedTuple):
    """A way to pay; the numbers are leaves, so that a sweep over fees is one program."""

    base: Number
    """Cost of every payment that goes through [currency]."""
    rate: Number
    """Cost as a share of what is paid."""
    success: Number = SUCCESS
    """Probability that an attempt goes through."""
    latency_s: Number = 1.0
    """Usual time of an attempt [s]."""
    retries: Number = 0.0
    """Further attempts after a failed one, each drawn anew."""

    @property
    def success_after_retries(self) -> Number:
        """Probability that one of all attempts goes through."""
        return 1.0 - (1.0 - self.success) ** (1.0 + self.retries)


def free() -> PaymentFees:
    """Return payments that cost nothing and never fail: the bound's."""
    return PaymentFees(0.0, 0.0, 1.0, 0.0)


def percent(rate: float = 0.023) -> PaymentFees:
    """Return a fee that is a share of the value alone: paper 000's centralised or congested payments."""
    return PaymentFees(0.0, rate)


def card(base: float = 0.30, rate: float = 0.023) -> PaymentFees:
    """Return the fees of a payment card, which take a fixed sum of every payment as well."""
    return PaymentFees(base, rate, latency_s=2.0)


def lightning(satoshi: float = 1.0, ppm: float = 29.0, satoshi_eur: float = SATOSHI_EUR) -> PaymentFees:
    """Return the fees of a route over Lightning: 1 satoshi and paper 000's 0.0029 %.

    Args:
        satoshi: base fee of a route [satoshi].
        ppm: share of the value [millionths].
        satoshi_eur: price of a satoshi [EUR].
    """
    return PaymentFees(satoshi * satoshi_eur, 1e-6 * ppm)


def on_chain(
    satoshi_per_vbyte: float = 10.0, vbytes: float = 140.0, satoshi_eur: float = SATOSHI_EUR
) -> PaymentFees:
    """Return the fee of a transaction in a block, by its size alone.

    Args:
        satoshi_per_vbyte: price of space in a block [satoshi per virtual byte].
        vbytes: size of a payment with one input and two outputs [virtual bytes].
        satoshi_eur: price of a satoshi [EUR].
    """
    return PaymentFees(satoshi_per_vbyte * vbytes * satoshi_eur, 0.0, latency_s=600.0)


def fee_of(fees: PaymentFees, value: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
    """Return what payments cost; where nothing is paid there is no payment.

    Args:
        value: what is paid, >= 0 [currency].

    Returns:
        Fee of each payment [currency].
    """
    return jnp.where(value > 0.0, fees.base + fees.rate * value, 0.0)


def goes_through(fees: PaymentFees, drawn: Float[Array, "*batch"]) -> Bool[Array, "*batch"]:
    """Tell which payments go through by one number each, evenly drawn from 0..1."""
    return drawn < fees.success_after_retries


def break_even(buy_price: Number, fees: PaymentFees, *, round_trip: Number, wear: Number) -> Number:
    """Return the price above which a kWh bought, stored and sold again earns money, both fees paid.

    Base fees are left out: they depend on how much is paid at once.

    Args:
        buy_price: of a kWh before the fee [currency/kWh].
        fees: added to what is bought, taken from what is sold.
        round_trip: share of a stored kWh that comes out again.
        wear: cost of a kWh discharged [currency/kWh].

    Source:
        models.md 2.6: 0.1530 over Lightning and 0.1597 at 2.3 %, from 0.12 through 0.9025 with wear 0.02.
    """
    return (buy_price * (1.0 + fees.rate) / round_trip + wear) / (1.0 - fees.rate)

"""The composite price of paper 003: part market price, part congestion, weighed by alpha (models 5.2)."""

from __future__ import annotations

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from wattswarm.market.game.bands import Bands
from wattswarm.market.game.charging import ChargingGame
from wattswarm.market.game.needs import Needs


def composite_price(
    vehicles: Needs | Bands,
    price: Float[Array, " step"],
    load_kw: Float[Array, " step"],
    alpha: ArrayLike,
    reference_kw: ArrayLike,
    wear: ArrayLike = 0.0,
    mean_price: ArrayLike | None = None,
) -> ChargingGame:
    """Return the game at the price P_t = (1 - alpha) p_t + alpha p_mean (D_t + X_t) / D_ref.

    At alpha 0 it is the market's price alone, at 1 that of congestion alone; in between its Nash equilibrium
    is unique.

    Args:
        price: p, price of the market, its mean above 0 [currency/kWh], shape [step].
        load_kw: D, load that is there anyway [kW], shape [step].
        alpha: weight of congestion, 0 to 1.
        reference_kw: D_ref, mean of load and of what vehicles draw [kW]; `mean_load_kw` gives it.
        wear: q, rise of the marginal cost of wear with power [currency/kWh per kW], shape [vehicle] or
            scalar.
        mean_price: p_mean, above 0 [currency/kWh]; None for the mean of `price`. Who solves it every hour
            keeps that of the day.

    Source:
        Paper 003 (Nandagopal et al., 2026), whose own formulae are lost; the definition is models.md 5.2.
    """
    usual = price.mean() if mean_price is None else mean_price
    slope = jnp.asarray(alpha) * usual / reference_kw
    return ChargingGame(
        vehicles,
        (1.0 - jnp.asarray(alpha)) * price,
        jnp.broadcast_to(slope, price.shape),
        load_kw,
        jnp.broadcast_to(jnp.asarray(wear, price.dtype), vehicles.most_kw.shape[:1]),
    )


def mean_load_kw(vehicles: Needs | Bands, load_kw: Float[Array, " step"]) -> Float[Array, ""]:
    """Return D_ref, the mean of the load and of what vehicles need [kW], scalar."""
    return load_kw.mean() + vehicles.drawn_kwh.sum() / (vehicles.step_h * len(load_kw))

"""Limits that vehicles share: a transformer, or the voltages of a feeder (models 8.2 and 9)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.game.charging import ChargingGame
from wattswarm.market.game.needs import Needs


class SharedLimits(NamedTuple):
    """Limits on what vehicles draw together, matrix @ X <= bound in every step, X by place."""

    matrix: Float[Array, "row place"]
    """What counts of each place's power against each limit, shape [row, place]."""
    bound_kw: Float[Array, "row step"]
    """Room for vehicles beside the load that is there anyway, in kW where the matrix holds plain numbers,
    shape [row, step]."""
    place: Float[Array, "vehicle place"]
    """1 where a vehicle stands at a place, shape [vehicle, place]."""


def no_limits(vehicles: int, steps: int, dtype: jnp.dtype) -> SharedLimits:
    """Return limits without any row."""
    return SharedLimits(
        jnp.zeros((0, 1), dtype), jnp.zeros((0, steps), dtype), jnp.ones((vehicles, 1), dtype)
    )


def transformer_limit(game: ChargingGame, limit_kw: Float[Array, " step"]) -> SharedLimits:
    """Return the limit D + X <= S of one transformer that all vehicles hang on.

    It binds in the other direction too where vehicles can give back: -S <= D + X.

    Args:
        limit_kw: S, what the transformer carries [kW], shape [step] or scalar.
    """
    dtype = game.price.dtype
    limit, place = jnp.asarray(limit_kw, dtype), jnp.ones((len(game.wear), 1), dtype)
    drawn = (limit - game.load_kw)[None]
    if isinstance(game.vehicles, Needs):
        return SharedLimits(jnp.ones((1, 1), dtype), drawn, place)
    fed = (limit + game.load_kw)[None]
    return SharedLimits(jnp.asarray([[1.0], [-1.0]], dtype), jnp.concatenate([drawn, fed]), place)

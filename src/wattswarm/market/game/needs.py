"""Vehicles that charge a fixed energy while they stay: 0 <= x <= limit, sum of x dt = E (models 8.1)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax.lax import Precision
from jaxtyping import Array, Float

from wattswarm.market.game.reply import Reply, Schedules
from wattswarm.market.game.water_filling import inverse, water_fill


class Needs(NamedTuple):
    """What vehicles need, and when they can take it."""

    limit_kw: Schedules
    """Highest charging power, 0 while away [kW], shape [vehicle, step]."""
    energy_kwh: Float[Array, " vehicle"]
    """Energy to be charged [kWh], shape [vehicle]."""
    step_h: Float[Array, ""]
    """Length of a step [h]."""

    @property
    def most_kw(self) -> Schedules:
        """Highest power, 0 while away [kW], shape [vehicle, step]."""
        return self.limit_kw

    @property
    def drawn_kwh(self) -> Float[Array, " vehicle"]:
        """Energy that each must draw [kWh], shape [vehicle]."""
        return self.energy_kwh

    def reply(self, price: Schedules, curvature: Schedules) -> Reply:
        """Return the schedules that minimise sum of price x + curvature x^2 / 2: each fills to one level."""
        total = self.energy_kwh / self.step_h
        fill = water_fill(curvature, price, jnp.zeros_like(self.limit_kw), self.limit_kw, total)
        over = price - fill.level[:, None]
        alone = jnp.clip(-over * inverse(curvature), 0.0, self.limit_kw)
        least = fill.level * total + ((over + 0.5 * curvature * alone) * alone).sum(-1)
        return Reply(fill.amount, jnp.broadcast_to(fill.level[:, None], price.shape), least)

    def response(
        self, price: Schedules, curvature: Schedules, worth: Schedules, place: Float[Array, "vehicle place"]
    ) -> Float[Array, "place step step"]:
        """Return by how much vehicles of a place draw less in a step as the price of another step rises."""
        power = (worth - price) * inverse(curvature)
        free = jnp.where((power > 0) & (power < self.limit_kw), inverse(curvature), 0.0)
        whole = free.sum(-1, keepdims=True)
        share = free / jnp.where(whole > 0, whole, 1.0)
        alone = jnp.matmul(place.T, free, precision=Precision.HIGHEST)
        spread = (place[:, :, None] * free[:, None, :]).reshape(len(free), -1)
        moved = jnp.matmul(spread.T, share, precision=Precision.HIGHEST).reshape(*alone.shape, -1)
        return alone[:, :, None] * jnp.eye(free.shape[1], dtype=free.dtype) - moved

"""A plan made beforehand, carried out step by step."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.world import Requests, View, World


class Scheduled(eqx.Module):
    """Asks in every step for what the plan says."""

    battery_kw: Float[Array, "step battery"]
    """Shape [step, battery]."""
    solar_kw: Float[Array, "step solar"]
    """Shape [step, solar]; infinity leaves curtailment to the world."""
    defer_kwh: Float[Array, "step station"]
    """Shape [step, station]."""
    name: str = eqx.field(static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, _world: World) -> Int[Array, ""]:
        """Start with the plan's first step."""
        return jnp.zeros((), jnp.int32)

    def act(self, _world: World, memory: Int[Array, ""], _view: View) -> tuple[Int[Array, ""], Requests]:
        """Return the plan's next row."""
        return memory + 1, Requests(self.battery_kw[memory], self.solar_kw[memory], self.defer_kwh[memory])

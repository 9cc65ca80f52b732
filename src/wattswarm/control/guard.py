"""A guard around any policy: whatever it asks, every target stays in reach (must-run, models 11.1)."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp

from wattswarm.control.contract import PolicyWrapper
from wattswarm.control.laxity import must_kw, spare_kw
from wattswarm.world import Requests, View, World


class Guarded(PolicyWrapper):
    """Raises charging to what has to flow and cuts discharging to what can be spared."""

    name: str = eqx.field(static=True)

    def change(self, world: World, view: View, asked: Requests) -> Requests:
        """Return requests that keep every target in reach."""
        # A plan keeps its own precision; the world may run in another.
        asked = jax.tree.map(lambda values: values.astype(view.energy_kwh.dtype), asked)
        must, spare = must_kw(world, view), spare_kw(world, view)
        power = jnp.nan_to_num(asked.battery_kw)
        power = jnp.where(must > 0, jnp.maximum(power, must), jnp.maximum(power, -spare))
        return asked._replace(battery_kw=power)

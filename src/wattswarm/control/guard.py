"""A guard around any policy: whatever it asks, every target stays in reach (must-run, models 11.1)."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from wattswarm.control.contract import Policy
from wattswarm.control.laxity import must_kw, spare_kw
from wattswarm.world import Requests, View, World


class Guarded(eqx.Module):
    """Raises charging to what has to flow and cuts discharging to what can be spared.

    Args:
        policy: who asks.
        name: name in tables.
    """

    policy: Policy
    name: str = eqx.field(static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, world: World) -> Any:
        """Remember what the policy remembers."""
        return self.policy.begin(world)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Mend the policy's requests."""
        memory, asked = self.policy.act(world, memory, view)
        # A plan keeps its own precision; the world may run in another.
        asked = jax.tree.map(lambda values: values.astype(view.energy_kwh.dtype), asked)
        must, spare = must_kw(world, view), spare_kw(world, view)
        power = jnp.nan_to_num(asked.battery_kw)
        power = jnp.where(must > 0, jnp.maximum(power, must), jnp.maximum(power, -spare))
        return memory, asked._replace(battery_kw=power)

"""Charging from the sun on the roof: what load leaves over, and from the grid only what has to flow."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp

from wattswarm.control import CompiledPolicy, laxity_steps, missing_kw, requests
from wattswarm.plan.rules.priority import must_then_in_order, room_kw, site_must_kw
from wattswarm.world import Requests, View, World


class SolarSurplus(CompiledPolicy):
    """Charge with what the sun gives beyond the load, least laxity first."""

    name: str = eqx.field(default="solar-surplus", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Share the surplus of the whole site; deeper limits keep their own room."""
        room = room_kw(world, view)
        surplus = jnp.maximum(room[-1] - world.import_limit_kw[-1], 0.0)
        wanted = jnp.minimum(missing_kw(world, view), view.charge_limit_kw)
        room = room.at[-1].set(jnp.minimum(room[-1], surplus))
        sunny = must_then_in_order(world, view, wanted, laxity_steps(world, view), room)
        return memory, requests(world, jnp.maximum(sunny, site_must_kw(world, view)))

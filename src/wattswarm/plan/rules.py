"""Rules an operator would try first: each one file-line of thought, all on the same view and projection."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp

from wattswarm.plan.policy import requests
from wattswarm.world import Requests, View, World


class Uncontrolled(eqx.Module):
    """Charge at full power from plug-in until the target; storages rest."""

    name: str = eqx.field(default="uncontrolled", static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, _world: World) -> Any:
        """Remember nothing."""
        return None

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Ask for what is missing to the target, as fast as it goes."""
        x = view.exogenous
        missing = (x.target_kwh - view.energy_kwh) / (world.charge_efficiency * world.step_h)
        power = jnp.clip(missing, 0.0, view.charge_limit_kw)
        return memory, requests(world, jnp.where(x.steps_left > 0, power, 0.0))

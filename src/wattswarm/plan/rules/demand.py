"""Putting off demand that can wait: margin follows the price, so wait for a rise (models 4.5, fact 4)."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp

from wattswarm.control import Policy
from wattswarm.outlook import hints_of
from wattswarm.world import Requests, View, World


class WithDeferral(eqx.Module):
    """Defer regular demand by a step where the next one earns more; batteries obey another rule.

    Customers pay a multiple of the price. Above one, each kWh earns more at a higher price, below one less.

    Args:
        batteries: rule of the batteries.
    """

    batteries: Policy
    name: str = eqx.field(default="demand-deferral", static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, world: World) -> Any:
        """Remember what the rule of the batteries remembers."""
        return self.batteries.begin(world)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Compare the price of the hour ahead with the price now."""
        memory, asked = self.batteries.act(world, memory, view)
        x, hints = view.exogenous, hints_of(view)
        rise = (hints.price_ahead[0] - x.import_price) * jnp.sign(x.import_price)
        better = rise * (x.service_price - x.import_price) > 0
        return memory, asked._replace(defer_kwh=jnp.where(better, x.regular_kwh, 0.0))

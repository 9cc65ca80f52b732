"""Putting off demand that can wait: margin follows the price, so wait for a rise (models 4.5, fact 4)."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp

from wattswarm.control import PolicyWrapper
from wattswarm.outlook import hints_of
from wattswarm.world import Requests, View, World


class WithDeferral(PolicyWrapper):
    """Defer regular demand by a step where the next one earns more; batteries obey another rule.

    Customers pay a multiple of the price. Above one, each kWh earns more at a higher price, below one less.
    """

    name: str = eqx.field(default="demand-deferral", static=True)

    def change(self, _world: World, view: View, asked: Requests) -> Requests:
        """Compare the price of the hour ahead with the price now."""
        x, hints = view.exogenous, hints_of(view)
        rise = (hints.price_ahead[0] - x.import_price) * jnp.sign(x.import_price)
        better = rise * (x.service_price - x.import_price) > 0
        return asked._replace(defer_kwh=jnp.where(better, x.regular_kwh, 0.0))

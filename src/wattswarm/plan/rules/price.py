"""Following the price: charge while it is low, give back while it is high, never at a target's expense."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy, PolicyWrapper, missing_kw, requests, spare_kw
from wattswarm.outlook import hints_of
from wattswarm.plan.rules.priority import site_must_kw
from wattswarm.world import Requests, View, World


class PriceThreshold(CompiledPolicy):
    """Charge at full power while the import price is low, else only what has to flow."""

    level: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)
    """How high a low price may be: 0 at the 30 % quantile of the known prices, 1 at the 70 % one."""
    name: str = eqx.field(default="price-threshold", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Ask for all that is missing while it is cheap."""
        x = view.exogenous
        cheap = x.import_price <= between(view, self.level)
        at_once = jnp.minimum(missing_kw(world, view), view.charge_limit_kw)
        must = site_must_kw(world, view)
        return memory, requests(world, jnp.where(cheap, jnp.maximum(at_once, must), must))


class WithVehicleToGrid(PolicyWrapper):
    """Let vehicles with energy and time to spare feed the site while the price is high.

    They do so only where the export price pays for driver, wear and recharging at the low price.

    Args:
        inner: rule that charges them.
    """

    name: str = eqx.field(default="vehicle-to-grid", static=True)

    def change(self, world: World, view: View, asked: Requests) -> Requests:
        """Discharge down to what keeps the target in reach, else charge by the rule."""
        x, hints = view.exogenous, hints_of(view)
        back = (hints.price_low + x.wear_price) / (world.charge_efficiency * world.discharge_efficiency)
        pays = x.export_price - world.v2g_reward - x.wear_price > back
        pays = pays & (x.steps_left > 0) & (x.import_price >= hints.price_high)
        power = jnp.where(pays, spare_kw(world, view), 0.0)
        return asked._replace(battery_kw=jnp.where(power > 0, -power, asked.battery_kw))


def between(view: View, level: Float[Array, ""]) -> Float[Array, ""]:
    """Return the price at a level between the low (0) and the high (1) quantile of the known prices.

    Args:
        level: 0 for the low quantile, 1 for the high one.

    Returns:
        Price [currency/kWh], in the precision of the view.
    """
    hints = hints_of(view)
    return hints.price_low + level.astype(hints.price_low.dtype) * (hints.price_high - hints.price_low)

"""Trading with the storage: fill it at low prices, empty it at high ones (rule 30/70 of models 7.4)."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import PolicyWrapper
from wattswarm.outlook import hints_of
from wattswarm.plan.rules.price import between
from wattswarm.plan.rules.priority import room_kw
from wattswarm.world import Requests, View, World


class WithStorage(PolicyWrapper):
    """Charge storages below one price and discharge them above another; ports obey another rule."""

    buy: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)
    """Charge up to this level: 0 is the 30 % quantile of the known prices, 1 the 70 % one."""
    sell: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)
    """Discharge from this level on."""
    name: str = eqx.field(default="storage-threshold", static=True)

    def change(self, world: World, view: View, asked: Requests) -> Requests:
        """Ask for full power in or out of every storage, or rest."""
        price = view.exogenous.import_price
        low, high = between(view, self.buy), between(view, self.sell)
        empty = jnp.where(price >= high, view.discharge_limit_kw, 0.0)
        trade = jnp.where(price <= low, view.charge_limit_kw, -empty)
        # A day of one price has no low and no high.
        return _on_storages(world, asked, jnp.where(low < high, trade, 0.0))


class WithPayingStorage(PolicyWrapper):
    """Trade with storages at low and high prices, but only where the spread pays for losses and wear.

    Where exports do not pay, storages give no more than the site itself draws.
    """

    name: str = eqx.field(default="paying-storage", static=True)

    def change(self, world: World, view: View, asked: Requests) -> Requests:
        """Compare prices now with what a kWh out of the storage costs."""
        x, hints = view.exogenous, hints_of(view)
        losses = world.charge_efficiency * world.discharge_efficiency
        filled_at_low = (hints.price_low + x.wear_price) / losses + x.wear_price
        is_storage = jnp.arange(world.batteries) >= world.ports
        others = jnp.where(is_storage, 0.0, asked.battery_kw).sum()
        drawn = others + world.import_limit_kw[-1] - room_kw(world, view)[-1]
        able = jnp.where(is_storage, view.discharge_limit_kw, 0.0)
        own = able * jnp.clip(drawn / jnp.maximum(able.sum(), 1e-9), 0.0, 1.0)
        at_home = jnp.where(x.import_price > filled_at_low, own, 0.0)
        empty = jnp.where(x.export_price > filled_at_low, able, at_home)
        empty = jnp.where(x.import_price >= hints.price_high, empty, 0.0)
        fills = (x.import_price <= hints.price_low) & (hints.price_high > filled_at_low)
        fill = jnp.where(fills, view.charge_limit_kw, 0.0)
        return _on_storages(world, asked, jnp.where(fill > 0, fill, -empty))


def _on_storages(world: World, asked: Requests, power_kw: Float[Array, " battery"]) -> Requests:
    is_storage = jnp.arange(world.batteries) >= world.ports
    return asked._replace(battery_kw=jnp.where(is_storage, power_kw, asked.battery_kw))

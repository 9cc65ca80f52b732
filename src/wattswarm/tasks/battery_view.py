"""What one battery sees of itself and of its site, scaled to about -1..1."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.outlook import hints_of
from wattswarm.tasks.place import Setting
from wattswarm.tasks.space import Row
from wattswarm.tasks.task import Features
from wattswarm.world import View

PRICE_BOUND = 4.0
"""Prices beyond so many times their scale are seen as this."""
_DAY_H = 24.0

BATTERY_ROWS: tuple[Row, ...] = (
    ("state of charge", 0.0, 1.0, "share of capacity; 0 at an empty port"),
    ("missing to target", -1.0, 1.0, "share of capacity"),
    ("time left", 0.0, 1.0, "days, at most 1; 0 for storages"),
    ("charge limit", 0.0, 1.0, "largest battery power of the bank"),
    ("discharge limit", 0.0, 1.0, "largest battery power of the bank"),
    ("must charge", 0.0, 1.0, "largest battery power of the bank"),
    ("plugged", 0.0, 1.0, "1 where there is a battery"),
    ("storage", 0.0, 1.0, "1 for a stationary battery"),
    ("capacity", 0.0, 1.0, "largest capacity of the bank"),
    ("import price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
    ("export price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
    ("price above low", -PRICE_BOUND, PRICE_BOUND, "price scale, from the 30 % quantile of known prices"),
    ("price above high", -PRICE_BOUND, PRICE_BOUND, "price scale, from the 70 % quantile of known prices"),
    ("price 0-1 h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now"),
    ("price 1-3 h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now"),
    ("price 3-6 h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now"),
    ("price 6-12 h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now"),
    ("price 12-24 h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now"),
    ("solar", 0.0, 1.0, "largest solar power of the bank"),
    ("base load", 0.0, 1.0, "largest base load of the bank"),
    ("headroom", -1.0, 1.0, "share of the import limit left by load, sun and what must charge"),
    ("hour, sine", -1.0, 1.0, "of the local clock"),
    ("hour, cosine", -1.0, 1.0, "of the local clock"),
    ("queue", 0.0, 1.0, "waiting vehicles a port, at most 1"),
)
"""What a battery sees, in the order of `battery_features`."""


def battery_features(setting: Setting, view: View) -> Features:
    """Return what every battery sees: 24 arrays of shape [battery], in the order of `BATTERY_ROWS`."""
    x, hints = view.exogenous, hints_of(view)
    world, scales = setting.world, setting.scales
    one = jnp.ones_like(view.energy_kwh)
    plugged = jnp.where(x.capacity_kwh > 0, 1.0, 0.0) * one
    capacity = jnp.where(x.capacity_kwh > 0, x.capacity_kwh, 1.0)
    missing = jnp.where(x.steps_left > 0, (x.target_kwh - view.energy_kwh) / capacity, 0.0)
    storage = (jnp.arange(world.batteries) >= world.ports) * one
    limit = world.import_limit_kw[-1]
    drawn = x.base_kw.sum() - x.solar_kw.sum() + view.must_kw.sum()
    own = (
        view.energy_kwh / capacity,
        jnp.clip(missing, -1.0, 1.0),
        jnp.minimum(x.steps_left * world.step_h / _DAY_H, 1.0),
        view.charge_limit_kw / scales.power_kw,
        view.discharge_limit_kw / scales.power_kw,
        view.must_kw / scales.power_kw,
        plugged,
        storage,
        x.capacity_kwh / scales.capacity_kwh,
    )
    prices = (
        x.import_price,
        x.export_price,
        x.import_price - hints.price_low,
        x.import_price - hints.price_high,
        *(hints.price_ahead[block] - x.import_price for block in range(hints.price_ahead.shape[0])),
    )
    site = (
        jnp.clip(x.solar_kw.sum() / scales.solar_kw, 0.0, 1.0),
        jnp.clip(x.base_kw.sum() / scales.load_kw, 0.0, 1.0),
        jnp.clip((limit - drawn) / jnp.maximum(limit, 1.0), -1.0, 1.0),
        hints.hour_sin,
        hints.hour_cos,
        jnp.minimum(x.queue.sum() / max(world.ports, 1), 1.0),
    )
    seen = [jnp.clip(price / scales.price, -PRICE_BOUND, PRICE_BOUND) for price in prices]
    return (*own, *[one * value for value in (*seen, *site)])


def shares_of_limits(view: View, power_kw: Float[Array, " battery"]) -> Float[Array, " battery"]:
    """Return power as a share of what each battery can take or, below 0, give, within -1..1, [battery]."""
    limit = jnp.where(power_kw > 0, view.charge_limit_kw, view.discharge_limit_kw)
    share = jnp.where(limit > 0, power_kw / jnp.where(limit > 0, limit, 1.0), 0.0)
    return jnp.clip(share, -1.0, 1.0)

"""Hours in which the grid leaves critical sites alone: vehicles serve them, the fullest first."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.battery import discharge_limit
from wattswarm.papers.p000_city.world.records import City, Districts, Vehicles, View


def serve_critical(city: City, view: View) -> tuple[Vehicles, Districts]:
    """Call vehicles in the order of their state of charge until the sites of each district are served.

    Returns:
        What each vehicle gives and what stays unserved [kWh].

    Source:
        Paper 000, Table I, emergency backup: down to a state of charge of 10 %, overriding all else.
    """
    outages, battery = city.settings.outages, city.settings.battery
    need = jnp.where(view.state.outage, outages.sites * outages.site_kwh, 0.0).astype(city.dtype)
    nothing = jnp.zeros_like(view.state.energy_kwh)

    def serve() -> Vehicles:
        can = discharge_limit(
            view.state.energy_kwh, outages.floor * battery.kwh, battery.kw, battery.efficiency, 1.0
        )
        able = jnp.where(view.away | ~view.state.outage[:, None], 0.0, can)
        return fullest_first(view.state.energy_kwh, able, need)

    called = jax.lax.cond(view.state.outage.any(), serve, lambda: nothing)
    return called, jnp.maximum(need - called.sum(-1), 0.0)


def fullest_first(
    energy_kwh: Float[Array, "district vehicle"],
    able_kwh: Float[Array, "district vehicle"],
    need_kwh: Districts,
) -> Float[Array, "district vehicle"]:
    """Share a need among vehicles, the fullest first; between equally full ones the first comes first.

    Args:
        able_kwh: most that each can give.

    Returns:
        What each gives [kWh].
    """
    order = jnp.argsort(-energy_kwh, axis=-1)
    able = jnp.take_along_axis(able_kwh, order, -1)
    before = jnp.cumsum(able, -1) - able
    given = jnp.clip(need_kwh[:, None] - before, 0.0, able)
    return jnp.put_along_axis(jnp.zeros_like(able), order, given, axis=-1, inplace=False)

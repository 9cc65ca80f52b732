"""Stage 3, clear: what is left after trade inside the site meets the grid, (1) of 001, (23)-(27) of 002."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.grid import power_flow
from wattswarm.world.records import Dispatch, World


class Exchange(NamedTuple):
    """Power through the grid connection and every limit of the site."""

    import_kw: Float[Array, ""]
    export_kw: Float[Array, ""]
    solar_export_kw: Float[Array, ""]
    limit_kw: Float[Array, " limit"]
    voltage_pu: Float[Array, " bus"]


def clear(world: World, dispatch: Dispatch) -> Exchange:
    """Net all stations and exchange the rest with the grid.

    Args:
        world: parameters; the last limit is the grid connection.
        dispatch: powers of this step.

    Returns:
        Import and export [kW], never both; exported solar; power through limits; feeder voltages if any.
    """
    battery = dispatch.charge_kw - dispatch.discharge_kw
    net = battery.sum() - dispatch.solar_kw.sum() + dispatch.load_kw.sum()
    limits = (
        through(world.battery_rows, battery)
        - through(world.solar_rows, dispatch.solar_kw)
        + through(world.load_rows, dispatch.load_kw)
    )
    export = jnp.maximum(-net, 0.0)
    return Exchange(
        import_kw=jnp.maximum(net, 0.0),
        export_kw=export,
        solar_export_kw=jnp.minimum(export, dispatch.solar_kw.sum()),
        limit_kw=limits,
        voltage_pu=voltages(world, dispatch),
    )


def through(
    rows: Float[Array, "limit element"], power_kw: Float[Array, " element"]
) -> Float[Array, " limit"]:
    """Return the power [kW] through each limit.

    Written as product and sum, not as a matrix product: it then fuses with its neighbours and, under
    `vmap(in_axes=-1)`, keeps the worlds of a batch side by side in memory.
    """
    return (rows * power_kw).sum(axis=1)


def voltages(world: World, dispatch: Dispatch) -> Float[Array, "bus ..."]:
    """Return the voltage of each bus of the feeder [pu], shape [bus] or [bus, case], of size 0 without one.

    Nothing in a step depends on them, so many steps may be solved at once after they were made: as cases on
    the last axis of every power.
    """
    battery = dispatch.charge_kw - dispatch.discharge_kw
    if world.feeder is None or world.feeder_rows is None:
        return jnp.zeros(0, battery.dtype)
    power = jnp.concatenate([battery, -dispatch.solar_kw, dispatch.load_kw])
    load = (world.feeder.base_p_kw + (world.feeder_rows @ power).T).T
    # Five rounds err by less than single precision rounds.
    rounds = 8 if load.dtype == jnp.float64 else 5
    return power_flow(world.feeder, load, iterations=rounds).magnitude

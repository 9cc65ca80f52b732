"""Sharing scarce power by rank: the first in line takes what it wants, the next what is left."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import laxity_steps, missing_kw, must_kw
from wattswarm.world import View, World


@jax.jit
def room_kw(world: World, view: View) -> Float[Array, " limit"]:
    """Return what batteries may draw behind each limit [kW], the grid connection last, shape [limit]."""
    x = view.exogenous
    load = x.base_kw
    if world.defers:
        load = load + (x.urgent_kwh + x.regular_kwh + view.deferred_kwh) / world.step_h
    sun = (world.solar_rows * x.solar_kw).sum(axis=1)
    return world.import_limit_kw - (world.load_rows * load).sum(axis=1) + sun


@jax.jit
def in_order(
    world: World,
    wanted_kw: Float[Array, " battery"],
    rank: Float[Array, " battery"],
    room_kw: Float[Array, " limit"],
) -> Float[Array, " battery"]:
    """Give the room behind every limit to the batteries of lowest rank first.

    Args:
        wanted_kw: charging power each would take, shape [battery].
        rank: lowest is served first, ties in the order of the ports, shape [battery].
        room_kw: power behind each limit, shape [limit].

    Returns:
        Charging power [kW], shape [battery].
    """
    place = jnp.arange(rank.size)
    ahead = (rank[None, :] < rank[:, None]) | (
        (rank[None, :] == rank[:, None]) & (place[None, :] < place[:, None])
    )
    ahead = ahead.astype(wanted_kw.dtype)
    power = wanted_kw
    for low, high in world.levels:
        rows = world.battery_rows[low:high]
        taken = (rows * power) @ ahead.T
        left = jnp.maximum(room_kw[low:high, None] - taken, 0.0)
        power = jnp.minimum(
            power, jnp.where(rows > 0, left / jnp.where(rows > 0, rows, 1.0), jnp.inf).min(axis=0)
        )
    return power


def must_then_in_order(
    world: World,
    view: View,
    wanted_kw: Float[Array, " battery"],
    rank: Float[Array, " battery"],
    room_kw: Float[Array, " limit"],
) -> Float[Array, " battery"]:
    """Serve what has to flow now whatever the room, then fill the room by rank.

    Args:
        wanted_kw: charging power each would take, shape [battery].
        rank: lowest is served first, shape [battery].
        room_kw: power behind each limit, shape [limit].

    Returns:
        Charging power [kW], shape [battery].
    """
    must = must_kw(world, view)
    free = room_kw - (world.battery_rows * must).sum(axis=1)
    shared = in_order(world, jnp.maximum(wanted_kw - must, 0.0), rank, free)
    power: Float[Array, " battery"] = must + shared
    return power


@jax.jit
def site_must_kw(world: World, view: View) -> Float[Array, " battery"]:
    """Return the least charging power that keeps all targets in reach together behind the grid connection.

    Those who leave by any moment need their energy by then, and the connection gives no more than it does now
    without sun. What that leaves for now at the least goes to the least laxity first. Deeper limits, vehicles
    to come and changes of load are not foreseen.

    Returns:
        Power [kW], never below `must_kw`, shape [battery].

    Source:
        Demand bound of earliest deadline first: Baruah, Rosier and Howell 1990, doi 10.1007/BF01995675.
    """
    left, missing = view.exogenous.steps_left, missing_kw(world, view)
    room = room_kw(world, view)
    steady = jnp.maximum(room[-1] - view.exogenous.solar_kw.sum(), 0.0)
    due = ((left[None, :] <= left[:, None]) * missing).sum(axis=1)
    now = jnp.where(missing > 0, due - (left - 1.0) * steady, 0.0).max(initial=0.0)
    wanted = jnp.minimum(missing, view.charge_limit_kw)
    room = room.at[-1].set(jnp.minimum(room[-1], now))
    return must_then_in_order(world, view, wanted, laxity_steps(world, view), room)

"""Where the price now stands among those of a vehicle's stay: what turns a path of prices into urgency."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import missing_kw
from wattswarm.outlook import hints_of
from wattswarm.world import View, World

QUARTERS_H = tuple(0.25 * quarter for quarter in range(17))
"""Bounds [h] of the next 16 quarter-hours, one by one: the longest stay of the paper."""


class Ranks(NamedTuple):
    """What each vehicle's stay looks like from this step, by the prices ahead as they are believed."""

    needed: Float[Array, " battery"]
    """Steps at full power that the target still takes."""
    cheaper: Float[Array, " battery"]
    """Later steps of the stay that are cheaper than this one."""
    dearer: Float[Array, " battery"]
    """Later steps of the stay that are dearer than this one."""
    refill: Float[Array, " battery"]
    """Later steps of the stay in which energy given now is bought back at a profit."""
    resell: Float[Array, " battery"]
    """Later steps of the stay in which energy bought now is sold at a profit."""
    beyond: Float[Array, " battery"]
    """Steps at full power by which the vehicle is above its target."""
    least: Float[Array, " battery"]
    """Lowest price of the stay [currency/kWh], this step's included."""
    most: Float[Array, " battery"]
    """Highest price of the stay [currency/kWh], this step's included."""


def ranks(world: World, view: View) -> Ranks:
    """Rank the price of this step among those of every stay.

    Args:
        view: what is visible, with the prices ahead laid out in `QUARTERS_H`.

    Returns:
        Ranks; of steps beyond the prices ahead nothing is known. All counts are 0 at empty ports.
    """
    x, hints = view.exogenous, hints_of(view)
    later = jnp.arange(1, hints.price_ahead.shape[0] + 1)[None, :] < x.steps_left[:, None]
    ahead = hints.price_ahead[None, :]
    power = jnp.where(x.charge_kw > 0, x.charge_kw, 1.0)
    losses = (world.charge_efficiency * world.discharge_efficiency)[:, None]
    worth = x.export_price * losses
    # What export pays of import now is what it will pay later.
    bought = jnp.where(x.import_price > 0, x.import_price, 1.0)
    share = jnp.where(x.import_price > 0, x.export_price / bought, 1.0)
    step = power * world.charge_efficiency * world.step_h
    above = jnp.where(x.steps_left > 0, view.energy_kwh - x.target_kwh, 0.0)

    def count(which: Array) -> Float[Array, " battery"]:
        return (later & which).sum(axis=1).astype(ahead.dtype)

    return Ranks(
        needed=missing_kw(world, view) / power,
        cheaper=count(ahead < x.import_price),
        dearer=count(ahead > x.import_price),
        refill=count(ahead < worth),
        resell=count(share * ahead * losses > x.import_price),
        beyond=jnp.maximum(above, 0.0) / step,
        least=jnp.where(later, ahead, x.import_price).min(axis=1),
        most=jnp.where(later, ahead, x.import_price).max(axis=1),
    )

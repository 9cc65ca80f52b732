"""How long a vehicle can still wait: the charging curve followed backwards from the target (models 11.1).

Each function is traced once however many policies ask.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.world import Exogenous, View, World

FOLLOWED_STEPS = 8
"""Last steps of a stay over which the charging curve is followed exactly; it tapers at the end."""


@jax.jit
def missing_kw(world: World, view: View) -> Float[Array, " battery"]:
    """Return the power that meets each target within this step whatever the limits [kW], shape [battery]."""
    missing = view.exogenous.target_kwh - view.energy_kwh
    power = jnp.maximum(missing, 0.0) / (world.charge_efficiency * world.step_h)
    return jnp.where(view.exogenous.steps_left > 0, power, 0.0)


@jax.jit
def latest_kwh(world: World, exogenous: Exogenous) -> Float[Array, " battery"]:
    """Return the least energy at the end of this step from which the target can still be reached.

    Before the last `FOLLOWED_STEPS` steps of a stay, power counts as no more than the curve allows at their
    start, which is never more than what is possible: curves are concave and the target lies above.

    Args:
        exogenous: stays and charging curves of this step.

    Returns:
        Energy [kWh], never below the floor, shape [battery].
    """
    gain = world.charge_efficiency * world.step_h
    later = exogenous.steps_left - 1.0
    curve_kw, slope = exogenous.curve_kw, exogenous.curve_slope
    energy = exogenous.target_kwh
    for back in range(FOLLOWED_STEPS):
        at_power = energy - gain * exogenous.charge_kw
        on_curve = (energy - gain * curve_kw) / (1.0 + gain * slope)
        before = jnp.maximum(at_power, on_curve.max(axis=0))
        energy = jnp.where(back < later, before, energy)
    power = jnp.minimum(exogenous.charge_kw, (curve_kw + slope * energy).min(axis=0))
    energy = energy - jnp.maximum(later - FOLLOWED_STEPS, 0.0) * gain * jnp.maximum(power, 0.0)
    return jnp.where(exogenous.steps_left > 0, jnp.maximum(energy, exogenous.floor_kwh), exogenous.floor_kwh)


@jax.jit
def must_kw(world: World, view: View) -> Float[Array, " battery"]:
    """Return the least charging power that keeps targets in reach [kW], 0 or at least the port's minimum."""
    lacking = latest_kwh(world, view.exogenous) - view.energy_kwh
    must = jnp.maximum(lacking / (world.charge_efficiency * world.step_h), view.must_kw)
    must = jnp.where(view.exogenous.steps_left > 0, must, 0.0)
    must = jnp.where(must > 0.0, jnp.maximum(must, world.minimum_kw), 0.0)
    return jnp.clip(must, 0.0, view.charge_limit_kw)


@jax.jit
def laxity_steps(world: World, view: View) -> Float[Array, " battery"]:
    """Return the steps each vehicle can spare before it must charge at full speed, infinite without one."""
    power = jnp.where(view.exogenous.charge_kw > 0, view.exogenous.charge_kw, 1.0)
    spare = view.exogenous.steps_left - missing_kw(world, view) / power
    return jnp.where(view.exogenous.steps_left > 0, spare, jnp.inf)


@jax.jit
def spare_kw(world: World, view: View) -> Float[Array, " battery"]:
    """Return the discharging power [kW] after which every target is still in reach, shape [battery]."""
    spare = view.energy_kwh - latest_kwh(world, view.exogenous)
    return jnp.clip(spare * world.discharge_efficiency / world.step_h, 0.0, view.discharge_limit_kw)

"""Battery energy balance and what a battery takes or gives in a step, eq. (4)-(5) of 001, (6)-(9) of 002."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

Battery = Float[Array, " battery"]
Rating = Battery | float
"""Of each battery, or the same for all."""


def charge_limit(
    energy_kwh: Battery,
    ceiling_kwh: Rating,
    power_kw: Rating,
    curve_kw: Float[Array, "piece battery"],
    curve_slope: Float[Array, "piece battery"],
    efficiency: Rating,
    step_h: float,
) -> Battery:
    """Return the most power [kW, grid side] that each battery can take in one step.

    Args:
        energy_kwh: energy at the start of the step, shape [battery].
        ceiling_kwh: energy the battery may not exceed, shape [battery].
        power_kw: rated charging power, shape [battery].
        curve_kw: intercepts of the charging curve's pieces, shape [piece, battery].
        curve_slope: slopes of the pieces [kW per kWh], shape [piece, battery].
        efficiency: share of the drawn energy that is stored, shape [battery].
        step_h: length of the step [h].

    Returns:
        Power >= 0, shape [battery].
    """
    room = (ceiling_kwh - energy_kwh) / (efficiency * step_h)
    limit = jnp.minimum(power_kw, room)
    for piece in range(curve_kw.shape[0]):
        limit = jnp.minimum(limit, curve_kw[piece] + curve_slope[piece] * energy_kwh)
    return jnp.maximum(limit, 0.0)


def discharge_limit(
    energy_kwh: Battery, floor_kwh: Rating, power_kw: Rating, efficiency: Rating, step_h: float
) -> Battery:
    """Return the most power [kW, grid side] that each battery can give in one step, >= 0, shape [battery]."""
    return jnp.clip((energy_kwh - floor_kwh) * efficiency / step_h, 0.0, power_kw)


def energy_after(
    energy_kwh: Battery,
    charge_kw: Battery,
    discharge_kw: Battery,
    charge_efficiency: Rating,
    discharge_efficiency: Rating,
    step_h: float,
) -> Battery:
    """Return the energy [kWh] after one step of charging and discharging, shape [battery]."""
    stored = charge_efficiency * charge_kw - discharge_kw / discharge_efficiency
    return energy_kwh + step_h * stored

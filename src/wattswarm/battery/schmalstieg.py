"""Calendar and cycle ageing of an NMC cell (Schmalstieg et al. 2014), in a form that adds up step by step.

The source gives capacity at constant stress: C = 1 - alpha t^0.75 - beta sqrt(Q). Under changing
stress the equivalent-age method restarts each law from the age at which the present stress would have
caused the present loss: dL_cal = 0.75 alpha dt / t_eff^0.25 with t_eff = (L_cal / alpha)^(4/3), and
dL_cyc = 0.5 beta dQ / sqrt(Q_eff) with Q_eff = (L_cyc / beta)^2. Multiplied out,

    d(L_cal^(4/3)) = alpha^(4/3) dt        d(L_cyc^2) = beta^2 dQ

so the wear alpha^(4/3) t and beta^2 Q are plain sums: exact at any step length, with no singular start.

Fitted near 1C and 35 degC on 18650 cells of 2.15 Ah; pessimistic for the cells of today.

Source:
    Schmalstieg, Käbitz, Ecker, Sauer, J. Power Sources 257 (2014) 325-334,
    doi 10.1016/j.jpowsour.2014.02.012.
"""

from __future__ import annotations

from typing import Final

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from wattswarm.battery.rainflow import Cycles

CELL_CAPACITY_AH: Final = 2.15
VOLTAGE_AT_EMPTY: Final = 3.3324
VOLTAGE_SLOPE: Final = 0.8263


def open_circuit_voltage(state_of_charge: ArrayLike) -> Float[Array, "*batch"]:
    """Open-circuit voltage of an NMC cell, the straight line 3.3324 + 0.8263 soc.

    The line is the one that EV2Gym uses with this model, so that figures compare; a measured curve
    is lower below 20 % and flatter around 50 %.

    Args:
        state_of_charge: fraction, any shape.

    Returns:
        Volts, same shape.
    """
    return VOLTAGE_AT_EMPTY + VOLTAGE_SLOPE * jnp.asarray(state_of_charge)


def calendar_rate(voltage: ArrayLike, temperature_c: ArrayLike = 25.0) -> Float[Array, "*batch"]:
    """Speed of calendar ageing at a resting voltage and temperature.

    Args:
        voltage: cell voltage [V], any shape.
        temperature_c: cell temperature [degC], broadcast against `voltage`.

    Returns:
        alpha, lost fraction per day^0.75, never negative.

    Source:
        Schmalstieg et al. 2014, calendar ageing of the capacity.
    """
    kelvin = jnp.asarray(temperature_c) + 273.15
    return jnp.maximum(7.543 * jnp.asarray(voltage) - 23.75, 0.0) * 1e6 * jnp.exp(-6976.0 / kelvin)


def cycle_rate(voltage_rms: ArrayLike, depth: ArrayLike) -> Float[Array, "*batch"]:
    """Speed of cycle ageing by the quadratic mean voltage and the depth of the cycles.

    Args:
        voltage_rms: quadratic mean of the cell voltage over the cycle [V], any shape.
        depth: depth of the cycle, fraction of capacity.

    Returns:
        beta, lost fraction per square root of an Ah through a cell of 2.15 Ah.

    Source:
        Schmalstieg et al. 2014, cycle ageing of the capacity.
    """
    return 7.348e-3 * (jnp.asarray(voltage_rms) - 3.667) ** 2 + 7.6e-4 + 4.081e-3 * jnp.asarray(depth)


def calendar_wear(
    state_of_charge: ArrayLike, hours: ArrayLike, temperature_c: ArrayLike = 25.0
) -> Float[Array, "*batch"]:
    """Calendar wear alpha^(4/3) dt that a period adds.

    Args:
        state_of_charge: state of charge over the stretch, fraction, any shape.
        hours: its length [h].
        temperature_c: cell temperature [degC].

    Returns:
        Wear to be summed and read by `calendar_loss`.
    """
    rate = calendar_rate(open_circuit_voltage(state_of_charge), temperature_c)
    return rate ** (4.0 / 3.0) * jnp.asarray(hours) / 24.0


def cycle_wear(cycles: Cycles) -> Float[Array, "*batch"]:
    """Cycle wear beta^2 dQ that a set of counted cycles adds.

    A cycle of depth delta carries 2 delta times the cell's 2.15 Ah, and its quadratic mean voltage is
    taken at its mean state of charge.

    Args:
        cycles: counted cycles of state of charge, arrays [..., k].

    Returns:
        Wear [...] to be summed and read by `cycle_loss`.
    """
    charge_ah = 2.0 * cycles.weight * cycles.depth * CELL_CAPACITY_AH
    rate = cycle_rate(open_circuit_voltage(cycles.mean), cycles.depth)
    return (rate**2 * charge_ah).sum(-1)


def calendar_loss(wear: ArrayLike) -> Float[Array, "*batch"]:
    """Fraction of capacity lost to calendar wear: wear^(3/4), its gradient at no wear taken as zero."""
    return _power(wear, 0.75)


def cycle_loss(wear: ArrayLike) -> Float[Array, "*batch"]:
    """Fraction of capacity lost to cycle wear: sqrt(wear), its gradient at no wear taken as zero."""
    return _power(wear, 0.5)


def _power(wear: ArrayLike, exponent: float) -> Float[Array, "*batch"]:
    """Power whose gradient stays finite where a battery is still new."""
    wear = jnp.asarray(wear)
    worn = wear > 0
    return jnp.where(worn, jnp.where(worn, wear, 1.0) ** exponent, 0.0)

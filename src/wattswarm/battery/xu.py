"""Cycle and calendar stress of a lithium-ion battery and the capacity they cost (Xu et al. 2018).

Constants are those of the LMO cell in table III of the source. Stresses add up over cycles and time
to the degradation `f_d`; the first fast loss is the solid-electrolyte film (SEI) growing.

Source:
    Xu, Oudalov, Ulbig, Andersson, Kirschen, IEEE Trans. Smart Grid 9(2) 2018, 1131-1140,
    doi 10.1109/TSG.2016.2578950.
"""

from __future__ import annotations

from typing import Final

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from wattswarm.battery.rainflow import Cycles

DEPTH_COEFFICIENTS: Final = (1.40e5, -5.01e-1, -1.23e5)
MEAN_COEFFICIENT: Final = 1.04
MEAN_REFERENCE: Final = 0.5
TEMPERATURE_COEFFICIENT: Final = 6.93e-2
TEMPERATURE_REFERENCE_C: Final = 25.0
STRESS_PER_SECOND: Final = 4.14e-10
FILM_SHARE: Final = 5.75e-2
FILM_SPEED: Final = 121.0
SMALLEST_DEPTH: Final = 1e-6


def depth_stress(depth: ArrayLike) -> Float[Array, "*batch"]:
    """Stress of one full cycle by its depth, at 50 % mean state of charge and 25 degrees.

    Args:
        depth: depth of the cycle as a fraction of capacity, clipped to [0, 1], any shape.

    Returns:
        S_delta, zero below a depth of one millionth.

    Source:
        Xu et al. 2018, eq. (19) with the LMO constants.
    """
    scale, power, offset = DEPTH_COEFFICIENTS
    depth = jnp.minimum(jnp.asarray(depth), 1.0)
    felt = depth > SMALLEST_DEPTH
    stress = 1.0 / (scale * jnp.where(felt, depth, 1.0) ** power + offset)
    return jnp.where(felt, stress, 0.0)


def mean_stress(state_of_charge: ArrayLike) -> Float[Array, "*batch"]:
    """Factor by which a mean state of charge other than 50 % raises or lowers stress.

    Args:
        state_of_charge: mean state of charge, fraction, any shape.

    Returns:
        S_sigma, dimensionless.

    Source:
        Xu et al. 2018, eq. (22).
    """
    return jnp.exp(MEAN_COEFFICIENT * (jnp.asarray(state_of_charge) - MEAN_REFERENCE))


def temperature_stress(temperature_c: ArrayLike) -> Float[Array, "*batch"]:
    """Factor by which a cell temperature other than 25 degrees raises or lowers stress.

    Args:
        temperature_c: cell temperature [degC], any shape; the source fits it above 15 degC.

    Returns:
        S_T, dimensionless.

    Source:
        Xu et al. 2018, eq. (21).
    """
    temperature = jnp.asarray(temperature_c)
    reference_k = TEMPERATURE_REFERENCE_C + 273.0
    above = temperature - TEMPERATURE_REFERENCE_C
    return jnp.exp(TEMPERATURE_COEFFICIENT * above * reference_k / (temperature + 273.0))


def cycle_stress(cycles: Cycles, temperature_c: ArrayLike = 25.0) -> Float[Array, "*batch"]:
    """Degradation added by a set of counted cycles.

    Args:
        cycles: counted cycles, arrays of shape [..., k].
        temperature_c: cell temperature [degC], scalar or shape [...].

    Returns:
        Sum of n * S_delta * S_sigma * S_T over the cycles, shape [...].

    Source:
        Xu et al. 2018, eq. (3) and (24).
    """
    stress = cycles.weight * depth_stress(cycles.depth) * mean_stress(cycles.mean)
    return stress.sum(-1) * temperature_stress(temperature_c)


def calendar_stress(
    state_of_charge: ArrayLike, hours: ArrayLike, temperature_c: ArrayLike = 25.0
) -> Float[Array, "*batch"]:
    """Degradation added by the passing of time.

    Args:
        state_of_charge: mean state of charge over the time, fraction, any shape.
        hours: how long [h], broadcast against `state_of_charge`.
        temperature_c: cell temperature [degC], broadcast likewise.

    Returns:
        S_t * S_sigma * S_T.

    Source:
        Xu et al. 2018, eq. (20) and (24).
    """
    seconds = jnp.asarray(hours) * 3600.0
    return STRESS_PER_SECOND * seconds * mean_stress(state_of_charge) * temperature_stress(temperature_c)


def capacity_loss(stress: ArrayLike) -> Float[Array, "*batch"]:
    """Fraction of the first capacity that is lost at an accumulated degradation.

    Args:
        stress: accumulated f_d, dimensionless, any shape.

    Returns:
        Lost fraction L, 0 when new, towards 1.

    Source:
        Xu et al. 2018, eq. (12) with the film growth of section III-C.
    """
    stress = jnp.asarray(stress)
    film = -FILM_SHARE * jnp.expm1(-FILM_SPEED * stress)
    return film - (1.0 - FILM_SHARE) * jnp.expm1(-stress)

"""Price of battery wear per kWh of throughput, the linear form that programs and rewards can use.

A cycle of depth delta moves 2 delta kWh through each kWh of capacity and uses up the share
S_delta(delta) / 0.2 of its life: c = pack price / 0.2 * S_delta(delta) / (2 delta).
"""

from __future__ import annotations

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float

from wattswarm.battery.xu import depth_stress


def wear_price(
    pack_price_per_kwh: ArrayLike, depth: ArrayLike, end_of_life_stress: ArrayLike = 0.2
) -> Float[Array, "*batch"]:
    """Cost of wear per kWh that is charged or discharged, for cycles of one depth.

    At 120 per kWh of capacity it lies between 0.0076 (depth 0.4) and 0.018 (depth 1) per kWh.

    Args:
        pack_price_per_kwh: price of a new pack per kWh of capacity [currency/kWh].
        depth: typical depth of a cycle, fraction of capacity in (0, 1], any shape.
        end_of_life_stress: accumulated degradation f_d at which the pack is replaced.

    Returns:
        c_deg, currency per kWh of throughput (charge and discharge both count), shape of `depth`.

    Source:
        Xu et al., IEEE Trans. Smart Grid 9(2) 2018, depth stress of the LMO cell.
    """
    depth = jnp.asarray(depth)
    price = jnp.asarray(pack_price_per_kwh)
    return price / end_of_life_stress * depth_stress(depth) / (2.0 * depth)

"""Voltages of a radial feeder without losses (LinDistFlow): v^2 = v0^2 - 2 (R p + X q), linear in the loads.

Leaving out the losses makes it err on the high side, by up to some thousandths pu at heavy load: lower
limits need a margin, upper limits are safe as they stand.

Source:
    Baran and Wu, IEEE Trans. Power Delivery 4(1) 1989, 725-734, doi 10.1109/61.19265.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax.lax import Precision
from jax.typing import ArrayLike
from jaxtyping import Array, Float
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.grid.feeder import Feeder

Floats = NDArray[np.float64]


class VoltageRows(NamedTuple):
    """Voltage limits as rows of a program, `matrix @ x_kw <= bound`."""

    matrix: Floats
    """[2 (n - 1), n]; first the lower limits of buses 1 to n - 1, then the upper ones."""
    bound: Floats
    """[2 (n - 1)], in squared per unit."""


def lindistflow(feeder: Feeder, p_kw: ArrayLike, q_kvar: ArrayLike | None = None) -> Float[Array, " n"]:
    """Voltage magnitudes without losses.

    Args:
        p_kw: whole active load of each bus, base load included, consumption positive [kW], [n]; the result
            takes its dtype.
        q_kvar: whole reactive load of each bus [kvar], [n]; the feeder's base load where left out.

    Returns:
        Voltage magnitude of each bus [pu], [n]; 0 where the loads are beyond what the line can carry.
    """
    p = jnp.asarray(p_kw, jnp.result_type(p_kw, float))
    q = jnp.asarray(feeder.base_q_kvar if q_kvar is None else q_kvar, p.dtype)
    r = feeder.common_resistance_pu.astype(p.dtype)
    x = feeder.common_reactance_pu.astype(p.dtype)
    drop = jnp.matmul(r, p, precision=Precision.HIGHEST) + jnp.matmul(x, q, precision=Precision.HIGHEST)
    return jnp.sqrt(jnp.maximum(feeder.source_pu**2 - 2.0 * drop / feeder.base_kva, 0.0))


def voltage_rows(
    feeder: Feeder,
    p_kw: Floats | None = None,
    q_kvar: Floats | None = None,
    *,
    minimum_pu: float = 0.95,
    maximum_pu: float = 1.05,
    margin_pu: float = 0.005,
    kvar_per_kw: float = 0.0,
) -> VoltageRows:
    """Voltage limits as linear rows on the load that is added to each bus.

    Args:
        p_kw: active load without the added one [kW], [n]; the feeder's base load where left out.
        q_kvar: reactive load without the added one [kvar], [n]; the base load where left out.
        minimum_pu: lowest voltage allowed [pu].
        maximum_pu: highest voltage allowed [pu].
        margin_pu: kept above the lowest voltage for the losses that the linear flow leaves out [pu].
        kvar_per_kw: reactive load that comes with each added kW.

    Returns:
        Rows over the added load x_kw of all buses, consumption positive [kW], [n].

    Raises:
        InputError: where the limits leave no voltage between them.
    """
    if not minimum_pu + margin_pu < maximum_pu:
        raise InputError(
            "the voltage limits leave nothing between them",
            where="voltage_rows, minimum_pu and maximum_pu",
            found=f"{minimum_pu} + margin {margin_pu} to {maximum_pu}",
            expected="a minimum with its margin below the maximum",
        )
    r = np.asarray(feeder.common_resistance_pu, np.float64)[1:]
    x = np.asarray(feeder.common_reactance_pu, np.float64)[1:]
    p = np.asarray(feeder.base_p_kw if p_kw is None else p_kw, np.float64)
    q = np.asarray(feeder.base_q_kvar if q_kvar is None else q_kvar, np.float64)
    sensitivity = 2.0 * (r + kvar_per_kw * x) / feeder.base_kva
    square = feeder.source_pu**2 - 2.0 * (r @ p + x @ q) / feeder.base_kva
    return VoltageRows(
        matrix=np.concatenate([sensitivity, -sensitivity]),
        bound=np.concatenate([square - (minimum_pu + margin_pu) ** 2, maximum_pu**2 - square]),
    )

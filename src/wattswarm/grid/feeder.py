"""A radial feeder: a tree of lines below one substation, with the matrices its power flow needs.

Line k feeds bus k from its parent; bus 0 is the substation and its line has no impedance, so that
currents and powers of "line 0" are what the whole feeder draws. With the incidence A (A_jk = 1 where
line j lies on the path from the substation to bus k) the common-path impedance is Z = A^T diag(z) A.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import ArrayLike, NDArray

from wattswarm.errors import InputError

Floats = NDArray[np.float64]


class Feeder(eqx.Module):
    """A balanced three-phase radial feeder of n buses in per unit."""

    parent: tuple[int, ...] = eqx.field(static=True)
    """Bus that feeds each bus, -1 for the substation, length n."""
    base_kva: float = eqx.field(static=True)
    """Power base, three-phase [kVA]."""
    base_kv: float = eqx.field(static=True)
    """Voltage base, line to line [kV]."""
    source_pu: float = eqx.field(static=True)
    """Voltage of the substation [pu]."""
    resistance_pu: Float[Array, " n"]
    """Of the line into each bus [pu], [n]."""
    reactance_pu: Float[Array, " n"]
    """Of the line into each bus [pu], [n]."""
    ampacity_a: Float[Array, " n"]
    """Rated current of the line into each bus, infinite where unknown [A], [n]."""
    base_p_kw: Float[Array, " n"]
    """Active load that is always there, consumption positive [kW], [n]."""
    base_q_kvar: Float[Array, " n"]
    """Reactive load that is always there [kvar], [n]."""
    path: Float[Array, "n n"]
    """1 where line j lies on the path to bus k, [n, n]."""
    common_resistance_pu: Float[Array, "n n"]
    """Common-path resistance R [pu], [n, n]."""
    common_reactance_pu: Float[Array, "n n"]
    """Common-path reactance X [pu], [n, n]."""

    @property
    def base_a(self) -> float:
        """Current base [A]."""
        return self.base_kva / (math.sqrt(3.0) * self.base_kv)


def radial_feeder(
    parent: Sequence[int],
    resistance_ohm: ArrayLike,
    reactance_ohm: ArrayLike,
    *,
    base_kv: float,
    base_kva: float = 1000.0,
    source_pu: float = 1.0,
    base_p_kw: ArrayLike = 0.0,
    base_q_kvar: ArrayLike = 0.0,
    ampacity_a: ArrayLike = np.inf,
) -> Feeder:
    """Build a feeder from the lines that feed its buses.

    Args:
        parent: bus that feeds each bus, -1 for the substation, which is bus 0; length n, any order.
        resistance_ohm: resistance of the line into each bus [ohm], [n]; that of bus 0 must be 0.
        reactance_ohm: reactance of the line into each bus [ohm], [n]; that of bus 0 must be 0.
        base_kv: nominal voltage, line to line [kV].
        base_kva: power base, three-phase [kVA]; any value gives the same volts and amperes.
        source_pu: voltage of the substation [pu].
        base_p_kw: active load that is always there, consumption positive [kW], [n] or scalar.
        base_q_kvar: reactive load that is always there [kvar], [n] or scalar.
        ampacity_a: rated current of each line [A], [n] or scalar.

    Raises:
        InputError: where the lines do not form a tree below bus 0, or a value is not physical.
    """
    path = _paths(parent)
    n = len(path)
    for name, value in (("base_kv", base_kv), ("base_kva", base_kva), ("source_pu", source_pu)):
        if not (np.isfinite(value) and value > 0):
            raise InputError(
                "not physical", where=f"feeder, {name}", found=value, expected="a number above 0"
            )
    base_ohm = base_kv**2 * 1000.0 / base_kva
    resistance = _impedance("resistance_ohm", resistance_ohm, n) / base_ohm
    reactance = _impedance("reactance_ohm", reactance_ohm, n) / base_ohm
    ampacity = _column("ampacity_a", ampacity_a, n)
    _refuse(
        "ampacity_a", ampacity, ~(ampacity > 0), "a line cannot carry current", "amperes above 0, or infinite"
    )
    return Feeder(
        parent=tuple(int(bus) for bus in parent),
        base_kva=float(base_kva),
        base_kv=float(base_kv),
        source_pu=float(source_pu),
        resistance_pu=jnp.asarray(resistance),
        reactance_pu=jnp.asarray(reactance),
        ampacity_a=jnp.asarray(ampacity),
        base_p_kw=jnp.asarray(_finite("base_p_kw", base_p_kw, n)),
        base_q_kvar=jnp.asarray(_finite("base_q_kvar", base_q_kvar, n)),
        path=jnp.asarray(path),
        common_resistance_pu=jnp.asarray(path.T @ (resistance[:, None] * path)),
        common_reactance_pu=jnp.asarray(path.T @ (reactance[:, None] * path)),
    )


def _paths(parent: Sequence[int]) -> Floats:
    """Incidence of lines on the paths to the buses, or a refusal where the lines do not form a tree."""
    n = len(parent)
    if n == 0 or parent[0] != -1:
        raise InputError(
            "the feeder has no substation",
            where="feeder, parent, bus 0",
            found=parent[0] if n else "no bus",
            expected="-1, which marks bus 0 as the substation",
        )
    for bus in range(1, n):
        if not 0 <= parent[bus] < n:
            raise InputError(
                "a bus is fed from a bus that does not exist",
                where=f"feeder, parent, bus {bus}",
                found=parent[bus],
                expected=f"a bus from 0 to {n - 1}",
            )
    path = np.zeros((n, n))
    for bus in range(n):
        line, steps = bus, 0
        while line != -1:
            if steps == n:
                raise InputError(
                    "the feeder is not radial: following its lines upstream never reaches the substation",
                    where=f"feeder, parent, bus {bus}",
                    found=list(parent),
                    expected="a tree whose root is bus 0",
                    mend="open the line that closes the ring, or model the ring as its normally open halves",
                )
            path[line, bus] = 1.0
            line, steps = parent[line], steps + 1
    return path


def _column(name: str, values: ArrayLike, n: int) -> Floats:
    """One value a bus, a scalar spread over all of them."""
    column = np.asarray(values, dtype=np.float64)
    if column.shape not in ((), (n,)):
        raise InputError(
            "wrong number of values",
            where=f"feeder, {name}",
            found=column.shape,
            expected=f"one value a bus, {n}",
        )
    return np.broadcast_to(column, (n,)).copy()


def _finite(name: str, values: ArrayLike, n: int) -> Floats:
    """One finite value a bus."""
    column = _column(name, values, n)
    _refuse(name, column, ~np.isfinite(column), "not a number", "a finite number")
    return column


def _impedance(name: str, values: ArrayLike, n: int) -> Floats:
    """One impedance a line, none negative and none into the substation."""
    column = _finite(name, values, n)
    _refuse(name, column, column < 0, "an impedance cannot be negative", "ohms, at least 0")
    if column[0] != 0:
        raise InputError(
            "the substation has no line of its own",
            where=f"feeder, {name}, bus 0",
            found=float(column[0]),
            expected="0",
            mend="model the impedance upstream as a line from bus 0 to a bus 1",
        )
    return column


def _refuse(name: str, column: Floats, wrong: NDArray[np.bool_], what: str, expected: str) -> None:
    if wrong.any():
        bus = int(wrong.argmax())
        raise InputError(
            what, where=f"feeder, {name}, bus {bus}", found=float(column[bus]), expected=expected
        )

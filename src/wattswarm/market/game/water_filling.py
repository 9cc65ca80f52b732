"""Water filling: the cheapest way to spread a sum over steps, min sum c x^2 / 2 + b x (models.md, D)."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float


class Filling(NamedTuple):
    """What a fill puts into each step."""

    amount: Float[Array, "*batch step"]
    """X, shape [..., step]."""
    level: Float[Array, "*batch"]
    """Marginal value c x + b at which the steps that are neither empty nor full balance, shape [...]."""
    missed: Float[Array, "*batch"]
    """Part of the sum that the bounds leave no room for, below 0 where they force too much, shape [...]; 0
    where the sum fits."""


def water_fill(
    curvature: Float[Array, "*batch step"],
    slope: Float[Array, "*batch step"],
    lowest: Float[Array, "*batch step"],
    highest: Float[Array, "*batch step"],
    total: Float[Array, "*batch"],
) -> Filling:
    """Minimise sum of c x^2 / 2 + b x over lowest <= x <= highest with sum of x = total.

    It is a projection where c = 1 and b = -y, and a best reply where b is a price. Where c = 0 the cheapest
    steps are filled first, and steps that cost the same get the same share of their room.

    Args:
        curvature: c, not negative, shape [..., step].
        slope: b, shape [..., step].
        lowest: lower bounds, shape [..., step].
        highest: upper bounds, not below the lower ones, shape [..., step].
        total: the sum, shape [...].

    Returns:
        The fill, exact to rounding; the nearest that the bounds allow where the sum does not fit.

    Source:
        Brucker, Operations Research Letters 3(3) 1984, doi 10.1016/0167-6377(84)90010-5.
    """
    stiffness = inverse(curvature)

    def filled(level: Float[Array, "*batch"]) -> Float[Array, "*batch step"]:
        return jnp.clip((level[..., None] - slope) * stiffness, lowest, highest)

    dry = (slope + curvature * lowest).min(-1)
    full = (slope + curvature * highest).max(-1)
    # A level a little outside leaves nothing in between: all empty below, all full above.
    margin = (
        jnp.maximum(full - dry, jnp.maximum(jnp.abs(full), jnp.abs(dry))) * 1e-3 + np.finfo(slope.dtype).tiny
    )

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        under = filled(middle).sum(-1) <= total
        return jnp.where(under, middle, low), jnp.where(under, high, middle)

    halvings = np.finfo(slope.dtype).nmant + 8
    low, high = jax.lax.fori_loop(0, halvings, halve, (dry - margin, full + margin))
    least, most = filled(low), filled(high)
    room = (most - least).sum(-1)
    # Steps that cost the same jump together; between neighbouring levels all else is linear.
    share = jnp.clip((total - least.sum(-1)) / jnp.where(room > 0, room, 1.0), 0.0, 1.0)
    amount = least + share[..., None] * (most - least)
    return Filling(amount, low + share * (high - low), total - amount.sum(-1))


def inverse(curvature: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return 1 / c, or a number so large that a fill jumps where c is 0."""
    return 1.0 / jnp.maximum(curvature, 1e-30)

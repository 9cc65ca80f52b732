"""Running sum that keeps what rounding would lose (Kahan), so that years of tiny wear add up in float32.

A quarter of an hour adds about a millionth of what eight years have already worn; a plain float32
sum loses a per cent or more of it.

Source:
    Kahan, Comm. ACM 8(1) 1965, doi 10.1145/363707.363723.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float


class Tally(NamedTuple):
    """A sum and the part of it that its dtype could not hold."""

    total: Float[Array, "*batch"]
    """The sum so far, [...]."""
    surplus: Float[Array, "*batch"]
    """What `total` holds too much, to be taken from the next addend, [...]."""


def zero(like: Float[Array, "*batch"]) -> Tally:
    """Empty sum of the shape and dtype of an array."""
    return Tally(jnp.zeros_like(like), jnp.zeros_like(like))


def add(tally: Tally, amount: ArrayLike) -> Tally:
    wanted = jnp.asarray(amount, tally.total.dtype) - tally.surplus
    total = tally.total + wanted
    return Tally(total, (total - tally.total) - wanted)

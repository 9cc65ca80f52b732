"""Numbers that move over a training and then stay, straight or by a factor: exploration, learning rates."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

Number = Float[Array, ""] | float


def straight(first: Number, last: Number, done: Int[Array, ""], span: Number) -> Float[Array, ""]:
    """Return a number on its way, after so many updates.

    Args:
        last: at the end of the way and from there on.
        done: updates so far.
        span: updates that the way takes; unlike that of a schedule of optax it may be traced, as in sweeps.

    Returns:
        The number, a float32.
    """
    share = jnp.clip(done.astype(jnp.float32) / span, 0.0, 1.0)
    return (first + (last - first) * share).astype(jnp.float32)


def fading(first: Number, last: Number, factor: Number, done: Int[Array, ""]) -> Float[Array, ""]:
    """Return a number that every update multiplies by a factor, until it is no more than its last value.

    Args:
        last: least value.
        factor: between 0 and 1.
        done: updates so far.

    Returns:
        The number, a float32.
    """
    number = jnp.maximum(last, first * jnp.power(factor, done.astype(jnp.float32)))
    return number.astype(jnp.float32)

"""Numbers that move in a straight line over a training and then stay: exploration and learning rates."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

Number = Float[Array, ""] | float


def straight(first: Number, last: Number, done: Int[Array, ""], span: Number) -> Float[Array, ""]:
    """Return a number on its way, after so many updates.

    Args:
        first: at the start.
        last: at the end of the way and from there on.
        done: updates so far.
        span: updates that the way takes; unlike that of a schedule of optax it may be traced, as in sweeps.

    Returns:
        The number, a float32.
    """
    share = jnp.clip(done.astype(jnp.float32) / span, 0.0, 1.0)
    return (first + (last - first) * share).astype(jnp.float32)

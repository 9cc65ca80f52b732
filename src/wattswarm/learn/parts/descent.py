"""Steps down a slope: Adam (Kingma and Ba, 2015) over a gradient of bounded norm."""

from __future__ import annotations

from typing import TypeVar

import jax
import optax
from jaxtyping import Array, Float

Weights = TypeVar("Weights")


def adam(norm: float) -> optax.GradientTransformation:
    """Return Adam's directions, each to be followed at a rate of its own by `descend`.

    Args:
        norm: greatest norm of a gradient over all weights together; longer ones are shortened to it.

    Returns:
        Pure functions `init` and `update`.
    """
    # On one vector: many small operations cost more to dispatch than to do, and seconds to compile.
    return optax.flatten(optax.chain(optax.clip_by_global_norm(norm), optax.scale_by_adam(eps=1e-5)))


def descend(weights: Weights, slope: Weights, rate: Float[Array, ""] | float) -> Weights:
    """Return the weights a step further down the slope."""
    further: Weights = jax.tree.map(lambda weight, along: weight - rate * along, weights, slope)
    return further

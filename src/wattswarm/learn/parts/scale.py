"""The scale of returns: a critic that learns numbers near 1 whatever a step earns (PopArt)."""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.learn.parts.networks import AgentNetwork

_LEAST = 1e-4
"""Least standard deviation: returns that never vary are left as they are, give or take."""


class Scale(NamedTuple):
    """Running mean and mean square of returns."""

    mean: Float[Array, ""]
    square: Float[Array, ""]
    weight: Float[Array, ""]
    """How much of the running means is measured; 0 before the first measurement."""

    @classmethod
    def start(cls) -> Scale:
        """Return the scale before any measurement."""
        nothing = jnp.zeros((), jnp.float32)
        return cls(nothing, nothing, nothing)

    @property
    def deviation(self) -> Float[Array, ""]:
        """Standard deviation of returns; 1 before anything is measured."""
        spread = jnp.sqrt(jnp.maximum(self.square - jnp.square(self.mean), _LEAST**2))
        return jnp.where(self.weight > 0, spread, 1.0)

    def narrow(self, returns: Array) -> Array:
        """Return normalised returns, as the critic learns them."""
        return (returns - self.mean) / self.deviation

    def widen(self, values: Array) -> Array:
        """Return the critic's values as returns."""
        return values * self.deviation + self.mean


def measure(scale: Scale, returns: Array, weight: Array, keep: float) -> Scale:
    """Carry the scale on by one batch of returns.

    Args:
        returns: any shape.
        weight: of each, broadcast to the same shape.
        keep: part of the old scale that is kept.

    Returns:
        The new scale; the first batch alone sets it.
    """
    weight = jnp.broadcast_to(weight, returns.shape)
    total = jnp.maximum(weight.sum(), 1.0)
    measured = scale.weight * keep + (1.0 - keep)
    share = (1.0 - keep) / measured

    def carry(old: Array, new: Array) -> Array:
        return old + share * ((new * weight).sum() / total - old)

    return Scale(carry(scale.mean, returns), carry(scale.square, jnp.square(returns)), measured)


def carry_over(critic: AgentNetwork, old: Scale, new: Scale) -> AgentNetwork:
    """Return the critic with its head rescaled, so that a new scale changes none of its values.

    Source:
        van Hasselt et al. (2016), "Learning values across many orders of magnitude", proposition 1.
    """
    weight = critic.head.weight * (old.deviation / new.deviation)
    bias = (jnp.asarray(critic.head.bias) * old.deviation + old.mean - new.mean) / new.deviation
    carried: AgentNetwork = eqx.tree_at(lambda net: (net.head.weight, net.head.bias), critic, (weight, bias))
    return carried

"""What a stochastic policy draws from: the feasible choices of a grid, or every control's feasible range."""

from __future__ import annotations

from typing import Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.scipy.special import ndtr
from jax.scipy.stats import norm
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.parts import masked
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

Numbers = Float[Array, "*batch agent number"]


class Distribution(Protocol):
    """What the numbers that an actor returns mean."""

    def size(self, layout: Layout) -> int:
        """Return how many numbers an actor returns for one agent."""
        ...

    def draw(self, key: PRNGKeyArray | None, numbers: Numbers, observation: Observation) -> Array:
        """Draw for every agent; None takes what is likeliest."""
        ...

    def controls(
        self, drawn: Array, observation: Observation, grid: Array
    ) -> tuple[Array, Int[Array, "*batch agent"]]:
        """Return controls, shape [*batch, agent, control], and rows of the grid of what was drawn."""
        ...

    def log_probability(
        self, numbers: Numbers, drawn: Array, observation: Observation
    ) -> Float[Array, "*batch agent"]:
        """Return the log probability, or density, of what was drawn."""
        ...

    def entropy(self, numbers: Numbers, observation: Observation) -> Float[Array, "*batch agent"]:
        """Return the entropy [nat]."""
        ...


class Choices(eqx.Module):
    """Rows of the grid of choices, by their logits; infeasible ones have probability 0."""

    def size(self, layout: Layout) -> int:
        return len(layout.choices)

    def draw(
        self, key: PRNGKeyArray | None, numbers: Numbers, observation: Observation
    ) -> Int[Array, "*batch agent"]:
        if key is None:
            return masked.best(numbers, observation.mask)
        return masked.sample(key, numbers, observation.mask)

    def controls(
        self, drawn: Array, observation: Observation, grid: Array
    ) -> tuple[Array, Int[Array, "*batch agent"]]:
        del observation
        return grid[drawn], drawn

    def log_probability(
        self, numbers: Numbers, drawn: Array, observation: Observation
    ) -> Float[Array, "*batch agent"]:
        return masked.log_probability(numbers, observation.mask, drawn)

    def entropy(self, numbers: Numbers, observation: Observation) -> Float[Array, "*batch agent"]:
        return masked.entropy(numbers, observation.mask)


class Range(eqx.Module):
    """A normal distribution of every control, cut off at the ends of its feasible range.

    The actor returns a centre and a spread for every control, both as fractions of the range, so that the
    same policy holds wherever the range lies. A control without any range is certain: its density counts 1.

    Source:
        Truncated normal distribution, Johnson, Kotz and Balakrishnan (1994), section 10.1.
    """

    narrow: float = 0.05
    """Least spread, as a fraction of the range."""
    wide: float = 2.0
    """Greatest spread."""

    def size(self, layout: Layout) -> int:
        return 2 * len(layout.controls)

    def draw(
        self, key: PRNGKeyArray | None, numbers: Numbers, observation: Observation
    ) -> Float[Array, "*batch agent control"]:
        """Draw a fraction of the feasible range of every control."""
        del observation
        centre, spread = self._shape(numbers)
        if key is None:
            return centre
        noise = jax.random.truncated_normal(
            key, -centre / spread, (1.0 - centre) / spread, centre.shape, centre.dtype
        )
        return jnp.clip(centre + spread * noise, 0.0, 1.0)

    def controls(
        self, drawn: Array, observation: Observation, grid: Array
    ) -> tuple[Array, Int[Array, "*batch agent"]]:
        """Return the controls at these fractions of their ranges."""
        del grid
        values = jnp.clip(
            observation.low + drawn * (observation.high - observation.low), observation.low, observation.high
        )
        return values, jnp.zeros(values.shape[:-1], jnp.int32)

    def log_probability(
        self, numbers: Numbers, drawn: Array, observation: Observation
    ) -> Float[Array, "*batch agent"]:
        """Return the log density of the controls at these fractions."""
        centre, spread = self._shape(numbers)
        inside = _log_mass(centre, spread)
        density = norm.logpdf((drawn - centre) / spread) - jnp.log(spread) - inside
        return self._total(density, observation)

    def entropy(self, numbers: Numbers, observation: Observation) -> Float[Array, "*batch agent"]:
        centre, spread = self._shape(numbers)
        low, high = -centre / spread, (1.0 - centre) / spread
        inside = _log_mass(centre, spread)
        ends = (low * norm.pdf(low) - high * norm.pdf(high)) / (2.0 * jnp.exp(inside))
        whole = 0.5 * jnp.log(2.0 * jnp.pi * jnp.e) + jnp.log(spread) + inside + ends
        return self._total(whole, observation, sign=-1.0)

    def _shape(self, numbers: Numbers) -> tuple[Array, Array]:
        centre, spread = jnp.split(numbers, 2, axis=-1)
        return jax.nn.sigmoid(centre), self.narrow * (self.wide / self.narrow) ** jax.nn.sigmoid(spread)

    def _total(
        self, density: Array, observation: Observation, sign: float = 1.0
    ) -> Float[Array, "*batch agent"]:
        width = observation.high - observation.low
        free = width > 0.0
        stretched = density - sign * jnp.log(jnp.where(free, width, 1.0))
        return jnp.where(free, stretched, 0.0).sum(axis=-1)


def _log_mass(centre: Array, spread: Array) -> Array:
    """Log of the mass within [0, 1] of a normal distribution centred there."""
    low, high = -centre / spread, (1.0 - centre) / spread
    return jnp.log(ndtr(high) - ndtr(low))

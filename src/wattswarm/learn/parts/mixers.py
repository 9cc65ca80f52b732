"""Mixers: from the values of the agents' choices to the value of what they do together.

| mixer | value of the joint choice | source |
|---|---|---|
| `Separate` | none: each agent its own | independent Q-learning, Tan (1993) |
| `Sum` | sum | VDN, Sunehag et al. (2018) |
| `Mean` | mean | branching Q-learning, Tavakoli et al. (2018) |
| `Monotonic` | rises with every agent's value, in a way that the centre sets | QMIX, Rashid et al. (2018) |

Monotonic mixers come in any number side by side: one is QMIX, two are the Double-Hypernetwork QMIX of 002.
"""

from __future__ import annotations

from typing import Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.parts.layers import Columns, dense, norm

Values = Float[Array, "*batch agent"]
Centre = Float[Array, "*batch number"]
Mixed = Float[Array, "mixer *batch head"]

_HEAD_SCALE = 0.1


class Mixer(Protocol):
    """What makes one value, or one value an agent, of the agents' values."""

    def __call__(self, values: Values, centre: Centre, /) -> Mixed:
        """Return the mixed values.

        Args:
            values: of each agent's choice, shape [*batch, agent].
            centre: what the centre sees, shape [*batch, number].

        Returns:
            Shape [mixer, *batch, head]: one head, or one an agent where values stay apart.
        """
        ...


class Separate(eqx.Module):
    """Leaves every agent its own value."""

    def __call__(self, values: Values, _centre: Centre) -> Mixed:
        """Return the values as they are, of one mixer."""
        return values[None]


class Sum(eqx.Module):
    """Adds the agents' values."""

    def __call__(self, values: Values, _centre: Centre) -> Mixed:
        return values.sum(axis=-1, keepdims=True)[None]


class Mean(eqx.Module):
    """Averages the values of the branches of one network."""

    def __call__(self, values: Values, _centre: Centre) -> Mixed:
        return values.mean(axis=-1, keepdims=True)[None]


class HyperNetwork(eqx.Module):
    """Two layers, with a layer norm between, that make weights of what the centre sees."""

    first: eqx.nn.Linear
    norm: eqx.nn.LayerNorm
    second: eqx.nn.Linear

    def __init__(self, key: PRNGKeyArray, centre: int, hidden: int, outputs: int) -> None:
        lower, upper = jax.random.split(key)
        self.first = eqx.nn.Linear(centre, hidden, dtype=jnp.float32, key=lower)
        self.norm = eqx.nn.LayerNorm(hidden, dtype=jnp.float32)
        head = eqx.nn.Linear(hidden, outputs, dtype=jnp.float32, key=upper)
        self.second = jax.tree.map(lambda weights: weights * _HEAD_SCALE, head)

    def __call__(self, centre: Columns) -> Columns:
        """Return the weights for views of the centre, a column for each."""
        return dense(self.second, jax.nn.relu(norm(self.norm, dense(self.first, centre))))


class HyperMixer(eqx.Module):
    """A two-layer network over the agents' values whose weights, all positive, hypernetworks make.

    Args:
        agents: whose values are mixed.
        width: of the mixing network's hidden layer.

    Source:
        Rashid et al. (2018), section 4; section 4.3 of 002.
    """

    weights: HyperNetwork
    bias: eqx.nn.Linear
    out: HyperNetwork
    offset: HyperNetwork
    width: int = eqx.field(static=True)

    def __init__(self, key: PRNGKeyArray, agents: int, centre: int, width: int, hidden: int) -> None:
        one, two, three, four = jax.random.split(key, 4)
        self.weights = HyperNetwork(one, centre, hidden, agents * width)
        self.bias = eqx.nn.Linear(centre, width, dtype=jnp.float32, key=two)
        self.out = HyperNetwork(three, centre, hidden, width)
        self.offset = HyperNetwork(four, centre, hidden, 1)
        self.width = width

    def __call__(self, values: Values, centre: Centre) -> Float[Array, "*batch 1"]:
        batch, agents = values.shape[:-1], values.shape[-1]
        worth, views = values.reshape(-1, agents).T, centre.reshape(-1, centre.shape[-1]).T
        first = jnp.abs(self.weights(views)).reshape(agents, self.width, -1)
        hidden = (worth[:, None] * first).sum(axis=0) + dense(self.bias, views)
        out = jnp.abs(self.out(views))
        mixed = (jax.nn.elu(hidden) * out).sum(axis=0) + self.offset(views)[0]
        return mixed.reshape(*batch, 1)


class Monotonic(eqx.Module):
    """Monotonic mixers side by side, each with its own hypernetworks.

    Args:
        agents: whose values are mixed.
        width: of each mixing network's hidden layer.
    """

    mixers: tuple[HyperMixer, ...]

    def __init__(
        self, key: PRNGKeyArray, mixers: int, agents: int, centre: int, width: int, hidden: int
    ) -> None:
        keys = jax.random.split(key, mixers)
        self.mixers = tuple(HyperMixer(key, agents, centre, width, hidden) for key in keys)

    def __call__(self, values: Values, centre: Centre) -> Mixed:
        # One after the other: stacked, their products are batched ones, three times slower on CPUs.
        return jnp.stack([mixer(values, centre) for mixer in self.mixers])

"""Networks that every learner shares: one agent's recurrent or plain network, and its unrolling over time."""

from __future__ import annotations

import math
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.learn.parts.layers import Columns, dense, gru, norm

Features = Float[Array, "*batch agent feature"]


class AgentNetwork(eqx.Module):
    """Dense, layer norm, ReLU, then a GRU cell or a second dense layer, then a linear head.

    The last layer starts small, so that all choices start about equally good.

    Args:
        hidden: width; also of its memory.
        head_scale: factor on the initial weights of the head.

    Source:
        Deep recurrent Q-network, Hausknecht and Stone (2015); layer norm as in Gallici et al. (2025).
    """

    encoder: eqx.nn.Linear
    norm: eqx.nn.LayerNorm
    core: eqx.nn.GRUCell | eqx.nn.Linear
    head: eqx.nn.Linear
    recurrent: bool = eqx.field(static=True)
    hidden: int = eqx.field(static=True)

    def __init__(
        self,
        key: PRNGKeyArray,
        inputs: int,
        outputs: int,
        hidden: int,
        *,
        recurrent: bool = True,
        head_scale: float = 0.01,
    ) -> None:
        encode, remember, decide = jax.random.split(key, 3)
        self.encoder = eqx.nn.Linear(inputs, hidden, dtype=jnp.float32, key=encode)
        self.norm = eqx.nn.LayerNorm(hidden, dtype=jnp.float32)
        cell = eqx.nn.GRUCell if recurrent else eqx.nn.Linear
        self.core = cell(hidden, hidden, dtype=jnp.float32, key=remember)
        head = eqx.nn.Linear(hidden, outputs, dtype=jnp.float32, key=decide)
        self.head = jax.tree.map(lambda weights: weights * head_scale, head)
        self.recurrent = recurrent
        self.hidden = hidden

    def empty(self) -> Float[Array, " memory"]:
        """Return the memory at the start of an episode; of size 0 for a network that does not remember."""
        return jnp.zeros(self.hidden if self.recurrent else 0, jnp.float32)

    def __call__(self, memory: Columns, inputs: Columns) -> tuple[Columns, Columns]:
        """Return the memory for the next step and the outputs of this one, a column for each sample."""
        coded = jax.nn.relu(norm(self.norm, dense(self.encoder, inputs)))
        if isinstance(self.core, eqx.nn.GRUCell):
            memory = gru(self.core, memory, coded)
            return memory, dense(self.head, memory)
        return memory, dense(self.head, jax.nn.relu(dense(self.core, coded)))


def step(
    network: AgentNetwork, memory: Any, features: Features, first: Float[Array, " *batch"]
) -> tuple[Any, Features]:
    """Run one step of any number of environments and agents.

    Args:
        network: of one agent, shared by all.
        memory: shape [*batch, agent, memory].
        features: shape [*batch, agent, feature].
        first: 1 empties the memory before the step, shape [*batch].

    Returns:
        Memory after the step and outputs, shape [*batch, agent, output].
    """
    batch = features.shape[:-1]
    memory, outputs = network(_columns(memory * (1.0 - first[..., None, None])), _columns(features))
    return memory.T.reshape(*batch, -1), outputs.T.reshape(*batch, -1)


def unroll(
    network: AgentNetwork, memory: Any, features: Features, first: Float[Array, "time env"]
) -> tuple[Any, Features]:
    """Run a sequence of steps.

    Args:
        network: of one agent, shared by all.
        memory: before the first step, shape [*env, agent, memory].
        features: shape [time, *env, agent, feature].
        first: 1 empties the memory before a step, shape [time, *env].

    Returns:
        Memory after the last step and outputs, shape [time, *env, agent, output].
    """
    if not network.recurrent:
        return memory, forward(network, features)

    batch = features.shape[1:-1]
    begun = jnp.broadcast_to(first[..., None], features.shape[:-1]).reshape(features.shape[0], -1)

    def advance(memory: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
        features, begun = row
        return network(memory * (1.0 - begun), _columns(features))

    last, outputs = jax.lax.scan(advance, _columns(memory), (features, begun))
    return last.T.reshape(*batch, -1), outputs.swapaxes(1, 2).reshape(*features.shape[:-1], -1)


def forward(network: AgentNetwork, features: Features) -> Features:
    """Return the outputs of a network that does not remember, shape [*batch, agent, output]."""
    features = features.astype(network.encoder.weight.dtype)
    nothing = jnp.zeros((*features.shape[:-1], 0), features.dtype)
    return step(network, nothing, features, jnp.zeros(features.shape[:-2], features.dtype))[1]


def with_identity(features: Features, dtype: DTypeLike = jnp.float32) -> Float[Array, "*batch agent wider"]:
    """Return the features in a precision, with each agent's number as a one-hot code behind them."""
    agents = features.shape[-2]
    code = jnp.broadcast_to(jnp.eye(agents, dtype=dtype), (*features.shape[:-1], agents))
    return jnp.concatenate([features.astype(dtype), code], axis=-1)


def _columns(rows: Float[Array, "*batch number"]) -> Columns:
    return rows.reshape(math.prod(rows.shape[:-1]), rows.shape[-1]).T

"""Layers of networks over columns: an array has a row for every feature and a column for every sample.

Held this way round, every product of a layer, forward and backward, is of a kind that CPUs do at full speed.
With a row for every sample the gradients of weights cost up to three times as much.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Columns = Float[Array, "feature *sample"]


def dense(layer: eqx.nn.Linear, inputs: Columns) -> Columns:
    return layer.weight @ inputs + _along(layer.bias, inputs)


def norm(layer: eqx.nn.LayerNorm, inputs: Columns) -> Columns:
    """Return every column moved and scaled to mean 0 and variance 1, then scaled and moved as learned.

    Source:
        Ba, Kiros and Hinton (2016), arXiv 1607.06450.
    """
    moved = inputs - inputs.mean(axis=0)
    even = moved * jax.lax.rsqrt(jnp.square(moved).mean(axis=0) + layer.eps)
    return even * _along(layer.weight, inputs) + _along(layer.bias, inputs)


def gru(cell: eqx.nn.GRUCell, memory: Columns, inputs: Columns) -> Columns:
    """Return the memory of a gated recurrent unit after a step.

    Source:
        Cho et al. (2014), arXiv 1406.1078, with the reset gate behind the product.
    """
    of_input = jnp.split(cell.weight_ih @ inputs + _along(cell.bias, inputs), 3)
    of_memory = jnp.split(cell.weight_hh @ memory, 3)
    reset, keep = (jax.nn.sigmoid(of_input[at] + of_memory[at]) for at in (0, 1))
    new = jnp.tanh(of_input[2] + reset * (of_memory[2] + _along(cell.bias_n, memory)))
    return new + keep * (memory - new)


def _along(weights: Array | None, columns: Columns) -> Array:
    """Return one number a feature, to be used with every column."""
    return jnp.reshape(jnp.asarray(weights), (-1, *(1,) * (columns.ndim - 1)))

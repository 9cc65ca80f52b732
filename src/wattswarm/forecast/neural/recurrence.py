"""A long short-term memory over time (Hochreiter and Schmidhuber 1997), with its gradient.

JAX's own gradient of a scan adds up the gradient of the weights step by step. Here the backward pass keeps
the slopes of all steps, and one product over time gives that of the weights. Gates stay arrays of their own:
on a CPU, joining them in each step costs as much as the products.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Steps = Float[Array, "time batch unit"]
Weights = Float[Array, "gate unit unit"]


class Gates(NamedTuple):
    """A value for each gate of a cell, each of shape [time, batch, unit] or [batch, unit]."""

    enter: Array
    forget: Array
    leave: Array
    candidate: Array


@jax.custom_vjp
def unroll(driven: Gates, weights: Weights) -> Steps:
    """Run the cell over time from an empty memory: c' = f c + i g and h = o tanh c'.

    Args:
        driven: what inputs and biases contribute to the gates i, f, o (logistic) and g (tanh).
        weights: from the output of the step before to the gates in that order, shape [gate, unit, unit].

    Returns:
        Outputs h of all steps, shape [time, batch, unit].

    Source:
        Gers, Schmidhuber and Cummins 2000, DOI 10.1162/089976600300015015 (with the forget gate).
    """
    return _forward(driven, weights)[0]


def _forward(driven: Gates, weights: Weights) -> tuple[Steps, tuple[Gates, Steps, Steps, Weights]]:
    units = weights.shape[-1]
    joined = jnp.moveaxis(weights, 0, 1).reshape(units, len(weights) * units)
    empty = jnp.zeros_like(driven.enter[0])

    def step(
        memory: tuple[Array, Array], row: Gates
    ) -> tuple[tuple[Array, Array], tuple[Gates, Array, Array]]:
        output, cell = memory
        raw = [row[at] + back for at, back in enumerate(jnp.split(output @ joined, len(weights), axis=-1))]
        enter, forget, leave = (_logistic(each) for each in raw[:3])
        gates = Gates(enter, forget, leave, jnp.tanh(raw[3]))
        cell = gates.forget * cell + gates.enter * gates.candidate
        output = gates.leave * jnp.tanh(cell)
        return (output, cell), (gates, cell, output)

    _, (gates, cells, outputs) = jax.lax.scan(step, (empty, empty), driven)
    return outputs, (gates, cells, outputs, weights)


def _backward(kept: tuple[Gates, Steps, Steps, Weights], slopes: Steps) -> tuple[Gates, Weights]:
    gates, cells, outputs, weights = kept
    turned = jnp.swapaxes(weights, 1, 2)
    empty = jnp.zeros_like(cells[0])
    cells_before = jnp.concatenate([empty[None], cells[:-1]])

    def step(
        later: tuple[Array, Array], row: tuple[Array, Gates, Array, Array]
    ) -> tuple[tuple[Array, Array], Gates]:
        by_output, by_cell = later
        slope, gate, cell, before = row
        by_output = by_output + slope
        bent = jnp.tanh(cell)
        by_cell = by_cell + by_output * gate.leave * (1.0 - bent * bent)
        raw = Gates(
            by_cell * gate.candidate * gate.enter * (1.0 - gate.enter),
            by_cell * before * gate.forget * (1.0 - gate.forget),
            by_output * bent * gate.leave * (1.0 - gate.leave),
            by_cell * gate.enter * (1.0 - gate.candidate * gate.candidate),
        )
        back = [each @ turned[at] for at, each in enumerate(raw)]
        return (back[0] + back[1] + back[2] + back[3], by_cell * gate.forget), raw

    by_driven = jax.lax.scan(step, (empty, empty), (slopes, gates, cells, cells_before), reverse=True)[1]
    # The first step has no output before it.
    by_weights = [jnp.einsum("tbu,tbv->uv", outputs[:-1], each[1:]) for each in by_driven]
    return by_driven, jnp.stack(by_weights)


def _logistic(values: Array) -> Array:
    # By tanh, which is one vectorised polynomial; the exponential and the quotient cost more.
    return 0.5 * jnp.tanh(0.5 * values) + 0.5


unroll.defvjp(_forward, _backward)

"""A long short-term memory over time, in one or both directions (Hochreiter and Schmidhuber 1997).

JAX's own gradient of a scan adds up the gradient of the weights step by step. Here the backward pass keeps
the slopes of all steps, and one product over time gives that of the weights.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Gates = Float[Array, "time direction batch gates"]
States = Float[Array, "time direction batch unit"]
Weights = Float[Array, "direction unit gates"]


@jax.custom_vjp
def unroll(driven: Gates, weights: Weights) -> States:
    """Run the cell over time from an empty memory: c' = f c + i g, h = o tanh c' with gates i, f, o and g = tanh.

    Args:
        driven: what inputs and biases contribute to the gates in the order input, forget, output, candidate,
            shape [time, direction, batch, 4 * unit].
        weights: of the step before's output, shape [direction, unit, 4 * unit].

    Returns:
        Outputs of all steps, shape [time, direction, batch, unit].

    Source:
        Gers, Schmidhuber and Cummins 2000, DOI 10.1162/089976600300015015 (with the forget gate).
    """
    return _forward(driven, weights)[0]


def _forward(driven: Gates, weights: Weights) -> tuple[States, tuple[Gates, States, States, Weights]]:
    units = weights.shape[-2]
    empty = jnp.zeros((*driven.shape[1:-1], units), driven.dtype)

    def step(
        memory: tuple[Array, Array], row: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array, Array]]:
        output, cell = memory
        raw = row + jnp.matmul(output, weights)
        gates = jnp.concatenate(
            [jax.nn.sigmoid(raw[..., : 3 * units]), jnp.tanh(raw[..., 3 * units :])], axis=-1
        )
        enter, forget, leave, candidate = jnp.split(gates, 4, axis=-1)
        cell = forget * cell + enter * candidate
        output = leave * jnp.tanh(cell)
        return (output, cell), (gates, cell, output)

    _, (gates, cells, outputs) = jax.lax.scan(step, (empty, empty), driven)
    return outputs, (gates, cells, outputs, weights)


def _backward(kept: tuple[Gates, States, States, Weights], slopes: States) -> tuple[Gates, Weights]:
    gates, cells, outputs, weights = kept
    turned = jnp.swapaxes(weights, -1, -2)
    empty = jnp.zeros_like(cells[0])
    cells_before = jnp.concatenate([empty[None], cells[:-1]])
    outputs_before = jnp.concatenate([empty[None], outputs[:-1]])

    def step(later: tuple[Array, Array], row: tuple[Array, ...]) -> tuple[tuple[Array, Array], Array]:
        by_output, by_cell = later
        slope, gate, cell, before = row
        enter, forget, leave, candidate = jnp.split(gate, 4, axis=-1)
        by_output = by_output + slope
        bent = jnp.tanh(cell)
        by_cell = by_cell + by_output * leave * (1.0 - bent * bent)
        raw = jnp.concatenate(
            [
                by_cell * candidate * enter * (1.0 - enter),
                by_cell * before * forget * (1.0 - forget),
                by_output * bent * leave * (1.0 - leave),
                by_cell * enter * (1.0 - candidate * candidate),
            ],
            axis=-1,
        )
        return (jnp.matmul(raw, turned), by_cell * forget), raw

    rows = (slopes, gates, cells, cells_before)
    _, by_driven = jax.lax.scan(step, (empty, empty), rows, reverse=True)
    return by_driven, jnp.einsum("tdbu,tdbg->dug", outputs_before, by_driven)


unroll.defvjp(_forward, _backward)

"""A long short-term memory over time (Hochreiter and Schmidhuber 1997), with its gradient.

JAX's own gradient of a scan adds up the gradient of the weights step by step. Here the backward pass keeps
the slopes of all steps, and one product over time gives that of the weights.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Rows = Float[Array, "time batch input"]
Steps = Float[Array, "time batch unit"]


class Gates(NamedTuple):
    """A value for each gate of a cell, each of shape [time, batch, unit] or [batch, unit]."""

    enter: Array
    forget: Array
    leave: Array
    candidate: Array


class Cell(NamedTuple):
    """Weights of a cell, gates i, f, o (logistic) and g (tanh) in that order."""

    drive: Float[Array, "gate input unit"]
    """From the input."""
    bias: Float[Array, "gate unit"]
    weights: Float[Array, "gate unit unit"]
    """From the output of the step before."""


class _Kept(NamedTuple):
    """What the backward pass needs of the forward pass; rows and outputs as factors of products."""

    rows: Rows
    gates: Gates
    cells: Steps
    outputs: Steps
    cell: Cell


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def unroll(rows: Rows, cell: Cell, half: bool = False) -> Steps:
    """Run the cell over time from an empty memory: c' = f c + i g and h = o tanh c'.

    Args:
        half: whether factors of products have 16 bits (bfloat16); their sums, and all else, keep 32.

    Returns:
        Outputs h of all steps.

    Source:
        Gers, Schmidhuber and Cummins 2000, DOI 10.1162/089976600300015015 (with the forget gate).
    """
    return _forward(rows, cell, half)[0]


def _forward(rows: Rows, cell: Cell, half: bool) -> tuple[Steps, _Kept]:
    read, drive, joined = _short(rows, half), _short(cell.drive, half), _short(_joined(cell.weights), half)
    # All steps at once: only what depends on the step before is left to the loop.
    driven = Gates(*(_product("tbi,iu->tbu", read, drive[at]) + each for at, each in enumerate(cell.bias)))
    empty = jnp.zeros_like(driven.enter[0])

    def step(
        memory: tuple[Array, Array], row: Gates
    ) -> tuple[tuple[Array, Array], tuple[Gates, Array, Array]]:
        output, cell = memory
        back = jnp.split(_product("bu,ug->bg", _short(output, half), joined), len(row), axis=-1)
        raw = [driven + each for driven, each in zip(row, back, strict=True)]
        enter, forget, leave = (_logistic(each) for each in raw[:3])
        gates = Gates(enter, forget, leave, jnp.tanh(raw[3]))
        cell = gates.forget * cell + gates.enter * gates.candidate
        output = gates.leave * jnp.tanh(cell)
        return (output, cell), (gates, cell, output)

    _, (gates, cells, outputs) = jax.lax.scan(step, (empty, empty), driven)
    return outputs, _Kept(read, gates, cells, _short(outputs, half), cell)


def _backward(half: bool, kept: _Kept, slopes: Steps) -> tuple[Rows, Cell]:
    rows, gates, cells, outputs, cell = kept
    joined = _short(_joined(cell.weights), half)
    empty = jnp.zeros_like(cells[0])
    cells_before = jnp.concatenate([empty[None], cells[:-1]])

    def step(
        later: tuple[Array, Array], row: tuple[Array, Gates, Array, Array]
    ) -> tuple[tuple[Array, Array], Array]:
        by_output, by_cell = later
        slope, gate, cell, before = row
        by_output = by_output + slope
        bent = jnp.tanh(cell)
        by_cell = by_cell + by_output * gate.leave * (1.0 - bent * bent)
        raw = (
            by_cell * gate.candidate * gate.enter * (1.0 - gate.enter),
            by_cell * before * gate.forget * (1.0 - gate.forget),
            by_output * bent * gate.leave * (1.0 - gate.leave),
            by_cell * gate.enter * (1.0 - gate.candidate * gate.candidate),
        )
        side_by_side = jnp.concatenate(raw, axis=-1)
        back = _product("bg,ug->bu", _short(side_by_side, half), joined)
        return (back, by_cell * gate.forget), side_by_side

    by_driven = jax.lax.scan(step, (empty, empty), (slopes, gates, cells, cells_before), reverse=True)[1]
    factor = _short(by_driven, half)
    by_cell = Cell(
        drive=_apart(_product("tbi,tbg->ig", rows, factor)),
        bias=_apart(by_driven.sum(axis=(0, 1))),
        # The first step has no output before it.
        weights=_apart(_product("tbu,tbg->ug", outputs[:-1], factor[1:])),
    )
    return _product("tbg,ig->tbi", factor, _short(_joined(cell.drive), half)), by_cell


def _joined(weights: Float[Array, "gate row unit"]) -> Float[Array, "row gates"]:
    """Return the weights of all gates side by side."""
    gates, rows, units = weights.shape
    return jnp.moveaxis(weights, 0, 1).reshape(rows, gates * units)


def _apart(weights: Float[Array, "*row gates"]) -> Float[Array, "gate *row unit"]:
    """Return what belongs to each gate."""
    return jnp.moveaxis(weights.reshape(*weights.shape[:-1], len(Gates._fields), -1), -2, 0)


def _short(values: Array, half: bool) -> Array:
    return values.astype(jnp.bfloat16) if half else values


def _product(spec: str, left: Array, right: Array) -> Array:
    """Return a product whose sums have at least 32 bits."""
    return jnp.einsum(spec, left, right, preferred_element_type=jnp.promote_types(left.dtype, jnp.float32))


def _logistic(values: Array) -> Array:
    # By tanh, which is one vectorised polynomial; the exponential and the quotient cost more.
    return 0.5 * jnp.tanh(0.5 * values) + 0.5


unroll.defvjp(_forward, _backward)

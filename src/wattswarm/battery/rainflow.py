"""Streaming rainflow counting of charge cycles with a bounded stack of turning points (ASTM E1049-85, 5.4.4).

A battery's wear depends on how deep each of its nested cycles was, which no single step shows. The
open cycles are the turning points between which later, smaller cycles have already closed; their
ranges shrink towards the newest. Eight of them, the last value and its direction are the whole
memory, so counting is a pure step of fixed shape and its result a Markov state.

Because ranges shrink, a turning point closes a run of the newest pairs and never one from the
middle: which ones is a comparison of eight values at once, without a loop.

Source:
    ASTM E1049-85 (2011); the bounded memory follows Kwon and Zhu, arXiv:2108.02374.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Float, Int

DEPTH_OF_STACK: Final = 8


class Rainflow(NamedTuple):
    """State of a battery's cycle counter."""

    points: Float[Array, "*batch 8"]
    """Open turning points, newest first; only the first `size` mean anything, [..., 8]."""
    size: Int[Array, "*batch"]
    """Number of open turning points, 1 to 8, [...]."""
    direction: Float[Array, "*batch"]
    """Of the last move: 1 up, -1 down, 0 while nothing has moved yet, [...]."""
    last: Float[Array, "*batch"]
    """Last value seen (state of charge), [...]."""


class Cycles(NamedTuple):
    """A set of counted cycles of fixed size; those of weight 0 are padding."""

    depth: Float[Array, "*batch k"]
    """Range of the cycle, in the unit of the values counted, [..., k]."""
    mean: Float[Array, "*batch k"]
    """Middle of the cycle, same unit, [..., k]."""
    weight: Float[Array, "*batch k"]
    """1 for a full cycle, 0.5 for a half, 0 for none, [..., k]."""


def start(value: ArrayLike) -> Rainflow:
    """Begin counting at a first state of charge of any shape [...], whose dtype the counter takes."""
    value = jnp.asarray(value, jnp.result_type(value, float))
    return Rainflow(
        points=jnp.broadcast_to(value[..., None], (*value.shape, DEPTH_OF_STACK)),
        size=jnp.ones(value.shape, jnp.int32),
        direction=jnp.zeros_like(value),
        last=value,
    )


def push(state: Rainflow, value: ArrayLike) -> tuple[Rainflow, Cycles]:
    """Count the cycles that close when the next value arrives.

    A value equal to the last one changes nothing. A value that moves on only extends the current
    swing. A reversal makes the last value a turning point, which may close up to four full cycles,
    or a half cycle when the first turning point is reached. Where none closes and the stack is full,
    the newest and smallest swing is counted as a full cycle before its time, so that the deep cycles,
    which wear most, stay exact.

    Args:
        state: counter of shape [...].
        value: next value, [...].

    Returns:
        The counter after the value, and the cycles [..., 4] that closed.

    Source:
        ASTM E1049-85 (2011), 5.4.4, rules 1-6.
    """
    value = jnp.asarray(value, state.last.dtype)
    direction = jnp.sign(value - state.last)
    reversal = direction * state.direction < 0
    stack, size, cycles = _turn(state)
    full = size > DEPTH_OF_STACK
    # No pair has closed on a full stack, so that the first of them is free for the newest swing.
    newest = jnp.arange(DEPTH_OF_STACK // 2) == 0
    cycles = jax.tree.map(
        lambda early, closed: jnp.where(full[..., None] & newest, early, closed),
        _cycles(stack[..., :1], stack[..., 1:2], jnp.ones_like(stack[..., :1])),
        cycles,
    )
    shorter = jnp.concatenate([stack[..., 2:], stack[..., -1:]], -1)
    points = jnp.where(full[..., None], shorter, stack[..., :-1])
    after = Rainflow(
        points=jnp.where(reversal[..., None], points, state.points),
        size=jnp.where(reversal, jnp.where(full, size - 2, size), state.size),
        direction=jnp.where(direction != 0, direction, state.direction),
        last=value,
    )
    return after, cycles._replace(weight=jnp.where(reversal[..., None], cycles.weight, 0))


def residual(state: Rainflow) -> Cycles:
    """Count what is still open as if the last value were the end.

    Args:
        state: counter of shape [...].

    Returns:
        Cycles [..., 12]: those the last value closes as a turning point, then one half cycle
        between each two neighbours that stay open.

    Source:
        ASTM E1049-85 (2011), 5.4.4, rule 7.
    """
    stack, size, closed = _turn(state)
    still_open = jnp.arange(1, DEPTH_OF_STACK + 1) < size[..., None]
    weight = jnp.where(still_open, 0.5, 0.0).astype(stack.dtype)
    halves = _cycles(stack[..., :-1], stack[..., 1:], weight)
    both = jax.tree.map(lambda a, b: jnp.concatenate([a, b], -1), closed, halves)
    return Cycles(both.depth, both.mean, jnp.where((state.direction != 0)[..., None], both.weight, 0))


def _turn(state: Rainflow) -> tuple[Float[Array, "*batch 9"], Int[Array, "*batch"], Cycles]:
    """Make the last value a turning point: the stack with it, its size, and the pairs it closed."""
    points, size = state.points, state.size[..., None]
    inner, outer = points[..., 0::2], points[..., 1::2]
    place = jnp.arange(1, DEPTH_OF_STACK, 2)
    spans = state.direction[..., None] * (state.last[..., None] - outer) >= 0
    closed = (place < size) & spans
    # The pair that holds the very first turning point is only half a cycle, and only that point leaves.
    first = closed & (place + 1 == size)
    full = closed & ~first
    weight = jnp.where(full, 1.0, jnp.where(first, 0.5, 0.0)).astype(points.dtype)

    kept = points
    for pair in range(DEPTH_OF_STACK // 2):
        below = jnp.concatenate([kept[..., 2:], kept[..., -2:]], -1)
        kept = jnp.where(full[..., pair, None], below, kept)
    left = state.size - 2 * full.sum(-1, dtype=state.size.dtype) - first.any(-1)
    stack = jnp.concatenate([state.last[..., None], kept], -1)
    return stack, left + 1, _cycles(inner, outer, weight)


def _cycles(
    newer: Float[Array, "*batch k"], older: Float[Array, "*batch k"], weight: Float[Array, "*batch k"]
) -> Cycles:
    """Cycles between pairs of turning points."""
    return Cycles(depth=jnp.abs(newer - older), mean=0.5 * (newer + older), weight=weight)

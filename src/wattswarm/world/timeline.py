"""What happens to the world over time, packed so that one step reads one contiguous row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int
from numpy.typing import NDArray

from wattswarm.world.records import Exogenous

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class Timeline(eqx.Module):
    """Rows of `Exogenous`, one a step, for one episode or a bank of episodes; hints may follow in a row."""

    rows: Float[Array, "... step column"]
    """Packed values, shape [step, column] or [episode, step, column]."""
    shapes: Shapes = eqx.field(static=True)
    """Name and shape of each field of `Exogenous` in packing order."""
    hint_shapes: Shapes = eqx.field(default=(), static=True)
    """The same of what policies are told beside it."""
    hint_type: Callable[..., object] | None = eqx.field(default=None, static=True)
    """Record of what they are told, None where there is nothing."""

    @property
    def steps(self) -> int:
        return int(self.rows.shape[-2])

    def fields(self, row: Float[Array, " column"]) -> dict[str, Array]:
        """Return all that is in one packed row by its name."""
        return _split(row, (*self.shapes, *self.hint_shapes))

    def unpack(self, row: Float[Array, " column"]) -> Exogenous:
        """Return the fields of one packed row."""
        return Exogenous(**_split(row, self.shapes))

    def hints(self, row: Float[Array, " column"]) -> object:
        """Return what a policy is told in one packed row, None where there is nothing."""
        if self.hint_type is None:
            return None
        return self.hint_type(**_split(row[sum(map(_size, self.shapes)) :], self.hint_shapes))

    def at(self, step: Int[Array, ""], episode: Int[Array, ""] | None = None) -> Exogenous:
        """Return what happens in a step (of an episode of the bank)."""
        if episode is None:
            return self.unpack(self.rows[step])
        return self.unpack(self.rows[episode, step])

    def window(self, begin: int, end: int) -> Timeline:
        """Return the steps `begin` to `end` as a timeline of their own."""
        return replace(self, rows=self.rows[..., begin:end, :])


def pack(
    fields: Mapping[str, NDArray[Any]], dtype: DTypeLike, hints: type[tuple[Any, ...]] | None = None
) -> Timeline:
    """Pack columns, each of shape [step, ...], into a timeline.

    Args:
        fields: every field of `Exogenous` and of the hints by its name.
        hints: named tuple of what policies are told, None to pack what happens alone.
    """

    def packed(names: Sequence[str]) -> Shapes:
        return tuple((name, np.shape(fields[name])[1:]) for name in names)

    shapes, told = packed(Exogenous._fields), packed(getattr(hints, "_fields", ()))
    columns = [
        np.asarray(fields[name], np.float64).reshape(len(fields[name]), -1) for name, _ in (*shapes, *told)
    ]
    return Timeline(jnp.asarray(np.concatenate(columns, axis=1), dtype=dtype), shapes, told, hints)


def bank(timelines: list[Timeline]) -> Timeline:
    """Stack episodes of equal shape into one bank, shape [episode, step, column]."""
    return replace(timelines[0], rows=jnp.stack([each.rows for each in timelines]))


def _size(field: tuple[str, tuple[int, ...]]) -> int:
    return math.prod(field[1])


def _split(row: Float[Array, " column"], shapes: Shapes) -> dict[str, Array]:
    fields, at = {}, 0
    for name, shape in shapes:
        size = math.prod(shape)
        fields[name] = row[at : at + size].reshape(shape)
        at += size
    return fields

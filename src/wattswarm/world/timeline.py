"""What happens to the world over time, packed so that one step reads one contiguous row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int
from numpy.typing import NDArray

from wattswarm.world.records import Exogenous

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class Timeline(eqx.Module):
    """Rows of `Exogenous`, one a step, for one episode or a bank of episodes.

    Args:
        rows: packed values, shape [step, column] or [episode, step, column].
        shapes: name and shape of each field of `Exogenous` in packing order.
    """

    rows: Float[Array, "... step column"]
    shapes: Shapes = eqx.field(static=True)

    @property
    def steps(self) -> int:
        """Steps of an episode."""
        return int(self.rows.shape[-2])

    def unpack(self, row: Float[Array, " column"]) -> Exogenous:
        """Return the fields of one packed row."""
        fields, at = {}, 0
        for name, shape in self.shapes:
            size = int(np.prod(shape))
            fields[name] = row[at : at + size].reshape(shape)
            at += size
        return Exogenous(**fields)

    def at(self, step: Int[Array, ""], episode: Int[Array, ""] | None = None) -> Exogenous:
        """Return what happens in a step (of an episode of the bank)."""
        if episode is None:
            return self.unpack(self.rows[step])
        return self.unpack(self.rows[episode, step])

    def window(self, begin: int, end: int) -> Timeline:
        """Return the steps `begin` to `end` as a timeline of their own."""
        return Timeline(self.rows[..., begin:end, :], self.shapes)


def pack(fields: Mapping[str, NDArray[Any]], dtype: DTypeLike) -> Timeline:
    """Pack the columns of `Exogenous`, each of shape [step, ...], into a timeline."""
    columns, shapes = [], []
    for name in Exogenous._fields:
        values = np.asarray(fields[name], dtype=np.float64)
        columns.append(values.reshape(values.shape[0], -1))
        shapes.append((name, values.shape[1:]))
    return Timeline(jnp.asarray(np.concatenate(columns, axis=1), dtype=dtype), tuple(shapes))


def bank(timelines: list[Timeline]) -> Timeline:
    """Stack episodes of equal shape into one bank, shape [episode, step, column]."""
    return Timeline(
        jax.tree.map(lambda *rows: jnp.stack(rows), *[t.rows for t in timelines]), timelines[0].shapes
    )

"""Who gets which port: vehicles queue from a place drawn anew every hour, and take stations in order."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

Waiting = Bool[Array, "district vehicle"]
Ranks = Int[Array, "district vehicle"]


def rank(waiting: Waiting, start: Float[Array, " district"]) -> Ranks:
    """Return the place of every waiting vehicle in a queue that begins anywhere in the row of vehicles.

    Args:
        start: where the queue begins, as a share of the row, 0 to 1.

    Returns:
        0 for the first; meaningless where nobody waits.
    """
    if not waiting.shape[-1]:
        return jnp.zeros(waiting.shape, jnp.int32)
    count = jnp.cumsum(waiting, -1, dtype=jnp.int32)
    before = count - waiting
    total = count[:, -1:]
    first = jnp.minimum((start * waiting.shape[-1]).astype(jnp.int32), waiting.shape[-1] - 1)
    ahead = jnp.take_along_axis(before, first[:, None], -1)
    place = before - ahead
    return jnp.where(place < 0, place + total, place)


def station_at(
    order: Int[Array, "district station"], place: Ranks, ports: int
) -> Int[Array, "district vehicle"]:
    """Return the station whose port a place in a row of ports belongs to.

    Args:
        order: stations, the one whose ports come first first.
        place: in the row of all ports; places beyond it get the last station.
    """
    row = jnp.clip(place // ports, 0, order.shape[-1] - 1)
    return jnp.take_along_axis(order, row, -1)

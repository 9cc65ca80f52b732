"""How a training is dealt out over devices: members side by side, or else the windows of each mini-batch.

What is computed does not depend on it but for the order of sums: the compiler divides one program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

_AXIS = "device"
_WORTH = 2**15
"""Outputs of units in a device's part of a mini-batch below which it would rather wait than work."""


@dataclass(frozen=True)
class Dealt:
    """Where the arrays of a training are."""

    members: NamedSharding
    """Of what has a leading axis [member]."""
    windows: NamedSharding | None
    """Of mini-batches, leading axis [window]; None to leave them where they are."""
    everywhere: NamedSharding
    """Of what every device needs whole."""


def deal(members: int, batch: int, outputs: int, devices: Sequence[jax.Device] | None = None) -> Dealt:
    """Return how to deal out a training.

    Args:
        outputs: of the units of a network in a window, over all its steps and layers.
        devices: at hand, None for all of this process.
    """
    there = list(devices or jax.local_devices())
    by_members = _most(members, len(there))
    worth = min(len(there), max(1, batch * outputs // _WORTH))
    used = by_members if by_members > 1 else _most(batch, worth)
    mesh = Mesh(np.asarray(there[:used]), (_AXIS,))
    parted, everywhere = NamedSharding(mesh, PartitionSpec(_AXIS)), NamedSharding(mesh, PartitionSpec())
    if by_members > 1:
        return Dealt(parted, None, everywhere)
    return Dealt(everywhere, parted if used > 1 else None, everywhere)


def _most(count: int, devices: int) -> int:
    """Return the greatest number of devices that so many can be dealt out to evenly."""
    return max(number for number in range(1, devices + 1) if count % number == 0)

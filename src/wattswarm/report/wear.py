"""Ageing of storages over a first year that repeats the horizon, by Xu et al. and Schmalstieg et al.

A loss over one week may not be multiplied by 52: both laws are steep at first. Degradation f_d of Xu et
al. adds up over time, so the horizon's is inverted and scaled; calendar and cycle wear of Schmalstieg et
al. add up as well, so their losses grow with the powers 3/4 and 1/2 of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.battery import calendar_loss, calendar_wear, capacity_loss
from wattswarm.control import Run
from wattswarm.data import Floats

YEAR_H = 8760.0


@dataclass(frozen=True, eq=False)
class StorageWear:
    """What a horizon does to new storages."""

    cycles: Floats | None
    """Equivalent full cycles over the horizon, shape [storage]; None where health was not kept."""
    xu: Floats | None
    """Fraction of capacity lost after a year like the horizon, shape [storage]."""
    schmalstieg: Floats | None
    """The same by the other law, shape [storage]."""


def first_year_losses(run: Run) -> StorageWear:
    """Extend the ageing of a run's storages to a year.

    Args:
        run: a run with at least one storage.

    Returns:
        Cycles of the horizon and losses of a first year that repeats it.
    """
    if run.health is None:
        return StorageWear(None, None, None)
    arrays = run.scenario.arrays
    ports, hours = arrays.port_count, run.scenario.steps * arrays.dt_h
    repeats = YEAR_H / hours
    calendar = _calendar_loss(run)
    lost = np.asarray(run.health.schmalstieg_loss, np.float64)[ports:]
    cycle = np.maximum(lost - calendar, 0.0)
    stress = stress_of_loss(np.asarray(run.health.xu_loss, np.float64)[ports:])
    return StorageWear(
        cycles=np.asarray(run.health.equivalent_full_cycles, np.float64)[ports:],
        xu=np.asarray(_capacity_loss(stress * repeats), np.float64),
        schmalstieg=calendar * repeats**0.75 + cycle * repeats**0.5,
    )


def stress_of_loss(loss: Floats) -> Floats:
    """Invert `capacity_loss` of Xu et al. by bisection.

    Args:
        loss: fractions of capacity lost, 0 <= loss < 1, shape [n].

    Returns:
        Accumulated degradation f_d, shape [n].
    """
    return np.asarray(_bisected(loss), np.float64)


_capacity_loss = jax.jit(capacity_loss)


@jax.jit
def _bisected(loss: Float[Array, " n"]) -> Float[Array, " n"]:
    def halve(_: int, ends: tuple[Any, Any]) -> tuple[Any, Any]:
        low, high = ends
        middle = 0.5 * (low + high)
        above = capacity_loss(middle) > loss
        return jnp.where(above, low, middle), jnp.where(above, middle, high)

    # Film growth only adds to the loss, so f_d is at most that of a film-less cell, plus rounding.
    most = -1.1 * jnp.log1p(-loss) + 1e-12
    ends: tuple[Array, Array] = jax.lax.fori_loop(0, 60, halve, (jnp.zeros_like(loss), most))
    return 0.5 * (ends[0] + ends[1])


def _calendar_loss(run: Run) -> Floats:
    """Return the calendar part of the Schmalstieg loss over the horizon, shape [storage]."""
    arrays = run.scenario.arrays
    energy = np.asarray(run.flows.energy_kwh, np.float64)[:, arrays.port_count :]
    path = np.vstack([arrays.storage_initial_kwh, energy]) / arrays.storage_capacity_kwh
    return np.asarray(_loss_of_path(path, arrays.dt_h), np.float64)


@jax.jit
def _loss_of_path(path: Float[Array, "instant storage"], hours: float) -> Float[Array, " storage"]:
    return calendar_loss(calendar_wear(0.5 * (path[1:] + path[:-1]), hours).sum(axis=0))

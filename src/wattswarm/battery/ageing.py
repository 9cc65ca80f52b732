"""Ageing of a fleet of batteries, step by step: rainflow cycles and calendar time through two cell models.

The state is Markov and of fixed shape, so that a simulator can carry it, a learner can see it and a
gradient can pass through it.

Source:
    Xu et al., IEEE Trans. Smart Grid 9(2) 2018; Schmalstieg et al., J. Power Sources 257 (2014) 325.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Bool, Float

from wattswarm.battery import rainflow, schmalstieg, tally, xu
from wattswarm.battery.rainflow import Rainflow
from wattswarm.battery.tally import Tally


class Ageing(NamedTuple):
    """Ageing state of B batteries."""

    rainflow: Rainflow
    """Open cycles and the last state of charge, [B]."""
    stress: Tally
    """Accumulated f_d of Xu et al. from closed cycles and time, [B]."""
    calendar: Tally
    """Accumulated calendar wear of Schmalstieg et al., [B]."""
    cycle: Tally
    """Accumulated cycle wear of Schmalstieg et al. from closed cycles, [B]."""
    full_cycles: Tally
    """Equivalent full cycles, [B]."""


class Health(NamedTuple):
    """Capacity that ageing has cost B batteries."""

    xu_loss: Float[Array, " B"]
    """Fraction of capacity lost by Xu et al., [B]."""
    schmalstieg_loss: Float[Array, " B"]
    """Fraction of capacity lost by Schmalstieg et al., calendar and cycle, [B]."""
    equivalent_full_cycles: Float[Array, " B"]
    """Energy moved over twice the capacity, [B]."""


def fresh(state_of_charge: ArrayLike) -> Ageing:
    """Batteries fresh from the factory at a state of charge 0..1, [B], whose dtype they take."""
    counter = rainflow.start(state_of_charge)
    none = tally.zero(counter.last)
    return Ageing(counter, none, none, none, none)


def age(
    state: Ageing,
    state_of_charge: ArrayLike,
    charge_kwh: ArrayLike,
    discharge_kwh: ArrayLike,
    hours: ArrayLike,
    capacity_kwh: ArrayLike,
    temperature_c: ArrayLike = 25.0,
) -> Ageing:
    """Age batteries by one step.

    Cycles are counted on the state of charge, so that driving wears like discharging to the grid;
    the energies only enter the equivalent full cycles.

    Args:
        state: ageing before the step, [B].
        state_of_charge: at the end of the step, fraction, [B].
        charge_kwh: energy into the cells during the step [kWh], at least 0, [B].
        discharge_kwh: energy out of the cells, driving included [kWh], at least 0, [B].
        hours: length of the step [h].
        capacity_kwh: capacity of each battery [kWh], [B].
        temperature_c: cell temperature [degC], scalar or [B].
    """
    soc = jnp.asarray(state_of_charge, state.rainflow.last.dtype)
    middle = 0.5 * (state.rainflow.last + soc)
    # Without the barrier the compiler counts the cycles anew for each law that reads them.
    counted = rainflow.push(state.rainflow, soc)
    counter, cycles = jax.lax.optimization_barrier(counted)
    stress = xu.cycle_stress(cycles, temperature_c) + xu.calendar_stress(middle, hours, temperature_c)
    moved = (jnp.asarray(charge_kwh) + jnp.asarray(discharge_kwh)) / (2.0 * jnp.asarray(capacity_kwh))
    return Ageing(
        rainflow=counter,
        stress=tally.add(state.stress, stress),
        calendar=tally.add(state.calendar, schmalstieg.calendar_wear(middle, hours, temperature_c)),
        cycle=tally.add(state.cycle, schmalstieg.cycle_wear(cycles)),
        full_cycles=tally.add(state.full_cycles, moved),
    )


def health(state: Ageing, temperature_c: ArrayLike = 25.0, schmalstieg_scale: ArrayLike = 1.0) -> Health:
    """Return what ageing has cost so far, open cycles counted as if they ended now.

    Args:
        state: ageing, [B].
        temperature_c: cell temperature of the open cycles [degC], scalar or [B].
        schmalstieg_scale: factor on the Schmalstieg loss, below 1 for cells newer than its 2014 ones.
    """
    still_open = rainflow.residual(state.rainflow)
    stress = state.stress.total + xu.cycle_stress(still_open, temperature_c)
    cycle = state.cycle.total + schmalstieg.cycle_wear(still_open)
    loss = schmalstieg.calendar_loss(state.calendar.total) + schmalstieg.cycle_loss(cycle)
    return Health(
        xu_loss=xu.capacity_loss(stress),
        schmalstieg_loss=jnp.asarray(schmalstieg_scale) * loss,
        equivalent_full_cycles=state.full_cycles.total,
    )


def renew(state: Ageing, mask: Bool[Array, " B"], state_of_charge: ArrayLike) -> Ageing:
    """Put new batteries where another vehicle has arrived.

    Args:
        state: ageing, [B].
        mask: true where the battery is another one from now on, [B].
        state_of_charge: of the batteries after the change, fraction, [B]; read where `mask` is true.
    """
    soc = jnp.asarray(state_of_charge, state.rainflow.last.dtype)
    unworn = fresh(jnp.broadcast_to(soc, state.rainflow.last.shape))

    def choose(new: Array, old: Array) -> Array:
        return jnp.where(mask.reshape(mask.shape + (1,) * (old.ndim - mask.ndim)), new, old)

    renewed: Ageing = jax.tree.map(choose, unworn, state)
    return renewed

"""Stage 1, reveal: vehicles arrive, a billing period may begin, the step's possibilities become visible."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.battery import charge_limit, discharge_limit, renew
from wattswarm.world.records import Exogenous, Extremes, State, View, World
from wattswarm.world.timeline import Timeline


def reveal(world: World, state: State, exogenous: Exogenous) -> State:
    """Let the step's vehicles arrive and storages lose what they lose by standing.

    Args:
        state: state at the end of the step before.
        exogenous: what happens in this step.

    Returns:
        State at the start of this step; empty ports hold 0 kWh.
    """
    stood = exogenous.floor_kwh + world.retention * (state.energy_kwh - exogenous.floor_kwh)
    energy = jnp.where(exogenous.arriving > 0, exogenous.arrival_kwh, stood)
    energy = jnp.where(exogenous.capacity_kwh > 0, energy, 0.0)
    ageing = state.ageing
    if ageing is not None:
        ageing = renew(ageing, exogenous.arriving > 0, energy / held_capacity(exogenous))
    peak = jnp.where(exogenous.new_period > 0, 0.0, state.peak_kw)
    extremes = state.extremes
    if extremes is not None:
        extremes = Extremes(*(jnp.where(exogenous.new_period > 0, 0.0, value) for value in extremes))
    return State(energy, state.deferred_kwh, peak, ageing, extremes)


def look(world: World, state: State, exogenous: Exogenous, told: object = None) -> View:
    """Show a policy the start of the step: energies and what each battery can take, give and must take.

    Args:
        state: a state that `reveal` returned.
        exogenous: the same step's.
        told: what a policy is told beside it.

    Returns:
        The view; every limit is 0 at an empty port.
    """
    energy, per_kw = state.energy_kwh, world.charge_efficiency * world.step_h
    charge = charge_limit(
        energy,
        exogenous.ceiling_kwh,
        exogenous.charge_kw,
        exogenous.curve_kw,
        exogenous.curve_slope,
        world.charge_efficiency,
        world.step_h,
    )
    discharge = discharge_limit(
        energy, exogenous.floor_kwh, exogenous.discharge_kw, world.discharge_efficiency, world.step_h
    )
    later = jnp.maximum(exogenous.steps_left - 1.0, 0.0) * exogenous.charge_kw * per_kw
    must = jnp.clip((exogenous.target_kwh - energy - later) / per_kw, 0.0, charge)
    deferred, peak, extremes = state.deferred_kwh, state.peak_kw, state.extremes
    return View(exogenous, energy, charge, discharge, must, deferred, peak, extremes, told)


@jax.jit
def open_step(
    world: World, timeline: Timeline, state: State, row: Float[Array, " column"]
) -> tuple[State, View]:
    """Reveal a step and look at it with all that the timeline tells.

    Args:
        timeline: whose row it is.
        state: state at the end of the step before.

    Returns:
        State at the start of this step, and the view of it.
    """
    exogenous = timeline.unpack(row)
    state = reveal(world, state, exogenous)
    return state, look(world, state, exogenous, timeline.hints(row))


def held_capacity(exogenous: Exogenous) -> Float[Array, " battery"]:
    """Return the capacity [kWh] of every battery, 1 at an empty port, shape [battery]."""
    return jnp.where(exogenous.capacity_kwh > 0, exogenous.capacity_kwh, 1.0)

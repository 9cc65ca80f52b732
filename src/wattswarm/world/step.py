"""One step of the world: project, clear, dispatch, bill, move; pure and piecewise linear (models 1.3)."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from wattswarm.battery import age, energy_after, fresh
from wattswarm.world.bill import bill, widened
from wattswarm.world.clear import clear
from wattswarm.world.project import project
from wattswarm.world.records import Dispatch, Exogenous, Extremes, Flows, Requests, State, View, World
from wattswarm.world.reveal import held_capacity


def start(world: World) -> State:
    """Return the state before the first step: storages at their initial energy, ports empty."""
    energy = world.initial_kwh
    stations = jnp.zeros(world.stations, energy.dtype)
    ageing = fresh(world.initial_soc) if world.ages else None
    zero = jnp.zeros((), energy.dtype)
    return State(energy, stations, zero, ageing, Extremes(zero, zero) if world.spans else None)


@jax.jit
def step(world: World, state: State, view: View, requests: Requests) -> tuple[State, Flows]:
    """Advance the world by one step.

    Args:
        state: state that `reveal` returned for this step.
        view: view that `look` returned for this step.

    Returns:
        State at the end of the step and the step's itemised flows.
    """
    exogenous = view.exogenous
    dispatch = project(world, view, requests)
    exchange = clear(world, dispatch)
    moved = _dispatch(world, state, exogenous, dispatch)
    flows = bill(world, moved, exogenous, dispatch, exchange)
    peak = jnp.maximum(state.peak_kw, exchange.import_kw)
    return moved._replace(peak_kw=peak, extremes=widened(state.extremes, exogenous, exchange)), flows


def _dispatch(world: World, state: State, exogenous: Exogenous, dispatch: Dispatch) -> State:
    energy = energy_after(
        state.energy_kwh,
        dispatch.charge_kw,
        dispatch.discharge_kw,
        world.charge_efficiency,
        world.discharge_efficiency,
        world.step_h,
    )
    ageing = state.ageing
    if ageing is not None:
        held = held_capacity(exogenous)
        ageing = age(
            ageing,
            energy / held,
            dispatch.charge_kw * world.charge_efficiency * world.step_h,
            dispatch.discharge_kw / world.discharge_efficiency * world.step_h,
            world.step_h,
            held,
        )
    return State(energy, dispatch.deferred_kwh, state.peak_kw, ageing, state.extremes)

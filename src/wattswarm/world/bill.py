"""Stage 4, bill: every flow of the step gets its price, eq. (6) of 001 and (11)-(16) of 002."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.world.clear import Exchange
from wattswarm.world.records import Dispatch, Exogenous, Extremes, Flows, Money, State, World


def bill(world: World, state: State, exogenous: Exogenous, dispatch: Dispatch, exchange: Exchange) -> Flows:
    """Itemise the step's energy and money.

    A customer pays on leaving, for the energy that was asked for and is there; what is missing is
    fined. Discharged energy that was charged back therefore costs the driver nothing.

    Args:
        world: parameters and fixed prices.
        state: state at the end of the step, vehicles still plugged in.
        exogenous: prices and sessions of this step.
        dispatch: powers of this step.
        exchange: what the grid took and gave.

    Returns:
        Flows whose `money.net` is the operator's profit of the step.
    """
    hours = world.step_h
    leaving = jnp.where(exogenous.steps_left == 1.0, 1.0, 0.0)
    shortfall = leaving * jnp.maximum(exogenous.target_kwh - state.energy_kwh, 0.0)
    need = leaving * jnp.maximum(exogenous.target_kwh - exogenous.arrival_kwh, 0.0)
    spot_export = exchange.export_kw - exchange.solar_export_kw
    money = Money(
        import_cost=exogenous.import_price * exchange.import_kw * hours,
        export_income=hours
        * (exogenous.export_price * spot_export + exogenous.feed_in_price * exchange.solar_export_kw),
        demand_charge=world.demand_charge * jnp.maximum(exchange.import_kw - state.peak_kw, 0.0),
        peak_valley_charge=world.peak_valley_charge * _widening(state.extremes, exogenous, exchange),
        wear=exogenous.wear_price * (dispatch.charge_kw + dispatch.discharge_kw) * hours,
        customer_income=world.customer_price * (need - shortfall) / world.charge_efficiency,
        v2g_reward=world.v2g_reward * dispatch.discharge_kw * hours,
        unmet_penalty=world.unmet_penalty * shortfall,
        service_income=exogenous.service_price * dispatch.served_kwh,
    )
    return Flows(
        dispatch=dispatch,
        import_kw=exchange.import_kw,
        export_kw=exchange.export_kw,
        limit_kw=exchange.limit_kw,
        energy_kwh=state.energy_kwh,
        shortfall_kwh=shortfall,
        carbon_kg=exogenous.carbon_kg_per_kwh * exchange.import_kw * hours,
        money=money,
        voltage_pu=exchange.voltage_pu,
    )


def widened(before: Extremes | None, exogenous: Exogenous, exchange: Exchange) -> Extremes | None:
    """Return the highest and lowest net import of the billing period with this step's.

    Args:
        before: those of the steps before, None where they are not kept.
        exogenous: tells whether this step begins a period.
        exchange: what the grid took and gave.
    """
    if before is None:
        return None
    net, fresh = exchange.import_kw - exchange.export_kw, exogenous.new_period > 0
    return Extremes(
        jnp.where(fresh, net, jnp.maximum(before.highest_kw, net)),
        jnp.where(fresh, net, jnp.minimum(before.lowest_kw, net)),
    )


def _widening(before: Extremes | None, exogenous: Exogenous, exchange: Exchange) -> Float[Array, ""]:
    """Return by how much this step widens the difference of peak and valley [kW]."""
    after = widened(before, exogenous, exchange)
    if before is None or after is None:
        return jnp.zeros_like(exchange.import_kw)
    was = jnp.where(exogenous.new_period > 0, 0.0, before.highest_kw - before.lowest_kw)
    return after.highest_kw - after.lowest_kw - was

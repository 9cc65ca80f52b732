"""Stage 2, project: any request becomes the feasible dispatch nearest in spirit, never above any limit.

Overloads are cured from the deepest limit of the tree up. What flexible charging asks for goes first, what a
vehicle must draw to still reach its target goes last; exports cut discharging before they curtail solar.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.world.clear import through
from wattswarm.world.records import Dispatch, Exogenous, Requests, View, World

Battery = Float[Array, " battery"]
Rows = Float[Array, " limit"]
_TINY = 1e-9


def project(world: World, view: View, requests: Requests) -> Dispatch:
    """Map requests to the feasible set of batteries, ports and limits.

    Args:
        world: parameters; base load and demand alone keep every import limit.
        view: what `look` returned for this step.
        requests: what the policy asks for; NaN counts as 0.

    Returns:
        A dispatch that keeps every limit; a request that kept them all comes back unchanged.
    """
    exogenous = view.exogenous
    deferred, served, load = _demand(world, view, requests)
    asked = jnp.nan_to_num(requests.battery_kw, posinf=jnp.inf, neginf=-jnp.inf)
    charge = jnp.clip(asked, 0.0, view.charge_limit_kw)
    discharge = jnp.clip(-asked, 0.0, view.discharge_limit_kw)
    solar = _solar(exogenous, requests, load.sum() + charge.sum() - discharge.sum())
    load_rows = through(world.load_rows, load)
    charge = _relieve_import(world, view, charge, load_rows, through(world.solar_rows, solar), discharge)
    if world.pauses:
        charge = jnp.where(charge < world.minimum_kw - _TINY, 0.0, charge)
    discharge, solar = _relieve_export(world, charge, load_rows, solar, discharge)
    share = _safe_share(world, charge, load_rows, solar, discharge)
    return Dispatch(charge * share, discharge * share, solar * share, load, served, deferred)


def _demand(
    world: World, view: View, requests: Requests
) -> tuple[Float[Array, " station"], Float[Array, " station"], Float[Array, " station"]]:
    """Return deferred and served demand [kWh] and the load [kW] of each station, eq. (1)-(2) of 002."""
    exogenous = view.exogenous
    if not world.defers:
        zero = jnp.zeros_like(exogenous.base_kw)
        return zero, zero, exogenous.base_kw
    deferred = jnp.clip(jnp.nan_to_num(requests.defer_kwh), 0.0, exogenous.regular_kwh)
    served = exogenous.urgent_kwh + exogenous.regular_kwh + view.deferred_kwh - deferred
    return deferred, served, exogenous.base_kw + served / world.step_h


def _solar(exogenous: Exogenous, requests: Requests, net_load_kw: Float[Array, ""]) -> Float[Array, " solar"]:
    """Return each array's output; what is left to the world is curtailed where a kWh would cost money."""
    available = exogenous.solar_kw
    total = available.sum()
    useful = jnp.where(exogenous.feed_in_price < 0, jnp.clip(net_load_kw, 0.0, total), total)
    useful = jnp.where((exogenous.import_price < 0) & (exogenous.feed_in_price <= 0), 0.0, useful)
    automatic = available * jnp.where(total > 0, useful / jnp.where(total > 0, total, 1.0), 0.0)
    asked = jnp.clip(jnp.nan_to_num(requests.solar_kw, posinf=jnp.inf), 0.0, available)
    return jnp.where(jnp.isposinf(requests.solar_kw), automatic, asked)


def _relieve_import(
    world: World, view: View, charge: Battery, load: Rows, solar: Rows, discharge: Battery
) -> Battery:
    room = world.import_limit_kw - load + solar + through(world.battery_rows, discharge)
    must = jnp.minimum(charge, view.must_kw)
    flexible = charge - must
    share = _fill_by_laxity if world.least_laxity else _fill_in_proportion
    laxity = _laxity(world, view) if world.least_laxity else charge
    for low, high in world.levels:
        rows = world.battery_rows[low:high]
        must = share(rows, must, room[low:high], laxity)
        flexible = share(rows, flexible, room[low:high] - through(rows, must), laxity)
    return must + flexible


def _fill_in_proportion(
    rows: Float[Array, "limit battery"], charge: Battery, room: Rows, _laxity: Battery
) -> Battery:
    """Scale the charging behind each limit so that it fits its room; a battery obeys its tightest limit."""
    load = through(rows, charge)
    share = jnp.where(load > room, jnp.maximum(room, 0.0) / jnp.maximum(load, _TINY), 1.0)
    return charge * jnp.where(rows > 0, share[:, None], 1.0).min(axis=0)


def _fill_by_laxity(
    rows: Float[Array, "limit battery"], charge: Battery, room: Rows, laxity: Battery
) -> Battery:
    """Give the room behind each limit to the batteries of least laxity first."""
    order = jnp.arange(laxity.size)
    earlier = (laxity[None, :] < laxity[:, None]) | (
        (laxity[None, :] == laxity[:, None]) & (order[None, :] < order[:, None])
    )
    ahead = (rows * charge) @ earlier.T.astype(charge.dtype)
    left = jnp.maximum(room[:, None] - ahead, 0.0) / jnp.where(rows > 0, rows, 1.0)
    return jnp.minimum(charge, jnp.where(rows > 0, left, jnp.inf).min(axis=0))


def _laxity(world: World, view: View) -> Battery:
    """Return the steps to spare before a port must charge at full power; storages come last."""
    exogenous = view.exogenous
    power = exogenous.charge_kw * world.charge_efficiency * world.step_h
    needed = (exogenous.target_kwh - view.energy_kwh) / jnp.maximum(power, _TINY)
    return jnp.where(exogenous.steps_left > 0, exogenous.steps_left - needed, jnp.inf)


def _relieve_export(
    world: World, charge: Battery, load: Rows, solar: Float[Array, " solar"], discharge: Battery
) -> tuple[Battery, Float[Array, " solar"]]:
    room = world.export_limit_kw + load + through(world.battery_rows, charge)
    for low, high in world.levels:
        solar_rows, rows = world.solar_rows[low:high], world.battery_rows[low:high]
        left = room[low:high] - through(solar_rows, solar)
        discharge = _fill_in_proportion(rows, discharge, left, discharge)
        if world.solars:
            solar = _fill_in_proportion(solar_rows, solar, room[low:high] - through(rows, discharge), solar)
    return discharge, solar


def _safe_share(
    world: World, charge: Battery, load: Rows, solar: Float[Array, " solar"], discharge: Battery
) -> Float[Array, ""]:
    """Largest share of the dispatch that keeps every limit: 1, unless limits of crossing directions meet.

    Load alone keeps every limit, and limits are convex, so the way back to it is feasible.
    """
    net = through(world.battery_rows, charge - discharge) - through(world.solar_rows, solar)
    slack = jnp.where(net > 0, world.import_limit_kw - load, world.export_limit_kw + load)
    over = jnp.abs(net) > jnp.maximum(slack, 0.0) * (1 + 1e-6) + 1e-6
    share = jnp.where(over, jnp.maximum(slack, 0.0) / jnp.where(over, jnp.abs(net), 1.0), 1.0).min()
    if world.pauses:
        share = jnp.where(share < 1.0, 0.0, share)
    return share

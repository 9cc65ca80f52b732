"""What a station of the pool may do, and where its storage may start: eq. (5), (8), (9), (19) of 002."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.world import Exogenous, Requests, View, World

_HEADROOM = 1e-5
"""Share of the rated power below which a direction counts as closed: rounding leaves no more."""


def pool_feasible(view: View) -> tuple[Float[Array, "station 2"], Float[Array, "station 2"]]:
    """Return least and largest share of storage and service that still change anything.

    Returns:
        Low and high, shape [station, 2] each: 0 of storage is always within, service is 1 where nothing can
        wait.
    """
    x = view.exogenous
    gives = view.discharge_limit_kw > _HEADROOM * x.discharge_kw
    takes = view.charge_limit_kw > _HEADROOM * x.charge_kw
    waits = x.regular_kwh > 0
    dtype = view.energy_kwh.dtype
    low = jnp.stack([jnp.where(gives, -1.0, 0.0), jnp.where(waits, 0.0, 1.0)], axis=-1)
    high = jnp.stack([jnp.where(takes, 1.0, 0.0), jnp.ones_like(x.regular_kwh)], axis=-1)
    return low.astype(dtype), high.astype(dtype)


def pool_requests(world: World, view: View, action: Float[Array, "station 2"]) -> Requests:
    """Return what both controls ask of the world.

    Args:
        action: storage in -1..1, a share of what it can give or take; service in 0..1, a share of the step's
            regular demand; shape [station, 2].

    Returns:
        Requests; curtailment is left to the world.
    """
    storage, service = jnp.clip(action[:, 0], -1.0, 1.0), jnp.clip(action[:, 1], 0.0, 1.0)
    limit = jnp.where(storage > 0, view.charge_limit_kw, view.discharge_limit_kw)
    solar = jnp.full(world.solars, jnp.inf, view.energy_kwh.dtype)
    return Requests(storage * limit, solar, (1.0 - service) * view.exogenous.regular_kwh)


def random_energy(exogenous: Exogenous, key: PRNGKeyArray) -> Float[Array, " station"]:
    """Return energies [kWh] drawn evenly between floor and ceiling of each storage, shape [station]."""
    share = jax.random.uniform(key, exogenous.floor_kwh.shape, exogenous.floor_kwh.dtype)
    return exogenous.floor_kwh + share * (exogenous.ceiling_kwh - exogenous.floor_kwh)

"""The forecast layer alone, rule (3) of paper 003: charge where price and demand are low, give where high."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy, missing_kw, must_kw, requests, spare_kw
from wattswarm.outlook import hints_of
from wattswarm.world import Requests, View, World

_RESERVE = 0.2
"""Share of capacity above the floor below which nothing is given."""


class ForecastThreshold(CompiledPolicy):
    """Compare price and load of this hour with the quantiles of the day that is expected from now on.

    Whatever they are, targets stay in reach: what has to flow flows, what is needed is not given.

    Source:
        Paper 003, rule (3); quantiles and reserve of models.md 5.2.
    """

    low: Float[Array, ""] = eqx.field(default=0.4, converter=jnp.asarray)
    """Quantile up to which price and load are low."""
    high: Float[Array, ""] = eqx.field(default=0.7, converter=jnp.asarray)
    """Quantile from which they are high."""
    name: str = eqx.field(default="forecast-threshold", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Charge all that is missing, give all that can be spared, or do what has to be done."""
        x, hints = view.exogenous, hints_of(view)
        load = x.base_kw.sum() - x.solar_kw.sum()
        prices = jnp.append(hints.price_ahead, x.import_price)
        loads = jnp.append(hints.net_ahead_kw, load)
        low, high = (level.astype(prices.dtype) for level in (self.low, self.high))
        cheap = (x.import_price <= jnp.quantile(prices, low)) & (load <= jnp.quantile(loads, low))
        dear = (x.import_price >= jnp.quantile(prices, high)) & (load >= jnp.quantile(loads, high))
        must = must_kw(world, view)
        charge = jnp.maximum(jnp.minimum(missing_kw(world, view), view.charge_limit_kw), must)
        full = view.energy_kwh > x.floor_kwh + _RESERVE * x.capacity_kwh
        given = jnp.where(dear & full, spare_kw(world, view), 0.0)
        power = jnp.where(cheap, charge, must)
        return memory, requests(world, jnp.where(given > 0, -given, power))

"""What a station of the pool sees of itself and of all, scaled to about -1..1: eq. (18) of 002 and more."""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from wattswarm.errors import InputError
from wattswarm.outlook import HOURLY_H, hints_of
from wattswarm.tasks.battery_view import PRICE_BOUND
from wattswarm.tasks.place import Setting
from wattswarm.tasks.space import Row, Space, spaces_of
from wattswarm.tasks.task import Features
from wattswarm.world import Scenario, View

DEMAND_BOUND = 3.0
"""Demand beyond so many times its scale is seen as this."""
HOURS_AHEAD = len(HOURLY_H) - 1

_DEMAND = "largest demand of a station in the bank"
_PRICE = "price scale of the bank"
OWN: tuple[Row, ...] = (
    ("state of charge", 0.0, 1.0, "share of capacity"),
    ("urgent demand", 0.0, DEMAND_BOUND, _DEMAND + ", with what was put off"),
    ("regular demand", 0.0, DEMAND_BOUND, _DEMAND),
    ("solar", 0.0, 1.0, "most that any array of the bank gives"),
)
"""A station's own part of (18)."""
TOTAL: Row = ("demand of all", 0.0, DEMAND_BOUND, "largest demand of all stations in the bank")
PRICE: Row = ("price", -PRICE_BOUND, PRICE_BOUND, _PRICE)
MORE_OWN: tuple[Row, ...] = (
    ("deferred", 0.0, DEMAND_BOUND, _DEMAND),
    ("capacity", 0.0, 1.0, "share of the capacity of all"),
)
MORE_SHARED: tuple[Row, ...] = (
    ("price above low", -PRICE_BOUND, PRICE_BOUND, "price scale, from the 30 % quantile of known prices"),
    ("price above high", -PRICE_BOUND, PRICE_BOUND, "price scale, from the 70 % quantile of known prices"),
    ("solar of all", 0.0, 1.0, "most that all arrays of the bank give together"),
    ("hour, sine", -1.0, 1.0, "of the local clock"),
    ("hour, cosine", -1.0, 1.0, "of the local clock"),
    *(
        (f"price {hour}-{hour + 1} h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now")
        for hour in range(HOURS_AHEAD)
    ),
)


class Stations(eqx.Module):
    """The stations of a pool, and what counts as 1 in what they see."""

    price: Float[Array, ""]
    """Price scale [currency/kWh]."""
    demand_kwh: Float[Array, ""]
    """Largest demand of one station in one step."""
    total_kwh: Float[Array, ""]
    """Largest demand of all stations in one step."""
    array_kw: Float[Array, ""]
    """Most power of one array."""
    solar_kw: Float[Array, ""]
    """Most power of all arrays together."""
    names: tuple[str, ...] = eqx.field(static=True)
    solar_station: tuple[int, ...] = eqx.field(static=True)

    def own(self, view: View) -> Features:
        x = view.exogenous
        urgent = x.urgent_kwh + view.deferred_kwh
        solar = jnp.zeros_like(urgent).at[jnp.asarray(self.solar_station, jnp.int32)].add(x.solar_kw)
        return (
            view.energy_kwh / x.capacity_kwh,
            jnp.clip(urgent / self.demand_kwh, 0.0, DEMAND_BOUND),
            jnp.clip(x.regular_kwh / self.demand_kwh, 0.0, DEMAND_BOUND),
            jnp.clip(solar / self.array_kw, 0.0, 1.0),
        )

    def more_own(self, view: View) -> Features:
        capacity = view.exogenous.capacity_kwh
        return (jnp.clip(view.deferred_kwh / self.demand_kwh, 0.0, DEMAND_BOUND), capacity / capacity.sum())

    def total(self, view: View) -> Float[Array, ""]:
        """Return the demand of all stations, the sum in (18)."""
        x = view.exogenous
        total = x.urgent_kwh.sum() + x.regular_kwh.sum() + view.deferred_kwh.sum()
        return jnp.clip(total / self.total_kwh, 0.0, DEMAND_BOUND)

    def scaled(self, price: Array) -> Array:
        """Return prices or differences of prices over the price scale."""
        return jnp.clip(price / self.price, -PRICE_BOUND, PRICE_BOUND)

    def more_shared(self, view: View) -> Features:
        x, hints = view.exogenous, hints_of(view)
        return (
            self.scaled(x.import_price - hints.price_low),
            self.scaled(x.import_price - hints.price_high),
            jnp.clip(x.solar_kw.sum() / self.solar_kw, 0.0, 1.0),
            hints.hour_sin,
            hints.hour_cos,
            *self.scaled(hints.price_ahead - x.import_price),
        )

    def spaces(self, rows: Sequence[Row], currency: str) -> tuple[Space, ...]:
        """Return the given rows as observations, then both controls and the reward."""
        controls = (
            ("storage", -1.0, 1.0, "share of what the storage can give or take now"),
            ("service", 0.0, 1.0, "share of the step's regular demand served now"),
        )
        return spaces_of(len(self.names), rows, controls, "profit of all", currency)


def stations(scenarios: Sequence[Scenario], place: Setting, dtype: DTypeLike) -> Stations:
    """Return the stations of a pool with the scales of its bank.

    Raises:
        InputError: a station has ports, or another number of storages than one.
    """
    first = scenarios[0]
    arrays = first.arrays
    if arrays.port_count or arrays.storage_station.tolist() != list(range(arrays.station_count)):
        raise InputError(
            "every station of a pool has one storage and no ports",
            where=f"site {first.site.name}",
            found=f"{arrays.port_count} ports and {arrays.storage_count} storages at {arrays.station_count}",
            expected="as many storages as stations, in their order",
            mend="use `pool_site`, or the task `Hub` for other sites",
        )

    def cast(value: float) -> Array:
        return jnp.asarray(np.asarray(value if value > 0 else 1.0, dtype))

    demands = [each.urgent_kwh + each.regular_kwh for each in scenarios]
    return Stations(
        price=place.scales.price,
        demand_kwh=cast(max(float(demand.max()) for demand in demands)),
        total_kwh=cast(max(float(demand.sum(axis=1).max()) for demand in demands)),
        array_kw=cast(max(float(each.solar_kw.max(initial=0.0)) for each in scenarios)),
        solar_kw=place.scales.solar_kw,
        names=arrays.station_names,
        solar_station=tuple(int(at) for at in arrays.solar_station),
    )

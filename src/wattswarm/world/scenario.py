"""A site and what happens to it over a horizon, ready to be simulated, planned and bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from numpy.typing import NDArray

from wattswarm.data import Floats, Times, local_clock
from wattswarm.errors import InputError
from wattswarm.market import Regime, export_price, feed_in_price, import_price, known_until, service_price
from wattswarm.site import Site, SiteArrays
from wattswarm.world.records import World
from wattswarm.world.schedule import Schedule
from wattswarm.world.stays import NO_LIMIT_KW, Stays
from wattswarm.world.timeline import Timeline, pack


@dataclass(frozen=True, eq=False)
class History:
    """The weeks before a scenario, on the same step, for forecasts; NaN where nothing is known."""

    market: Floats
    """Shape [past step]."""
    solar_kw: Floats
    """Shape [past step, solar]."""
    base_kw: Floats
    """Shape [past step, station]."""
    urgent_kwh: Floats
    """Shape [past step, station]."""
    regular_kwh: Floats
    """Shape [past step, station]."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything a policy meets between two moments."""

    site: Site
    arrays: SiteArrays
    times: Times
    """Interval starts, UTC, shape [step]."""
    market: Floats
    """Wholesale price [currency/kWh], shape [step]."""
    solar_kw: Floats
    """What each array could feed, shape [step, solar]."""
    base_kw: Floats
    """Load of each station, shape [step, station]."""
    urgent_kwh: Floats
    """Demand that cannot wait, shape [step, station]."""
    regular_kwh: Floats
    """Demand that can wait one step, shape [step, station]."""
    carbon: Floats
    """Intensity of imported energy [kg/kWh], shape [step]."""
    schedule: Schedule
    """Which session stands where when."""
    regime: Regime = Regime.DAM
    """What is known of prices when."""
    notes: tuple[str, ...] = ()
    """What was assumed, in plain words."""
    sources: tuple[str, ...] = ()
    """Where each record came from, one sentence each."""
    has_carbon: bool = False
    """Whether `carbon` was given."""
    history: History | None = None
    """What came before, None where nothing is known."""
    beliefs: object = None
    """What is believed beside it, an `outlook.Beliefs`; the world does not look at it."""
    known_until: NDArray[np.int64] = field(init=False)
    """First step whose price is not known at each step, shape [step]."""

    def __post_init__(self) -> None:
        zone = self.site.location.timezone
        object.__setattr__(self, "known_until", known_until(self.times, zone, self.regime))
        _refuse_overloaded(self)

    @property
    def steps(self) -> int:
        return len(self.times)

    @property
    def stays(self) -> Stays:
        """Stays of vehicles at ports."""
        return self.schedule.stays

    @property
    def import_price(self) -> Floats:
        """What a bought kWh costs, shape [step]."""
        return import_price(self.market, self.site.tariff)

    @property
    def export_price(self) -> Floats:
        """What a sold kWh earns, shape [step]."""
        return export_price(self.market, self.site.tariff)

    @property
    def feed_in_price(self) -> Floats:
        """What a sold kWh of solar earns, shape [step]."""
        return feed_in_price(self.market, self.site.tariff)

    @property
    def service_price(self) -> Floats:
        """What customers of deferrable demand pay, shape [step]."""
        return service_price(self.market, self.site.tariff)

    @cached_property
    def with_history(self) -> dict[str, Floats]:
        """Market, sun, load and demand of history and scenario in one, shape [past step + step, ...]."""
        names = History.__dataclass_fields__
        if self.history is None:
            return {name: getattr(self, name) for name in names}
        return {name: np.concatenate([getattr(self.history, name), getattr(self, name)]) for name in names}

    @cached_property
    def period(self) -> NDArray[np.int64]:
        """Number of the billing period of each step, shape [step]."""
        return np.cumsum(self.new_period) - 1

    @property
    def new_period(self) -> NDArray[np.bool_]:
        """Whether a billing period begins, a calendar month or a day from the first step on, shape [step]."""
        if self.site.tariff.billing_period == "day":
            return np.asarray(np.arange(self.steps) % round(24.0 / self.arrays.dt_h) == 0)
        month = local_clock(self.times, self.site.location.timezone).month
        return np.concatenate([[True], month[1:] != month[:-1]])

    def world(self, dtype: DTypeLike = np.float64, *, ages: bool = False) -> World:
        """Return the world's parameters in the given precision; `ages` keeps batteries' health too."""
        return build_world(self, dtype, ages)

    def timeline(self, dtype: DTypeLike = np.float64) -> Timeline:
        """Return what happens in each step, packed; `outlook.hinted_timeline` adds what policies are told."""
        return pack(exogenous_columns(self), dtype)


def build_world(scenario: Scenario, dtype: DTypeLike, ages: bool) -> World:
    """Lay out the parameters that do not change over the horizon."""
    arrays, tariff = scenario.arrays, scenario.site.tariff
    ports, storages, solars = arrays.port_count, arrays.storage_count, arrays.solar_count
    batteries = ports + storages

    def cast(values: object) -> jnp.ndarray:
        return jnp.asarray(np.asarray(values, np.float64), dtype)

    edges = np.flatnonzero(np.diff(arrays.level)) + 1
    bounds = [0, *edges.tolist(), len(arrays.level)]
    return World(
        ports=ports,
        storages=storages,
        solars=solars,
        stations=arrays.station_count,
        curve_pieces=scenario.stays.curve_kw.shape[1],
        step_h=float(arrays.dt_h),
        levels=tuple(pairwise(bounds)),
        least_laxity=scenario.site.overload == "least_laxity",
        pauses=bool((arrays.minimum_kw > 0).any()),
        defers=bool((scenario.regular_kwh > 0).any() or (scenario.urgent_kwh > 0).any()),
        ages=ages,
        spans=tariff.peak_valley_charge_per_kw > 0,
        charge_efficiency=cast(arrays.charge_efficiency),
        discharge_efficiency=cast(arrays.discharge_efficiency),
        minimum_kw=cast(arrays.minimum_kw),
        retention=cast(np.concatenate([np.ones(ports), arrays.storage_retention])),
        initial_kwh=cast(np.concatenate([np.zeros(ports), arrays.storage_initial_kwh])),
        initial_soc=cast(np.r_[np.zeros(ports), arrays.storage_initial_kwh / arrays.storage_capacity_kwh]),
        battery_rows=cast(arrays.incidence[:, :batteries]),
        solar_rows=cast(arrays.incidence[:, batteries : batteries + solars]),
        load_rows=cast(arrays.incidence[:, batteries + solars :]),
        import_limit_kw=cast(arrays.import_limit_kw),
        export_limit_kw=cast(arrays.export_limit_kw),
        demand_charge=cast(tariff.demand_charge_per_kw),
        peak_valley_charge=cast(tariff.peak_valley_charge_per_kw),
        customer_price=cast(tariff.customer_price_per_kwh),
        unmet_penalty=cast(tariff.unmet_penalty_per_kwh),
        v2g_reward=cast(np.r_[np.full(ports, tariff.v2g_reward_per_kwh), np.zeros(storages)]),
        feeder=jax.tree.map(cast, arrays.feeder),
        feeder_rows=None if arrays.feeder_rows is None else cast(arrays.feeder_rows),
    )


def exogenous_columns(scenario: Scenario) -> dict[str, NDArray[np.float64]]:
    """Return every field of `Exogenous` over time, shape [step, ...]."""
    return {
        "import_price": scenario.import_price,
        "export_price": scenario.export_price,
        "feed_in_price": scenario.feed_in_price,
        "service_price": scenario.service_price,
        "carbon_kg_per_kwh": scenario.carbon,
        "new_period": scenario.new_period.astype(np.float64),
        "solar_kw": scenario.solar_kw,
        "base_kw": scenario.base_kw,
        "urgent_kwh": scenario.urgent_kwh,
        "regular_kwh": scenario.regular_kwh,
        "queue": scenario.schedule.queue,
        **_battery_columns(scenario),
    }


def _battery_columns(scenario: Scenario) -> dict[str, NDArray[np.float64]]:
    """Return the columns of ports, filled from the stays, and of storages, which never change."""
    arrays, stays, steps = scenario.arrays, scenario.stays, scenario.steps
    pieces = stays.curve_kw.shape[1]
    constant: dict[str, float | Floats] = {
        "arriving": 0.0,
        "steps_left": 0.0,
        "arrival_kwh": 0.0,
        "target_kwh": 0.0,
        "floor_kwh": arrays.storage_floor_kwh,
        "ceiling_kwh": arrays.storage_ceiling_kwh,
        "capacity_kwh": arrays.storage_capacity_kwh,
        "charge_kw": arrays.charge_kw[arrays.port_count :],
        "discharge_kw": arrays.discharge_kw[arrays.port_count :],
        "wear_price": arrays.storage_wear_price,
    }
    stay, step = stays.each_step()
    port = stays.port[stay]
    columns: dict[str, NDArray[np.float64]] = {}
    for name, storages in constant.items():
        values = np.zeros((steps, arrays.port_count + arrays.storage_count))
        values[:, arrays.port_count :] = storages
        if name == "arriving":
            values[stays.begin, stays.port] = 1.0
        elif name == "steps_left":
            values[step, port] = stays.end[stay] - step
        else:
            values[step, port] = getattr(stays, name)[stay]
        columns[name] = values
    for name, padding in (("curve_kw", NO_LIMIT_KW), ("curve_slope", 0.0)):
        curve = np.full((steps, arrays.port_count + arrays.storage_count, pieces), padding)
        curve[step, port] = getattr(stays, name)[stay]
        columns[name] = np.ascontiguousarray(curve.transpose(0, 2, 1))
    return columns


def _refuse_overloaded(scenario: Scenario) -> None:
    """Raise unless load alone keeps every import limit, which the projection builds on."""
    arrays = scenario.arrays
    waited = np.vstack([np.zeros((1, arrays.station_count)), scenario.regular_kwh[:-1]])
    most = scenario.urgent_kwh + scenario.regular_kwh + waited
    load = scenario.base_kw + most / arrays.dt_h
    through = load @ arrays.incidence[:, -arrays.station_count :].T
    over = through > arrays.import_limit_kw + 1e-9
    if over.any():
        step, limit = np.argwhere(over)[0]
        raise InputError(
            "load that no policy controls is above an import limit",
            where=f"limit {arrays.limit_names[limit]} at {scenario.times[step]}Z",
            found=f"{through[step, limit]:.1f} kW of base load and demand",
            expected=f"at most the import limit of {arrays.import_limit_kw[limit]:g} kW",
            mend="raise import_limit_kw (of a voltage: widen the band), or lower load or demand behind it",
        )

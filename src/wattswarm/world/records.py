"""What the world is made of: parameters, state, what happens to it, what is asked of it, what flows."""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
from jaxtyping import Array, Float

from wattswarm.battery import Ageing
from wattswarm.grid import Feeder


class World(eqx.Module):
    """Everything that does not change with time: sizes, batteries, limits and prices of penalties.

    Batteries are ports first, then storages ("battery" = ports + storages). Loads are one per station.
    """

    ports: int = eqx.field(static=True)
    storages: int = eqx.field(static=True)
    solars: int = eqx.field(static=True)
    stations: int = eqx.field(static=True)
    curve_pieces: int = eqx.field(static=True)
    step_h: float = eqx.field(static=True)
    levels: tuple[tuple[int, int], ...] = eqx.field(static=True)
    """Row ranges of the limits, from the deepest level of the tree to the grid connection."""
    least_laxity: bool = eqx.field(static=True)
    """Whether an overload is shared by least laxity first instead of proportionally."""
    pauses: bool = eqx.field(static=True)
    """Whether any port has a minimum current, below which it pauses."""
    defers: bool = eqx.field(static=True)
    """Whether any station has deferrable demand."""
    ages: bool = eqx.field(static=True)
    """Whether the step keeps the batteries' health."""
    spans: bool = eqx.field(static=True)
    """Whether the step keeps the highest and lowest net import, which are charged for."""

    charge_efficiency: Float[Array, " battery"]
    discharge_efficiency: Float[Array, " battery"]
    minimum_kw: Float[Array, " battery"]
    retention: Float[Array, " battery"]
    """Share of the energy above the floor that a step of standing leaves; 1 for ports."""
    initial_kwh: Float[Array, " battery"]
    """Energy before the first step; 0 for ports."""
    initial_soc: Float[Array, " battery"]
    """State of charge before the first step, from which ageing counts; 0 for ports."""
    battery_rows: Float[Array, "limit battery"]
    solar_rows: Float[Array, "limit solar"]
    load_rows: Float[Array, "limit station"]
    import_limit_kw: Float[Array, " limit"]
    export_limit_kw: Float[Array, " limit"]
    demand_charge: Float[Array, ""]
    peak_valley_charge: Float[Array, ""]
    customer_price: Float[Array, ""]
    unmet_penalty: Float[Array, ""]
    v2g_reward: Float[Array, " battery"]
    """Paid to drivers per discharged kWh; 0 for storages."""
    feeder: Feeder | None = None
    feeder_rows: Float[Array, "bus element"] | None = None
    """Which element (battery, solar, load) hangs on which bus of the feeder."""

    @property
    def batteries(self) -> int:
        """Number of batteries: ports and storages."""
        return self.ports + self.storages


class Exogenous(NamedTuple):
    """What happens to the world in one step, whatever anyone does."""

    import_price: Float[Array, ""]
    export_price: Float[Array, ""]
    feed_in_price: Float[Array, ""]
    """Paid for exported solar; never below `export_price`."""
    service_price: Float[Array, ""]
    """Paid by the customers of deferrable demand."""
    carbon_kg_per_kwh: Float[Array, ""]
    new_period: Float[Array, ""]
    """1 in the first step of a billing period."""
    solar_kw: Float[Array, " solar"]
    base_kw: Float[Array, " station"]
    urgent_kwh: Float[Array, " station"]
    regular_kwh: Float[Array, " station"]
    queue: Float[Array, " station"]
    """Vehicles waiting for a port."""
    arriving: Float[Array, " battery"]
    """1 in the first step of a session; 0 for storages."""
    steps_left: Float[Array, " battery"]
    """Steps until departure, this one included; 0 at empty ports and for storages."""
    arrival_kwh: Float[Array, " battery"]
    target_kwh: Float[Array, " battery"]
    """Energy to be there at departure; 0 for storages."""
    floor_kwh: Float[Array, " battery"]
    ceiling_kwh: Float[Array, " battery"]
    capacity_kwh: Float[Array, " battery"]
    """0 at an empty port, which holds nothing and can take nothing."""
    charge_kw: Float[Array, " battery"]
    """The most that port and vehicle, or the storage, can draw."""
    discharge_kw: Float[Array, " battery"]
    wear_price: Float[Array, " battery"]
    curve_kw: Float[Array, "piece battery"]
    """Charging curve: power <= curve_kw + curve_slope * energy, for every piece."""
    curve_slope: Float[Array, "piece battery"]


class Extremes(NamedTuple):
    """Highest and lowest net import of this billing period so far; 0 both before its first step."""

    highest_kw: Float[Array, ""]
    lowest_kw: Float[Array, ""]


class State(NamedTuple):
    """What the world remembers from step to step."""

    energy_kwh: Float[Array, " battery"]
    deferred_kwh: Float[Array, " station"]
    """Regular demand that waits since the step before."""
    peak_kw: Float[Array, ""]
    """Highest import of this billing period so far."""
    ageing: Ageing | None
    """`battery.Ageing` where `World.ages`, else None."""
    extremes: Extremes | None
    """Where `World.spans`, else None."""


class View(NamedTuple):
    """What a policy may see at the start of a step: the world's state under the information regime."""

    exogenous: Exogenous
    energy_kwh: Float[Array, " battery"]
    charge_limit_kw: Float[Array, " battery"]
    """The most each battery can take in this step."""
    discharge_limit_kw: Float[Array, " battery"]
    """The most each battery can give in this step."""
    must_kw: Float[Array, " battery"]
    """What a port has to draw now so that its target stays in reach."""
    deferred_kwh: Float[Array, " station"]
    peak_kw: Float[Array, ""]
    extremes: Extremes | None = None
    """Where `World.spans`, else None."""
    told: object = None
    """What a policy is told beside the state: `outlook.Hints`, on the host `outlook.Known`."""


class Requests(NamedTuple):
    """What a policy asks for; never illegal, the projection makes it feasible."""

    battery_kw: Float[Array, " battery"]
    """Charging positive, discharging negative, at the grid side."""
    solar_kw: Float[Array, " solar"]
    """The most each array may feed; infinity leaves curtailment to the world."""
    defer_kwh: Float[Array, " station"]
    """Regular demand to put off by one step."""


class Dispatch(NamedTuple):
    """What really happens in a step: requests after projection."""

    charge_kw: Float[Array, " battery"]
    discharge_kw: Float[Array, " battery"]
    solar_kw: Float[Array, " solar"]
    load_kw: Float[Array, " station"]
    served_kwh: Float[Array, " station"]
    deferred_kwh: Float[Array, " station"]


class Money(NamedTuple):
    """Who pays whom in a step; income positive, cost positive, `net` adds them up."""

    import_cost: Float[Array, ""]
    export_income: Float[Array, ""]
    demand_charge: Float[Array, ""]
    peak_valley_charge: Float[Array, ""]
    wear: Float[Array, " battery"]
    customer_income: Float[Array, " battery"]
    v2g_reward: Float[Array, " battery"]
    unmet_penalty: Float[Array, " battery"]
    service_income: Float[Array, " station"]

    @property
    def net(self) -> Float[Array, ""]:
        """Profit of the step for the operator."""
        income = self.export_income + self.customer_income.sum() + self.service_income.sum()
        cost = self.import_cost + self.demand_charge + self.peak_valley_charge + self.wear.sum()
        return income - cost - self.v2g_reward.sum() - self.unmet_penalty.sum()


class Flows(NamedTuple):
    """Energy and money of one step, itemised: what settlement will bill and reports add up."""

    dispatch: Dispatch
    import_kw: Float[Array, ""]
    export_kw: Float[Array, ""]
    limit_kw: Float[Array, " limit"]
    """Net power through each limit, import positive."""
    energy_kwh: Float[Array, " battery"]
    """Energy at the end of the step, before vehicles leave."""
    shortfall_kwh: Float[Array, " battery"]
    """Energy missing to the target of a vehicle that leaves at the end of this step."""
    carbon_kg: Float[Array, ""]
    money: Money
    voltage_pu: Float[Array, " bus"]
    """Voltage magnitudes of the feeder; empty without one."""

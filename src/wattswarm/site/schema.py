"""The site file as a person writes it: nouns of the trade, units in every field's name."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Name = Annotated[str, Field(min_length=1, max_length=80)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Efficiency = Annotated[float, Field(gt=0, le=1)]
Power = Annotated[float, Field(ge=0, le=1e6)]
Energy = Annotated[float, Field(gt=0, le=1e7)]
Price = Annotated[float, Field(ge=-1e4, le=1e5)]
Charge = Annotated[float, Field(ge=0, le=1e6)]
Voltage = Annotated[float, Field(ge=0.5, le=1.5)]
# Buses are often numbered, so that people write `bus: 18`.
Bus = Annotated[Name, BeforeValidator(lambda bus: str(bus) if type(bus) is int else bus)]


@cache
def _time_zones() -> frozenset[str]:
    # Listing them walks hundreds of folders.
    return frozenset(available_timezones())


class Part(BaseModel):
    """Base of every part of a site file: unknown fields are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Location(Part):
    """Where the site is (WGS84 degrees, metres) and which clock it lives by."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    altitude_m: Annotated[float, Field(ge=-450, le=6000)] = 0.0
    timezone: str

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in _time_zones():
            raise ValueError("expected an IANA time zone such as Europe/Amsterdam")
        ZoneInfo(zone)
        return zone


class Node(Part):
    """One limit of the tree: grid connection, transformer, board or cable.

    `phase_limits` splits both limits evenly over three phases and holds each phase to its third. `bus` is
    the node's bus on the feeder; without it, that of its parent.
    """

    name: Name
    parent: Name | None = None
    import_limit_kw: Power
    export_limit_kw: Power = 0.0
    phase_limits: bool = False
    bus: Bus | None = None


class Line(Part):
    """A line of a feeder, from the bus that feeds it to its own, and the load that always hangs there."""

    bus: Bus
    fed_from: Bus
    resistance_ohm: Annotated[float, Field(ge=0, le=1e4)]
    reactance_ohm: Annotated[float, Field(ge=0, le=1e4)]
    load_kw: Annotated[float, Field(ge=-1e6, le=1e6)] = 0.0
    load_kvar: Annotated[float, Field(ge=-1e6, le=1e6)] = 0.0


class Feeder(Part):
    """The radial feeder on which the nodes stand, and the band that the voltage of every bus keeps.

    It is a published case or lines of one's own, whose substation is the bus that no line leads to.
    """

    case: Literal["ieee33"] | None = None
    lines: Annotated[tuple[Line, ...], Field(max_length=500)] = ()
    base_kv: Annotated[float, Field(gt=0, le=500)] | None = None
    source_pu: Voltage = 1.0
    minimum_pu: Voltage = 0.95
    maximum_pu: Voltage = 1.05
    margin_pu: Annotated[float, Field(ge=0, le=0.1)] = 0.005

    @model_validator(mode="after")
    def _one_source_and_a_band(self) -> Self:
        if (self.case is None) == (not self.lines):
            raise ValueError("a feeder is either a `case` or a list of `lines`")
        if bool(self.lines) != (self.base_kv is not None):
            raise ValueError("base_kv goes with `lines`: their nominal voltage, line to line")
        if self.minimum_pu + self.margin_pu >= self.maximum_pu:
            raise ValueError("expected minimum_pu + margin_pu < maximum_pu")
        return self


class Ports(Part):
    """A row of equal charging ports. `phases` says where a port draws its power."""

    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    kind: Literal["AC", "DC"] = "AC"
    power_kw: Annotated[float, Field(gt=0, le=5000)]
    discharge_kw: Power = 0.0
    minimum_kw: Power = 0.0
    efficiency: Efficiency = 0.95
    discharge_efficiency: Efficiency | None = None
    phases: Literal["L1", "L2", "L3", "L1L2", "L2L3", "L3L1", "L1L2L3"] = "L1L2L3"

    @model_validator(mode="after")
    def _minimum_below_power(self) -> Self:
        if self.minimum_kw > self.power_kw:
            raise ValueError(f"minimum_kw {self.minimum_kw} is above power_kw {self.power_kw}")
        return self


class Storage(Part):
    """A stationary battery at a station."""

    capacity_kwh: Energy
    power_kw: Annotated[float, Field(gt=0, le=1e6)]
    efficiency: Efficiency = 0.95
    minimum_soc: Fraction = 0.1
    maximum_soc: Fraction = 0.9
    initial_soc: Fraction = 0.5
    self_discharge_per_day: Annotated[float, Field(ge=0, lt=1)] = 0.0
    wear_price_per_kwh: Charge = 0.01

    @model_validator(mode="after")
    def _window_in_order(self) -> Self:
        if not self.minimum_soc <= self.initial_soc <= self.maximum_soc:
            raise ValueError("expected minimum_soc <= initial_soc <= maximum_soc")
        return self


class Solar(Part):
    """A solar array at a station, simulated where no measured series is given."""

    peak_kw: Annotated[float, Field(gt=0, le=1e6)]
    tilt_deg: Annotated[float, Field(ge=0, le=90)] = 30.0
    azimuth_deg: Annotated[float, Field(ge=0, le=360)] = 180.0
    losses: Fraction = 0.14


class BaseLoad(Part):
    """What a station draws whatever the policy does: a daily shape scaled to a mean."""

    mean_kw: Power
    shape: Literal["flat", "household", "office", "retail"] = "office"


class Demand(Part):
    """Deferrable demand of a station without sessions (paper 002): regular demand may wait one step."""

    mean_kw: Annotated[float, Field(gt=0, le=1e6)]
    urgent_share: Fraction = 0.3


class Station(Part):
    """Ports, storage, solar and load behind one node of the tree."""

    name: Name
    node: Name
    ports: tuple[Ports, ...] = ()
    storage: Storage | None = None
    solar: Solar | None = None
    base_load: BaseLoad | None = None
    demand: Demand | None = None


class CurvePoint(Part):
    """One corner of a charging curve: the most a vehicle draws at a state of charge."""

    soc: Fraction
    power_kw: Power


class Vehicle(Part):
    """A vehicle model; the charging curve is concave and piecewise linear."""

    name: Name
    capacity_kwh: Energy
    ac_kw: Annotated[float, Field(gt=0, le=100)] = 11.0
    dc_curve: tuple[CurvePoint, ...] = ()
    taper_from_soc: Annotated[float, Field(gt=0, le=1)] = 1.0
    minimum_soc: Fraction = 0.1
    maximum_soc: Annotated[float, Field(gt=0, le=1)] = 1.0
    target_soc: Annotated[float, Field(gt=0, le=1)] = 0.8
    v2g: bool = False
    wear_price_per_kwh: Charge = 0.02
    share: Annotated[float, Field(gt=0, le=1e6)] = 1.0

    @model_validator(mode="after")
    def _window_and_curve(self) -> Self:
        if self.minimum_soc >= self.maximum_soc:
            raise ValueError("expected minimum_soc < maximum_soc")
        if self.target_soc > self.maximum_soc:
            raise ValueError(f"target_soc {self.target_soc} is above maximum_soc {self.maximum_soc}")
        points = self.dc_curve
        if len(points) == 1 or any(a.soc >= b.soc for a, b in pairwise(points)):
            raise ValueError("dc_curve needs two or more points with rising soc")
        slopes = [(b.power_kw - a.power_kw) / (b.soc - a.soc) for a, b in pairwise(points)]
        if any(later > earlier + 1e-9 for earlier, later in pairwise(slopes)):
            raise ValueError("dc_curve must be concave: its slope may never rise with soc")
        return self


class Tariff(Part):
    """Who pays whom how much, in the site's currency.

    Import price = market * import_multiplier + import_adder, export price = market - (1 -
    export_share) * |market| - export_fee: both keep their order when the market turns negative.
    """

    import_multiplier: Annotated[float, Field(gt=0, le=10)] = 1.0
    import_adder_per_kwh: Price = 0.0
    export_share: Fraction = 1.0
    export_fee_per_kwh: Charge = 0.0
    feed_in_per_kwh: Price | None = None
    demand_charge_per_kw: Charge = 0.0
    peak_valley_charge_per_kw: Charge = 0.0
    billing_period: Literal["month", "day"] = "month"
    customer_price_per_kwh: Charge = 0.0
    demand_multiplier: Annotated[float, Field(ge=1, le=10)] = 1.2
    unmet_penalty_per_kwh: Charge = 1.0
    v2g_reward_per_kwh: Charge = 0.0


class Arrivals(Part):
    """How many sessions come when no session file is given."""

    per_port_per_day: Annotated[float, Field(ge=0, le=50)] = 1.2
    kind: Literal["home", "public", "workplace"] = "public"


class Site(Part):
    """A whole site file."""

    name: Name
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    step_minutes: Literal[5, 10, 15, 20, 30, 60] = 15
    location: Location
    nodes: Annotated[tuple[Node, ...], Field(min_length=1, max_length=2000)]
    stations: Annotated[tuple[Station, ...], Field(min_length=1, max_length=2000)]
    vehicles: tuple[Vehicle, ...] = ()
    tariff: Tariff = Tariff()
    arrivals: Arrivals = Arrivals()
    overload: Literal["proportional", "least_laxity"] = "proportional"
    feeder: Feeder | None = None

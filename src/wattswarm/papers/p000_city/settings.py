"""What a city is made of: groups of vehicles, stations, tariffs, outages; the values of models.md 2.1."""

from __future__ import annotations

from dataclasses import dataclass, field

from wattswarm.errors import InputError

SLOTS = ("off-peak", "mid", "peak")
"""Parts of the day by tariff: 23 to 7 o'clock, the rest, 17 to 21 o'clock."""


@dataclass(frozen=True)
class Trip:
    """An outing that most vehicles of a group make every day."""

    leaves: int
    """Hour of departure; vehicles leave up to `spread` hours earlier or later."""
    hours: int
    """Away from any socket."""
    kwh: float
    """Driven on average [kWh]."""
    workdays: bool = False
    """Whether it is made from Monday to Friday only."""
    spread: int = 1
    """Hours."""


@dataclass(frozen=True)
class Group:
    """Vehicles of one purpose."""

    name: str
    vehicles: int
    floor: float
    """State of charge below which they sell nothing, save in an emergency."""
    trips: tuple[Trip, ...]
    home: bool = False
    """Whether they charge at a house with a roof and trade with neighbours, not at stations."""


@dataclass(frozen=True)
class Battery:
    """A vehicle's battery."""

    kwh: float = 60.0
    """Capacity [kWh]."""
    kw: float = 11.0
    """Most it charges or discharges with [kW]."""
    efficiency: float = 0.95
    """One way."""
    wear: float = 0.02
    """Cost of a kWh discharged to others [currency/kWh]."""


@dataclass(frozen=True)
class Station:
    """A charging station with a buffer, the same for all."""

    ports: int = 10
    """Vehicles at a time."""
    buffer_kwh: float = 500.0
    """Capacity of the buffer, 0 for none [kWh]."""
    efficiency: float = 0.95
    """Of the buffer, one way."""
    refill_below: float = 0.3
    """Share of the buffer below which it is refilled from the grid."""
    refill_to: float = 0.5
    """Share that it is refilled to."""
    refill_kw: float = 100.0
    """Most that it is refilled with [kW]."""
    discount: float = 0.1
    """On the price while the buffer is fuller than `discount_above`."""
    discount_above: float = 0.7
    """Share of the buffer."""
    storage_cost: float = 0.005
    """Of what the buffer holds [currency/kWh and hour]."""
    operation: float = 1.0
    """Of a station [currency/hour]."""


@dataclass(frozen=True)
class Tariff:
    """Prices that nobody in the city sets [currency/kWh]."""

    slots: tuple[float, float, float] = (0.12, 0.18, 0.28)
    """Grid price in each slot, from which stations set theirs."""
    wholesale_share: float = 0.75
    """What a station pays for a kWh, as a share of the grid price."""
    feed_in: float = 0.06
    """What the grid pays a house."""
    v2g: float = 0.16
    """What a station pays a vehicle, a fixed rate."""
    bid_cap: float = 1.5
    """Most that a bid for a port counts, as a share of the grid price."""


@dataclass(frozen=True)
class Outages:
    """Hours in which the grid leaves critical sites of a district alone."""

    chance: float = 0.05
    sites: int = 1
    """That depend on vehicles then."""
    site_kwh: float = 50.0
    """What each needs in the hour [kWh]."""
    floor: float = 0.10
    """State of charge below which no vehicle goes for them."""
    lost_load: float = 5.0
    """Cost of what is not served [currency/kWh]."""


COMMUTE = (Trip(8, 1, 4.0, workdays=True), Trip(17, 1, 4.0, workdays=True))
RESIDENTIAL = Group("residential", 200, 0.20, (Trip(9, 3, 6.0, spread=2),), home=True)
WORKPLACE = Group("workplace", 700, 0.30, COMMUTE)
FLEET = Group("fleet", 100, 0.40, (Trip(8, 9, 25.0),))


@dataclass(frozen=True)
class Settings:
    """A city; by default that of paper 000.

    Raises:
        InputError: no vehicle or no station, homes that are not first, more hubs than stations, shares
            outside 0 to 1.
    """

    groups: tuple[Group, ...] = (RESIDENTIAL, WORKPLACE, FLEET)
    districts: int = 1
    """Alike but for their people, each with its own stations, neighbours' market and outages."""
    stations: int = 60
    hubs: int = 6
    """Of these, the last ones; they sell their ports by auction."""
    battery: Battery = field(default_factory=Battery)
    station: Station = field(default_factory=Station)
    tariff: Tariff = field(default_factory=Tariff)
    outages: Outages = field(default_factory=Outages)
    roof_kw: float = 5.0
    """Peak power of the array on every house [kW]."""
    load_kw: float = 0.4
    """Mean load of a house [kW]."""
    unmet_price: float = 1.0
    """What a kWh costs that a trip needs and the battery lacks [currency/kWh]."""
    stored: bool = True
    """Whether rewards count what is held more or less than an hour before at the cost of refilling, which
    adds up to nothing over time, and leave out standing costs."""
    literal: bool = False
    """Rewards and prices as printed: eq. (2) with costs alone, V2G bought at any hour, vehicles pay the
    stations' average price, and every station is paid what all of them earn."""
    days: int = 365
    """Of sun, load and wholesale prices, from a Monday in January; they come round again after that."""

    def __post_init__(self) -> None:
        shares = {
            "outages.chance": self.outages.chance,
            "outages.floor": self.outages.floor,
            "battery.efficiency": self.battery.efficiency,
            "station.efficiency": self.station.efficiency,
            **{f"floor of {group.name}": group.floor for group in self.groups},
        }
        for name, share in shares.items():
            if not 0.0 <= share <= 1.0:
                raise InputError("not a valid share", where=name, found=share, expected="0 to 1")
        counts = {
            "vehicles": sum(group.vehicles for group in self.groups),
            "districts": self.districts,
            "stations": self.stations,
            "station.ports": self.station.ports,
            "days": self.days,
        }
        for name, count in counts.items():
            if count < 1:
                raise InputError("a city needs at least one", where=name, found=count, expected="1 or more")
        if not 0 <= self.hubs <= self.stations:
            raise InputError(
                "the hubs are not among the stations",
                where="hubs",
                found=self.hubs,
                expected=f"0 to {self.stations}",
            )
        homes = [group.home for group in self.groups]
        if homes != sorted(homes, reverse=True):
            raise InputError(
                "groups of vehicles at home are not listed first",
                where="groups",
                found=", ".join(group.name for group in self.groups),
                expected="groups with `home` first",
            )

    @property
    def homes(self) -> int:
        """Vehicles of a district that charge at a house."""
        return sum(group.vehicles for group in self.groups if group.home)

    @property
    def vehicles(self) -> int:
        return sum(group.vehicles for group in self.groups)

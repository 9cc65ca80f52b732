"""A site as arrays: the typed, immutable numbers that world and plan compute with."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from wattswarm.grid import Element, Feeder, limit_rows
from wattswarm.site.feeder import bus_of_nodes, feeder_of, rows_on_feeder, with_voltage_limits
from wattswarm.site.schema import Site

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SiteArrays:
    """Everything about a site that does not change with time, in read-only arrays.

    The elements of a site are its batteries (all ports, station by station and row by row, then the
    storages in the order of the stations), then the solar arrays, then one load for each station.
    """

    dt_h: float
    """Length of a step [h]."""
    port_station: Indices
    """Station of each port, shape [port]."""
    storage_station: Indices
    """Station of each storage, shape [storage]."""
    solar_station: Indices
    """Station of each solar array, shape [solar]."""
    charge_kw: Floats
    """Most charging power at the grid side [kW], shape [battery]."""
    discharge_kw: Floats
    """Most discharging power at the grid side [kW], shape [battery]."""
    charge_efficiency: Floats
    """Share of the grid's energy that reaches the battery, shape [battery]."""
    discharge_efficiency: Floats
    """Share of the battery's energy that reaches the grid, shape [battery]."""
    minimum_kw: Floats
    """Least power a port charges with [kW], 0 for a storage, shape [battery]."""
    port_is_dc: NDArray[np.bool_]
    """Whether the charging curve is the vehicle's DC curve, shape [port]."""
    storage_capacity_kwh: Floats
    """Shape [storage]."""
    storage_floor_kwh: Floats
    """Least energy [kWh], shape [storage]."""
    storage_ceiling_kwh: Floats
    """Most energy [kWh], shape [storage]."""
    storage_initial_kwh: Floats
    """Energy at the start [kWh], shape [storage]."""
    storage_retention: Floats
    """Share of the energy that is left after a step of rest, shape [storage]."""
    storage_wear_price: Floats
    """Wear [currency per kWh], shape [storage]."""
    solar_peak_kw: Floats
    """Peak power [kW], shape [solar]."""
    incidence: Floats
    """Share of an element's power that counts against a limit, shape [limit, element]."""
    import_limit_kw: Floats
    """Shape [limit]."""
    export_limit_kw: Floats
    """Shape [limit]."""
    level: Indices
    """Height of the limit in the tree, ascending from 0; the grid connection's is the highest, shape
    [limit]."""
    limit_names: tuple[str, ...]
    """Such as "north" or, for one phase, "north L1"."""
    port_names: tuple[str, ...]
    """Such as "north/1"."""
    storage_names: tuple[str, ...]
    """Such as "north/storage"."""
    station_names: tuple[str, ...]
    """In the order of the file."""
    feeder: Feeder | None = None
    """On which the nodes stand, None where the site file has none."""
    feeder_rows: Floats | None = None
    """Which element hangs on which bus, shape [bus, element]."""
    bus_names: tuple[str, ...] = ()
    """Of the feeder, the substation first."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def port_count(self) -> int:
        """Number of ports P."""
        return len(self.port_station)

    @property
    def storage_count(self) -> int:
        """Number of storages S."""
        return len(self.storage_station)

    @property
    def solar_count(self) -> int:
        """Number of solar arrays G."""
        return len(self.solar_station)

    @property
    def station_count(self) -> int:
        """Number of stations N, each with one load."""
        return len(self.station_names)


def site_arrays(site: Site) -> SiteArrays:
    """Lay a site out as arrays.

    Raises:
        InputError: nodes or lines do not form a tree, or something is on an unknown node or bus.
    """
    stations = list(enumerate(site.stations))
    ports = [(at, row) for at, station in stations for row in station.ports for _ in range(row.count)]
    storages = [(at, station.storage) for at, station in stations if station.storage]
    solars = [(at, station.solar) for at, station in stations if station.solar]
    dt_h = site.step_minutes / 60
    capacity = _floats([storage.capacity_kwh for _, storage in storages])
    elements = [Element(site.stations[at].node, row.phases) for at, row in ports]
    elements += [Element(site.stations[at].node) for at, _ in storages]
    elements += [Element(site.stations[at].node) for at, _ in solars]
    elements += [Element(station.node) for station in site.stations]
    limits, feeder, feeder_rows = limit_rows(site.nodes, elements), None, None
    buses: tuple[str, ...] = ()
    if site.feeder is not None:
        feeder, buses = feeder_of(site.feeder)
        feeder_rows = rows_on_feeder(elements, bus_of_nodes(site.nodes, buses), len(buses))
        limits = with_voltage_limits(limits, site.feeder, feeder, buses, feeder_rows)
    return SiteArrays(
        dt_h=dt_h,
        port_station=np.array([at for at, _ in ports], np.int64),
        storage_station=np.array([at for at, _ in storages], np.int64),
        solar_station=np.array([at for at, _ in solars], np.int64),
        charge_kw=_floats([row.power_kw for _, row in ports] + [each.power_kw for _, each in storages]),
        discharge_kw=_floats(
            [row.discharge_kw for _, row in ports] + [each.power_kw for _, each in storages]
        ),
        charge_efficiency=_floats(
            [row.efficiency for _, row in ports] + [each.efficiency for _, each in storages]
        ),
        discharge_efficiency=_floats(
            [row.discharge_efficiency or row.efficiency for _, row in ports]
            + [each.efficiency for _, each in storages]
        ),
        minimum_kw=_floats([row.minimum_kw for _, row in ports] + [0.0] * len(storages)),
        port_is_dc=np.array([row.kind == "DC" for _, row in ports], np.bool_),
        storage_capacity_kwh=capacity,
        storage_floor_kwh=capacity * _floats([each.minimum_soc for _, each in storages]),
        storage_ceiling_kwh=capacity * _floats([each.maximum_soc for _, each in storages]),
        storage_initial_kwh=capacity * _floats([each.initial_soc for _, each in storages]),
        storage_retention=(1 - _floats([each.self_discharge_per_day for _, each in storages])) ** (dt_h / 24),
        storage_wear_price=_floats([each.wear_price_per_kwh for _, each in storages]),
        solar_peak_kw=_floats([each.peak_kw for _, each in solars]),
        incidence=limits.incidence,
        import_limit_kw=limits.import_limit_kw,
        export_limit_kw=limits.export_limit_kw,
        level=limits.level,
        limit_names=limits.names,
        port_names=tuple(
            f"{station.name}/{number}"
            for station in site.stations
            for number in range(1, sum(row.count for row in station.ports) + 1)
        ),
        storage_names=tuple(f"{site.stations[at].name}/storage" for at, _ in storages),
        station_names=tuple(station.name for station in site.stations),
        feeder=feeder,
        feeder_rows=feeder_rows,
        bus_names=buses,
    )


def _floats(values: list[float]) -> Floats:
    return np.array(values, np.float64)

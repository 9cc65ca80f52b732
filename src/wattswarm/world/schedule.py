"""Who stands at which port when: sessions meet ports first come, first served, whatever the policy does.

Vehicles come and go regardless of how they are charged, so occupation, queue and the energy that each stay
can hold are data. That keeps the perfect-foresight optimum a linear program.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wattswarm.battery import curve_pieces, taper
from wattswarm.data import Floats, Sessions, Times
from wattswarm.site import Indices, SiteArrays, Vehicle

NO_LIMIT_KW = 1e6
"""Intercept of a padding piece of a charging curve: never the tightest."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """The stays of vehicles at ports, sorted by `begin`.

    Args:
        port: port of each stay, shape [stay].
        begin: first step, shape [stay].
        end: step after the last one, shape [stay].
        arrival_kwh: energy on arrival, shape [stay].
        target_kwh: energy asked for at departure, never more than can be reached, shape [stay].
        floor_kwh: energy that discharging may not go below, shape [stay].
        ceiling_kwh: energy that charging may not exceed, shape [stay].
        capacity_kwh: shape [stay].
        charge_kw: the most that port and vehicle draw, shape [stay].
        discharge_kw: the most that port and vehicle give, shape [stay].
        wear_price: wear [currency per kWh], shape [stay].
        curve_kw: intercepts of the charging curve, shape [stay, piece].
        curve_slope: slopes [kW/kWh], shape [stay, piece].
        queue: vehicles waiting, shape [step, station].
        turned_away: sessions that found no port before they had to leave.
        turned_away_kwh: energy they asked for.
        beyond_reach_kwh: energy asked for that no policy could have delivered in the stay.
        notes: what was done to the sessions, in plain words.
    """

    port: Indices
    begin: Indices
    end: Indices
    arrival_kwh: Floats
    target_kwh: Floats
    floor_kwh: Floats
    ceiling_kwh: Floats
    capacity_kwh: Floats
    charge_kw: Floats
    discharge_kw: Floats
    wear_price: Floats
    curve_kw: Floats
    curve_slope: Floats
    queue: Floats
    turned_away: int = 0
    turned_away_kwh: float = 0.0
    beyond_reach_kwh: float = 0.0
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Number of stays."""
        return len(self.port)


def schedule_sessions(
    sessions: Sessions,
    arrays: SiteArrays,
    vehicles: Sequence[Vehicle],
    times: Times,
    rng: np.random.Generator,
) -> Schedule:
    """Give every session a port, a vehicle and a battery.

    Args:
        sessions: what drivers did; unknown vehicles are drawn by their share.
        arrays: the site.
        vehicles: vehicle models of the site; without any, a plain 60 kWh vehicle stands in.
        times: interval starts of the horizon, UTC, shape [step].
        rng: draws the unknown vehicles.

    Returns:
        The schedule of the horizon.
    """
    vehicles = list(vehicles) or [Vehicle(name="vehicle", capacity_kwh=60.0)]
    stations, kept, notes = _stations(sessions, arrays)
    # Arrivals are rounded to steps: from the middle of the last step on they belong to the next day.
    close = times[-1] + (times[1] - times[0]) / 2
    inside = kept & (sessions.departure > times[0]) & (sessions.arrival < close)
    sessions, stations = sessions.take(inside), stations[inside]
    order = np.argsort(sessions.arrival, kind="stable")
    sessions, stations = sessions.take(order), stations[order]
    model = _models(sessions, vehicles, rng)
    begin, end = _steps(sessions, times)
    port, plug, away, queue = _first_come_first_served(
        stations, begin, end, model, vehicles, arrays, len(times)
    )
    share = _share_inside(sessions, times)
    energy = sessions.energy_kwh * share
    taken = port >= 0
    schedule = _stays(
        arrays,
        vehicles,
        sessions.take(taken),
        energy[taken],
        port[taken],
        plug[taken],
        end[taken],
        model[taken],
        queue,
    )
    return _with_counts(schedule, int(away.sum()), float(energy[away].sum()), notes)


def _stations(sessions: Sessions, arrays: SiteArrays) -> tuple[Indices, NDArray[np.bool_], list[str]]:
    """Return the site's station of each session, which sessions come to the site, and what was assumed."""
    names = {name: at for at, name in enumerate(arrays.station_names)}
    labels, index, counts = np.unique(sessions.station, return_inverse=True, return_counts=True)
    if all(str(label) in names for label in labels):
        known = np.array([names[str(label)] for label in labels], np.int64)
        return known[index], np.ones(len(sessions), bool), []
    ranked = np.argsort(-counts, kind="stable")[: arrays.port_count]
    station = np.full(len(labels), -1, np.int64)
    station[ranked] = arrays.port_station[: len(ranked)]
    notes = [
        f"the {len(ranked)} busiest of {len(labels)} charging points in the session file stand for the "
        f"site's {arrays.port_count} ports; the others are left out"
    ]
    return station[index], station[index] >= 0, notes


def _models(sessions: Sessions, vehicles: list[Vehicle], rng: np.random.Generator) -> Indices:
    share = np.array([vehicle.share for vehicle in vehicles])
    drawn = rng.choice(len(vehicles), size=len(sessions), p=share / share.sum())
    by_name = {vehicle.name: at for at, vehicle in enumerate(vehicles)}
    return np.array([by_name.get(str(n), d) for n, d in zip(sessions.vehicle, drawn, strict=True)], np.int64)


def _steps(sessions: Sessions, times: Times) -> tuple[Indices, Indices]:
    step_s = float((times[1] - times[0]) / np.timedelta64(1, "s"))
    begin = (sessions.arrival - times[0]) / np.timedelta64(1, "s") / step_s
    end = (sessions.departure - times[0]) / np.timedelta64(1, "s") / step_s
    first = np.clip(np.floor(begin + 0.5).astype(np.int64), 0, len(times) - 1)
    last = np.minimum(np.floor(end + 0.5).astype(np.int64), len(times))
    return first, np.maximum(last, first + 1)


def _share_inside(sessions: Sessions, times: Times) -> Floats:
    """Return the share of each stay that lies inside the horizon; its energy is cut in proportion."""
    horizon_end = times[-1] + (times[1] - times[0])
    inside = np.minimum(sessions.departure, horizon_end) - np.maximum(sessions.arrival, times[0])
    return np.asarray(inside / (sessions.departure - sessions.arrival), np.float64)


def _first_come_first_served(
    stations: Indices,
    begin: Indices,
    end: Indices,
    model: Indices,
    vehicles: list[Vehicle],
    arrays: SiteArrays,
    steps: int,
) -> tuple[Indices, Indices, NDArray[np.bool_], Floats]:
    """Return port (-1: none), first plugged step, whether turned away, and the queue of each step."""
    count = len(stations)
    port, plug = np.full(count, -1, np.int64), begin.copy()
    queue = np.zeros((steps, arrays.station_count))
    takes_dc = np.array([bool(vehicle.dc_curve) for vehicle in vehicles])
    any_dc = takes_dc.any()
    for station in np.unique(stations):
        here = np.flatnonzero(arrays.port_station == station)
        free_at = [(0, int(p)) for p in here]
        heapq.heapify(free_at)
        for session in np.flatnonzero(stations == station):
            aside: list[tuple[int, int]] = []
            while free_at:
                free, candidate = heapq.heappop(free_at)
                if not any_dc or not arrays.port_is_dc[candidate] or takes_dc[model[session]]:
                    start = max(free, int(begin[session]))
                    if start < end[session]:
                        port[session], plug[session] = candidate, start
                        free, waited = int(end[session]), start
                    else:
                        waited = int(end[session])
                    queue[begin[session] : waited, station] += 1
                    heapq.heappush(free_at, (free, candidate))
                    break
                aside.append((free, candidate))
            for entry in aside:
                heapq.heappush(free_at, entry)
    return port, plug, port < 0, queue


def _stays(
    arrays: SiteArrays,
    vehicles: list[Vehicle],
    sessions: Sessions,
    energy_kwh: Floats,
    port: Indices,
    begin: Indices,
    end: Indices,
    model: Indices,
    queue: Floats,
) -> Schedule:
    def of(name: str) -> Floats:
        return np.array([getattr(vehicle, name) for vehicle in vehicles], np.float64)[model]

    eta, is_dc = arrays.charge_efficiency[port], arrays.port_is_dc[port]
    capacity = np.where(np.isnan(sessions.capacity_kwh), of("capacity_kwh"), sessions.capacity_kwh)
    ceiling, floor, stored = of("maximum_soc") * capacity, of("minimum_soc") * capacity, energy_kwh * eta
    guessed = np.maximum(of("target_soc") * capacity - stored, np.minimum(floor, ceiling - stored))
    arrival = np.where(np.isnan(sessions.arrival_soc), guessed, sessions.arrival_soc * capacity)
    arrival = np.clip(arrival, 0.0, capacity)
    ceiling = np.maximum(ceiling, arrival)
    dc_kw = np.array([max((p.power_kw for p in v.dc_curve), default=NO_LIMIT_KW) for v in vehicles])[model]
    charge_kw = np.minimum(arrays.charge_kw[port], np.where(is_dc, dc_kw, of("ac_kw")))
    v2g = np.array([vehicle.v2g for vehicle in vehicles])[model]
    curve_kw, curve_slope = _curves(arrays, vehicles, port, model, capacity, charge_kw)
    asked = np.maximum(np.minimum(arrival + stored, ceiling), arrival)
    least_kw = arrays.minimum_kw[port]
    reach = _reach(
        arrays.dt_h, eta, arrival, ceiling, least_kw, charge_kw, curve_kw, curve_slope, end - begin
    )
    target = np.minimum(asked, reach)
    beyond = float(((arrival + stored - target) / eta).sum()) if len(port) else 0.0
    order = np.argsort(begin, kind="stable")
    v2g_kw = np.where(v2g, arrays.discharge_kw[port], 0.0)
    return Schedule(
        port=port[order],
        begin=begin[order],
        end=end[order],
        arrival_kwh=arrival[order],
        target_kwh=target[order],
        floor_kwh=np.minimum(floor, arrival)[order],
        ceiling_kwh=ceiling[order],
        capacity_kwh=capacity[order],
        charge_kw=charge_kw[order],
        discharge_kw=v2g_kw[order],
        wear_price=of("wear_price_per_kwh")[order],
        curve_kw=curve_kw[order],
        curve_slope=curve_slope[order],
        queue=queue,
        beyond_reach_kwh=max(beyond, 0.0),
    )


def _curves(
    arrays: SiteArrays,
    vehicles: list[Vehicle],
    port: Indices,
    model: Indices,
    capacity: Floats,
    charge_kw: Floats,
) -> tuple[Floats, Floats]:
    """Return the charging curves of all stays, padded to the same number of pieces, at least one."""
    known: dict[tuple[int, bool, float, float, float], Floats] = {}
    keys = []
    for p, m, size, power in zip(port, model, capacity, charge_kw, strict=True):
        key = (
            int(m),
            bool(arrays.port_is_dc[p]),
            float(size),
            float(arrays.charge_efficiency[p]),
            float(power),
        )
        keys.append(key)
        if key not in known:
            vehicle = vehicles[key[0]]
            points = [(point.soc, point.power_kw) for point in vehicle.dc_curve]
            if not key[1] or not points:
                points = taper(power, vehicle.taper_from_soc)
            known[key] = curve_pieces(points, key[2], key[3], arrays.dt_h)
    pieces = max([len(curve) for curve in known.values()] + [1])
    curve_kw = np.full((len(keys), pieces), NO_LIMIT_KW)
    curve_slope = np.zeros((len(keys), pieces))
    for row, key in enumerate(keys):
        curve = known[key]
        curve_kw[row, : len(curve)], curve_slope[row, : len(curve)] = curve[:, 0], curve[:, 1]
    return curve_kw, curve_slope


def _reach(
    step_h: float,
    eta: Floats,
    arrival: Floats,
    ceiling: Floats,
    least_kw: Floats,
    charge_kw: Floats,
    curve_kw: Floats,
    curve_slope: Floats,
    steps: Indices,
) -> Floats:
    """Return the energy each stay would end with if it charged as fast as it can throughout.

    A port pauses where less than its minimum is left to draw.
    """
    energy = arrival.copy()
    for passed in range(int(steps.max(initial=0))):
        here = passed < steps
        limit = np.minimum(charge_kw, (curve_kw + curve_slope * energy[:, None]).min(axis=1))
        limit = np.minimum(limit, (ceiling - energy) / (eta * step_h))
        here &= limit >= least_kw
        energy = np.where(here, energy + np.maximum(limit, 0.0) * eta * step_h, energy)
    return energy


def _with_counts(schedule: Schedule, away: int, away_kwh: float, notes: list[str]) -> Schedule:
    if away:
        notes = [*notes, f"{away} sessions found no free port before they had to leave"]
    if schedule.beyond_reach_kwh > 0.5:
        notes = [
            *notes,
            f"{schedule.beyond_reach_kwh:.0f} kWh asked for could not be reached in the time plugged in; "
            "targets are lowered to what can",
        ]
    return replace(schedule, turned_away=away, turned_away_kwh=away_kwh, notes=tuple(notes))

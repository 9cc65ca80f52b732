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

from wattswarm.data import Floats, Labels, Sessions, Times
from wattswarm.site import Indices, SiteArrays, Vehicle
from wattswarm.world.stays import Stays, lay_stays


@dataclass(frozen=True, eq=False)
class Schedule:
    """Which session stands where when."""

    stays: Stays
    """Of vehicles at ports, sorted by `begin`."""
    queue: Floats
    """Vehicles waiting, shape [step, station]."""
    sessions: Sessions
    """Of the horizon, at the site's stations and with the energy that they ask for within it: those of the
    stays in their order, then those that were turned away, shape [session]."""
    model: Labels
    """The site's vehicle that each is taken for, shape [session]."""
    beyond_reach_kwh: float = 0.0
    """Energy asked for that no policy could have delivered in the stay."""
    notes: tuple[str, ...] = ()
    """What was done to the sessions, in plain words."""

    @property
    def turned_away(self) -> int:
        """Sessions that found no port before they had to leave."""
        return len(self.sessions) - len(self.stays)

    @property
    def turned_away_kwh(self) -> float:
        """Energy that they asked for."""
        return float(self.sessions.energy_kwh[len(self.stays) :].sum())


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
        vehicles: vehicle models of the site; without any, a plain 60 kWh vehicle stands in.
        times: interval starts of the horizon, UTC, shape [step].
        rng: draws the unknown vehicles.
    """
    vehicles = list(vehicles) or [Vehicle(name="vehicle", capacity_kwh=60.0)]
    sessions, stations, notes = _within(sessions, arrays, times)
    model = _models(sessions, vehicles, rng)
    begin, end = _steps(sessions, times)
    port, plug, queue = _first_come_first_served(stations, begin, end, model, vehicles, arrays, len(times))
    there = port >= 0
    stays, beyond = lay_stays(
        arrays, vehicles, sessions.take(there), port[there], plug[there], end[there], model[there]
    )
    order = np.argsort(stays.begin, kind="stable")
    rows = np.r_[np.flatnonzero(there)[order], np.flatnonzero(~there)]
    names = np.array([vehicle.name for vehicle in vehicles], np.str_)[model]
    notes += _remarks(len(sessions) - len(stays), beyond)
    return Schedule(stays.take(order), queue, sessions.take(rows), names[rows], beyond, tuple(notes))


def _within(sessions: Sessions, arrays: SiteArrays, times: Times) -> tuple[Sessions, Indices, list[str]]:
    """Return the sessions of the horizon by arrival, the site's station of each, and what was assumed."""
    stations, kept, notes = _stations(sessions, arrays)
    # Arrivals are rounded to steps: from the middle of the last step on they belong to the next day.
    close = times[-1] + (times[1] - times[0]) / 2
    inside = np.flatnonzero(kept & (sessions.departure > times[0]) & (sessions.arrival < close))
    inside = inside[np.argsort(sessions.arrival[inside], kind="stable")]
    sessions, stations = sessions.take(inside), stations[inside]
    energy = sessions.energy_kwh * _share_inside(sessions, times)
    names = np.array(arrays.station_names, np.str_)[stations]
    return replace(sessions, energy_kwh=energy, station=names), stations, notes


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
) -> tuple[Indices, Indices, Floats]:
    """Return port (-1: turned away), first plugged step, and the queue of each step."""
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
    return port, plug, queue


def _remarks(turned_away: int, beyond_reach_kwh: float) -> list[str]:
    remarks = []
    if turned_away:
        remarks.append(f"{turned_away} sessions found no free port before they had to leave")
    if beyond_reach_kwh > 0.5:
        remarks.append(
            f"{beyond_reach_kwh:.0f} kWh asked for could not be reached in the time plugged in; "
            "targets are lowered to what can"
        )
    return remarks

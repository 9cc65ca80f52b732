"""Charging sessions from Poisson arrivals with a rate by the clock: of ElaadNL, and of paper 001."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from wattswarm.data.calendar import Integers, LocalTime, local_clock, local_days
from wattswarm.data.generate.seed import generated
from wattswarm.data.generate.statistics import QUANTILE_LEVELS, SESSION_STATISTICS, Kind, SessionStatistics
from wattswarm.data.series import Floats, Times
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError
from wattswarm.site import Vehicle

_STEP_S = 300
_EFFICIENCY = 0.95
_SHORTEST_STAY_S = 300
_UNKNOWN_VEHICLE_KW = 11.0
# Rank correlation of stay and energy measured at Caltech/JPL, Trondheim and a US workplace: 0.30, 0.35, 0.48.
_STAY_ENERGY_CORRELATION = 0.3


class _Fleet(NamedTuple):
    """The vehicle of each session, shape [n] each; NaN and "" where no vehicles are given."""

    name: np.ndarray[tuple[int], np.dtype[np.str_]]
    capacity_kwh: Floats
    charging_kw: Floats
    target_soc: Floats
    minimum_soc: Floats


def generate_sessions(
    *,
    start: date,
    days: int,
    timezone: str,
    ports_by_station: Mapping[str, int],
    kind: Kind,
    per_port_per_day: float,
    vehicles: Sequence[Vehicle],
    rng: np.random.Generator,
) -> Sessions:
    """Draw the sessions of a charger kind: arrivals by hour and weekday, stay and energy by hour of arrival.

    Drivers come whether or not a port is free: who finds none waits or leaves, as the world decides. What a
    session asks for fits into its stay at the vehicle's AC power and into the battery up to the target.

    Args:
        start: first local date.
        days: number of local dates on which vehicles arrive.
        timezone: IANA name of the drivers' clock.
        kind: whose statistics to use; nobody comes to a workplace at weekends.
        per_port_per_day: arrivals per port and day, mean over a whole week.
        vehicles: vehicle models, drawn in proportion to `share`; none leaves capacity unknown (NaN).

    Returns:
        Sessions sorted by arrival; `energy_kwh` is on the grid side at an efficiency of 0.95.

    Raises:
        InputError: unknown kind or time zone, a negative rate or number of ports, fewer than one day.

    Source:
        ElaadNL open data as condensed in `statistics`.
    """
    if kind not in SESSION_STATISTICS:
        raise InputError(
            "unknown kind of charging", where="kind", found=kind, expected="home, public or workplace"
        )
    if not per_port_per_day >= 0:
        raise InputError(
            "negative arrivals", where="per_port_per_day", found=per_port_per_day, expected="0 or more"
        )
    if any(count < 0 for count in ports_by_station.values()):
        raise InputError("negative ports", where="ports_by_station", found=dict(ports_by_station))
    statistics = SESSION_STATISTICS[kind]
    ports = np.array(list(ports_by_station.values()), dtype=np.float64)
    times = local_days(start, days, _STEP_S, timezone)
    clock = local_clock(times, timezone)
    rate = per_port_per_day * ports.sum() * _arrivals_per_hour(statistics, clock)
    arrival = _poisson_times(times, rate, rng)
    count = len(arrival)
    station = np.array(list(ports_by_station), dtype=np.str_)
    chosen = rng.choice(station, size=count, p=ports / ports.sum()) if count else station[:0]
    fleet = _draw_vehicles(vehicles, count, rng)
    hour = local_clock(arrival, timezone).hour.astype(np.int64)
    stay_s, energy = _draw_stay_and_energy(statistics, hour, rng)
    window_kwh = (fleet.target_soc - fleet.minimum_soc) * fleet.capacity_kwh / _EFFICIENCY
    energy = np.fmin(np.minimum(energy, fleet.charging_kw * stay_s / 3600.0), window_kwh)
    return Sessions(
        arrival=arrival,
        departure=arrival + stay_s.astype("timedelta64[s]"),
        energy_kwh=energy,
        arrival_soc=fleet.target_soc - energy * _EFFICIENCY / fleet.capacity_kwh,
        capacity_kwh=fleet.capacity_kwh,
        station=chosen,
        vehicle=fleet.name,
        timezone=timezone,
        provenance=generated("sessions", rng),
    )


def poisson_day(
    *,
    start: date,
    timezone: str,
    vehicles_count: int,
    peak_minutes: float = 20.0,
    offpeak_minutes: float = 45.0,
    peak_hours: Sequence[tuple[float, float]] = ((8, 12), (16, 22)),
    dwell_hours: tuple[float, float] = (1.5, 4.0),
    capacity_kwh: tuple[float, float] = (40.0, 60.0),
    arrival_soc: tuple[float, float] = (0.2, 0.7),
    target_soc: float = 0.8,
    days: int = 1,
    intensity: float = 1.0,
    rng: np.random.Generator,
) -> Sessions:
    """Draw the vehicles of paper 001: exponential gaps with a mean by time of day, everything else uniform.

    Args:
        start: first local date.
        timezone: IANA name of the clock.
        vehicles_count: the first so many vehicles of each day are served, the rest never come.
        peak_minutes: mean gap between arrivals in peak hours.
        offpeak_minutes: mean gap in all other hours.
        peak_hours: peak windows as (from, to) in hours of the local clock.
        dwell_hours: shortest and longest stay in hours.
        capacity_kwh: smallest and largest battery in kWh.
        arrival_soc: lowest and highest state of charge at arrival, 0..1.
        target_soc: state of charge asked for, 0..1.
        days: number of local dates.
        intensity: factor on the rate of arrivals, for the stress cases of 100 and 200 vehicles.

    Returns:
        Sessions sorted by arrival at the station "station"; `energy_kwh` is on the grid side.

    Raises:
        InputError: a mean gap that is not positive, a negative count or intensity, an unknown time zone.

    Source:
        Paper 001, experimental set-up: gaps of 20 and 45 minutes, stays of 1.5 to 4 h, 40 to 60 kWh. Peak
        hours and state of charge at arrival are not printed; those here are ours.
    """
    if not (peak_minutes > 0 and offpeak_minutes > 0):
        raise InputError(
            "the mean gap between arrivals is not positive",
            where="peak_minutes, offpeak_minutes",
            found=(peak_minutes, offpeak_minutes),
        )
    if vehicles_count < 0 or not intensity >= 0:
        raise InputError(
            "negative arrivals", where="vehicles_count, intensity", found=(vehicles_count, intensity)
        )
    served = []
    for k in range(days):
        times = local_days(start + timedelta(days=k), 1, _STEP_S, timezone)
        hour = local_clock(times, timezone).hour
        peak = np.any([(hour >= begin) & (hour < end) for begin, end in peak_hours], axis=0)
        rate = intensity * 60.0 / np.where(peak, peak_minutes, offpeak_minutes)
        served.append(_poisson_times(times, rate, rng)[:vehicles_count])
    arrival = np.concatenate(served)
    count = len(arrival)
    stay_s = np.round(rng.uniform(*dwell_hours, count) * 3600.0)
    capacity = rng.uniform(*capacity_kwh, count)
    soc = rng.uniform(*arrival_soc, count)
    return Sessions(
        arrival=arrival,
        departure=arrival + stay_s.astype("timedelta64[s]"),
        energy_kwh=np.maximum(target_soc - soc, 0.0) * capacity / _EFFICIENCY,
        arrival_soc=soc,
        capacity_kwh=capacity,
        station=np.full(count, "station"),
        vehicle=np.full(count, ""),
        timezone=timezone,
        provenance=generated("paper 001 sessions", rng),
    )


def _poisson_times(times: Times, rate_per_hour: Floats, rng: np.random.Generator) -> Times:
    """Arrivals of a Poisson process whose rate is constant in each step, sorted, to the second."""
    cumulative = np.concatenate([[0.0], np.cumsum(rate_per_hour * _STEP_S / 3600.0)])
    count = rng.poisson(cumulative[-1])
    quantiles = np.sort(rng.uniform(0.0, cumulative[-1], count))
    seconds = np.interp(quantiles, cumulative, np.arange(len(cumulative)) * float(_STEP_S))
    return np.asarray(times[0] + np.floor(seconds).astype("timedelta64[s]"))


def _arrivals_per_hour(statistics: SessionStatistics, clock: LocalTime) -> Floats:
    """Expected arrivals per hour where one vehicle comes on the mean day, shape [n]."""
    shares = np.array([statistics.weekday, statistics.weekend])
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    days = np.array(statistics.days)
    by_day = 7.0 * days / days.sum()
    return np.asarray(
        by_day[clock.weekday] * shares[(clock.weekday >= 5).astype(np.int64), clock.hour.astype(np.int64)]
    )


def _draw_vehicles(vehicles: Sequence[Vehicle], count: int, rng: np.random.Generator) -> _Fleet:
    if not vehicles:
        unknown = np.full(count, np.nan)
        return _Fleet(np.full(count, ""), unknown, np.full(count, _UNKNOWN_VEHICLE_KW), unknown, unknown)
    shares = np.array([vehicle.share for vehicle in vehicles])
    model = rng.choice(len(vehicles), size=count, p=shares / shares.sum())
    return _Fleet(
        np.array([vehicle.name for vehicle in vehicles])[model],
        np.array([vehicle.capacity_kwh for vehicle in vehicles])[model],
        np.array([vehicle.ac_kw for vehicle in vehicles])[model],
        np.array([vehicle.target_soc for vehicle in vehicles])[model],
        np.array([min(vehicle.minimum_soc, vehicle.target_soc) for vehicle in vehicles])[model],
    )


def _draw_stay_and_energy(
    statistics: SessionStatistics, hour: Integers, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Stay in whole seconds and energy in kWh, each of shape [n].

    A Gaussian copula: the hour of arrival shifts the stay's rank towards the hour's typical stay; shift and
    spread are such that all hours together reproduce the tabulated quantiles.
    """
    ranks = np.interp(statistics.typical_connection_h, statistics.connection_h, QUANTILE_LEVELS)
    weights = np.array(statistics.weekday) / sum(statistics.weekday)
    centre = ndtri(ranks)
    centre -= weights @ centre
    draw = rng.standard_normal((2, len(hour)))
    stay_rank = ndtr(centre[hour] + np.sqrt(1.0 - weights @ centre**2) * draw[0])
    stay_s = np.round(3600.0 * np.interp(stay_rank, QUANTILE_LEVELS, statistics.connection_h))
    mixed = _STAY_ENERGY_CORRELATION * draw[0] + np.sqrt(1.0 - _STAY_ENERGY_CORRELATION**2) * draw[1]
    mean_by_hour = np.array(statistics.mean_energy_kwh)
    scale = mean_by_hour / (weights @ mean_by_hour)
    energy = np.interp(ndtr(mixed), QUANTILE_LEVELS, statistics.energy_kwh) * scale[hour]
    return np.maximum(stay_s, _SHORTEST_STAY_S), energy

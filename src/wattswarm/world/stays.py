"""Stays of vehicles at ports: one record from the schedule to outlooks, plans and bills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.battery import curve_pieces, taper
from wattswarm.data import Floats, Sessions
from wattswarm.site import Indices, SiteArrays, Vehicle

NO_LIMIT_KW = 1e6
"""Intercept of a padding piece of a charging curve: never the tightest."""


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays of vehicles at ports; `begin` and `end` count from the first step of a horizon or a window.

    A stay whose `end` lies beyond a window goes on after it. `arrival_kwh` is the energy at `begin`.
    """

    session: NDArray[np.str_]
    """Identity of the session, shape [stay]."""
    port: Indices
    """Port of each stay, shape [stay]."""
    begin: Indices
    """First step, shape [stay]."""
    end: Indices
    """Step after the last one, shape [stay]."""
    arrival_kwh: Floats
    """Energy on arrival, shape [stay]."""
    target_kwh: Floats
    """Energy asked for at departure, never more than can be reached, shape [stay]."""
    floor_kwh: Floats
    """Energy that discharging may not go below, shape [stay]."""
    ceiling_kwh: Floats
    """Energy that charging may not exceed, shape [stay]."""
    capacity_kwh: Floats
    """Shape [stay]."""
    charge_kw: Floats
    """The most that port and vehicle draw, shape [stay]."""
    discharge_kw: Floats
    """The most that port and vehicle give, shape [stay]."""
    wear_price: Floats
    """Wear [currency per kWh], shape [stay]."""
    curve_kw: Floats
    """Intercepts of the charging curve, shape [stay, piece]."""
    curve_slope: Floats
    """Slopes [kW/kWh], shape [stay, piece]."""

    def __len__(self) -> int:
        return len(self.port)

    def take(self, rows: NDArray[np.bool_] | Indices) -> Stays:
        return Stays(*[getattr(self, name)[rows] for name in self.__dataclass_fields__])

    def joined(self, other: Stays) -> Stays:
        names = self.__dataclass_fields__
        return Stays(*[np.concatenate([getattr(self, name), getattr(other, name)]) for name in names])

    def each_step(self, last: int | None = None) -> tuple[Indices, Indices]:
        """Return every step of every stay, stay by stay.

        Args:
            last: step at which stays are cut, None to follow them to their end.

        Returns:
            The stay and the step, shape [row] each.
        """
        lengths = (self.end if last is None else np.minimum(self.end, last)) - self.begin
        stay = np.repeat(np.arange(len(self)), lengths)
        return stay, np.arange(len(stay)) - np.repeat(np.cumsum(lengths) - lengths - self.begin, lengths)


def lay_stays(
    arrays: SiteArrays,
    vehicles: list[Vehicle],
    sessions: Sessions,
    port: Indices,
    begin: Indices,
    end: Indices,
    model: Indices,
) -> tuple[Stays, float]:
    """Say what each stay brings, asks for and can hold.

    Args:
        sessions: those that found a port, with the energy that they ask for within the horizon, shape [stay].
        port: port of each, shape [stay].
        begin: first step, shape [stay].
        end: step after the last one, shape [stay].
        model: vehicle model, shape [stay].

    Returns:
        The stays in the order of the sessions, and the energy asked for that is out of reach [kWh].
    """

    def of(name: str) -> Floats:
        return np.array([getattr(vehicle, name) for vehicle in vehicles], np.float64)[model]

    eta, is_dc = arrays.charge_efficiency[port], arrays.port_is_dc[port]
    capacity = np.where(np.isnan(sessions.capacity_kwh), of("capacity_kwh"), sessions.capacity_kwh)
    ceiling, floor, stored = (
        of("maximum_soc") * capacity,
        of("minimum_soc") * capacity,
        sessions.energy_kwh * eta,
    )
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
    stays = Stays(
        session=sessions.identity,
        port=port,
        begin=begin,
        end=end,
        arrival_kwh=arrival,
        target_kwh=target,
        floor_kwh=np.minimum(floor, arrival),
        ceiling_kwh=ceiling,
        capacity_kwh=capacity,
        charge_kw=charge_kw,
        discharge_kw=np.where(v2g, arrays.discharge_kw[port], 0.0),
        wear_price=of("wear_price_per_kwh"),
        curve_kw=curve_kw,
        curve_slope=curve_slope,
    )
    return stays, max(beyond, 0.0)


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

"""A fleet that comes home in the evening and leaves in the morning (paper 003, models 5.1)."""

from __future__ import annotations

from datetime import date

import numpy as np

from wattswarm.data.calendar import local_days
from wattswarm.data.generate.seed import generated
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError

_EFFICIENCY = 0.95
_EARLIEST_H, _LATEST_H = 0.5, 23.5
_SHORTEST_H = 1.0


def overnight_fleet(
    *,
    start: date,
    timezone: str,
    count: int,
    arrival_h: tuple[float, float] = (18.0, 2.0),
    departure_h: tuple[float, float] = (7.0, 1.5),
    need_kwh: tuple[float, float] = (8.0, 35.0),
    capacity_kwh: float = 50.0,
    target_soc: float = 0.9,
    station: str = "fleet",
    rng: np.random.Generator,
) -> Sessions:
    """Draw one night of a fleet: each vehicle comes once after noon and leaves before the next noon.

    Args:
        start: local date of the evening.
        timezone: IANA name of the clock.
        arrival_h: mean and standard deviation of the hour of arrival.
        departure_h: mean and standard deviation of the hour of departure on the next day.
        need_kwh: least and most energy that is missing to the target on arrival.
        capacity_kwh: of every battery.
        target_soc: state of charge asked for, 0..1.

    Returns:
        Sessions sorted by arrival; `energy_kwh` is on the grid side.

    Raises:
        InputError: fewer than one vehicle, a need beyond the battery, or an unknown time zone.

    Source:
        models.md 5.1; the paper prints no fleet.
    """
    if count < 1:
        raise InputError("the fleet is empty", where="count", found=count, expected="1 or more")
    if not 0 <= need_kwh[0] <= need_kwh[1] <= target_soc * capacity_kwh:
        raise InputError(
            "the need does not fit into the battery",
            where="need_kwh",
            found=need_kwh,
            expected=f"0 to {target_soc * capacity_kwh:g} kWh, in order",
        )
    noon = local_days(start, 1, 3600, timezone, 12.0)[0]
    after_noon = np.clip(rng.normal(*arrival_h, count) - 12.0, _EARLIEST_H, _LATEST_H - _SHORTEST_H)
    leaving = np.clip(rng.normal(*departure_h, count) + 12.0, after_noon + _SHORTEST_H, _LATEST_H)
    need = rng.uniform(*need_kwh, count)
    order = np.argsort(after_noon, kind="stable")
    arrival, departure = (
        noon + np.round(3600.0 * hours[order]).astype("timedelta64[s]") for hours in (after_noon, leaving)
    )
    return Sessions(
        arrival=arrival,
        departure=departure,
        energy_kwh=need[order] / _EFFICIENCY,
        arrival_soc=target_soc - need[order] / capacity_kwh,
        capacity_kwh=np.full(count, capacity_kwh),
        station=np.full(count, station),
        vehicle=np.full(count, ""),
        timezone=timezone,
        provenance=generated("overnight fleet", rng),
    )

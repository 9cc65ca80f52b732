"""Urgent and regular demand of a station without sessions: our resolution of paper 002, 4.1."""

from __future__ import annotations

import numpy as np

from wattswarm.data.calendar import local_clock
from wattswarm.data.generate.statistics import SESSION_STATISTICS
from wattswarm.data.series import Floats, Times
from wattswarm.errors import InputError

_SESSION_KWH = 20.0
_WEEKDAY, _WEEKEND = 1.08, 0.8
_STATION_SPREAD = 0.3
_URGENCY_CONCENTRATION = 10.0


def generate_demand(
    *,
    mean_kw: float,
    urgent_share: float,
    times: Times,
    step_s: int,
    timezone: str,
    rng: np.random.Generator,
    spread: float = 1.0,
) -> tuple[Floats, Floats]:
    """Draw a station's demand: Poisson sessions of 20 kWh by the clock of public charging, part of it urgent.

    One factor U(0.7, 1.3) tells this station from others. The urgent share of each step is Beta with
    concentration 10, which is Beta(3, 7) at a mean of 0.3.

    Args:
        mean_kw: mean demand of the mean station in kWh per hour, >= 0.
        urgent_share: mean share that may not wait, 0..1.
        times: interval starts, UTC, shape [n].
        step_s: length of an interval in seconds.
        timezone: IANA name of the drivers' clock.
        spread: factor on the spread between stations; 0 makes all have the same mean.

    Returns:
        Urgent and regular energy of each interval in kWh, shape [n] each.

    Raises:
        InputError: an unknown time zone, a negative mean, a share outside 0..1, a spread outside 0..3.

    Source:
        Paper 002 gives no source of demand; our resolution, on ElaadNL's hours of public charging.
    """
    if not mean_kw >= 0:
        raise InputError("negative demand", where="mean_kw", found=mean_kw, expected="0 or more")
    if not 0 <= urgent_share <= 1:
        raise InputError("not a valid share", where="urgent_share", found=urgent_share, expected="0 to 1")
    if not 0 <= spread <= 3:
        raise InputError("not a valid spread", where="spread", found=spread, expected="0 to 3")
    statistics = SESSION_STATISTICS["public"]
    clock = local_clock(times, timezone)
    weekend = clock.weekday >= 5
    profile = np.array([statistics.weekday, statistics.weekend])
    profile *= 24.0 / profile.sum(axis=1, keepdims=True)
    station = 1.0 + spread * rng.uniform(-_STATION_SPREAD, _STATION_SPREAD)
    by_hour = profile[weekend.astype(np.int64), clock.hour.astype(np.int64)]
    expected_kwh = mean_kw * station * by_hour * np.where(weekend, _WEEKEND, _WEEKDAY) * step_s / 3600.0
    energy = _SESSION_KWH * rng.poisson(expected_kwh / _SESSION_KWH)
    urgent = energy * _urgent_shares(urgent_share, len(times), rng)
    return urgent, energy - urgent


def _urgent_shares(mean: float, steps: int, rng: np.random.Generator) -> Floats:
    if mean in (0.0, 1.0):
        return np.full(steps, mean)
    return rng.beta(_URGENCY_CONCENTRATION * mean, _URGENCY_CONCENTRATION * (1.0 - mean), steps)

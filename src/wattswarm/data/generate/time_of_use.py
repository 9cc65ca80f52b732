"""A market price that follows a time-of-use tariff with days and hours of its own (paper 003, ours)."""

from __future__ import annotations

from datetime import date

import numpy as np

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.generate.noise import autoregressive
from wattswarm.data.generate.seed import generated
from wattswarm.data.series import Series
from wattswarm.errors import InputError

# fmt: off
# Share of the way from the lowest to the highest price by hour of the local day: night, day, evening peak.
_WEEKDAY = (0.08, 0.05, 0.03, 0.02, 0.04, 0.12, 0.30, 0.45, 0.50, 0.46, 0.42, 0.38,
            0.36, 0.36, 0.40, 0.48, 0.62, 0.82, 0.92, 0.90, 0.78, 0.55, 0.30, 0.15)
_WEEKEND = (0.12, 0.08, 0.05, 0.04, 0.04, 0.06, 0.12, 0.22, 0.32, 0.36, 0.34, 0.30,
            0.28, 0.28, 0.30, 0.38, 0.52, 0.70, 0.78, 0.76, 0.66, 0.46, 0.28, 0.18)
# fmt: on
_DAY_SD, _DAY_MEMORY_S = 0.12, 3 * 86_400.0
_HOUR_SD, _HOUR_MEMORY_S = 0.08, 4 * 3600.0


def generate_time_of_use(
    *,
    start: date,
    days: int,
    timezone: str,
    step_s: int = 3600,
    currency: str = "USD",
    lowest: float = 0.07,
    highest: float = 0.30,
    noise: float = 1.0,
    rng: np.random.Generator,
) -> Series:
    """Draw a price that is low at night, higher by day and highest in the evening, between fixed bounds.

    Args:
        start: first local date.
        days: number of local dates.
        timezone: IANA name of the market's clock.
        step_s: length of an interval in seconds.
        currency: ISO code of the currency.
        lowest: no price is below it [currency/kWh].
        highest: no price is above it [currency/kWh].
        noise: factor on what tells days and hours apart; 0 is a plain tariff.

    Returns:
        Price in `<currency>/kWh`.

    Raises:
        InputError: an unknown time zone, fewer than one day, or bounds that are not in order.

    Source:
        Paper 003 prints prices of 0.05 to 0.30 $/kWh and no series; the shape and its noise are ours.
    """
    if not lowest < highest:
        raise InputError(
            "the bounds of the price are not in order",
            where="lowest, highest",
            found=(lowest, highest),
            expected="lowest below highest",
        )
    times = local_days(start, days, step_s, timezone)
    clock = local_clock(times, timezone)
    hour = clock.hour + step_s / 7200.0
    middles = np.arange(24) + 0.5
    weekday, weekend = (np.interp(hour, middles, row, period=24.0) for row in (_WEEKDAY, _WEEKEND))
    level = autoregressive(len(times), step_s, _DAY_MEMORY_S, rng)
    hourly = autoregressive(len(times), step_s, _HOUR_MEMORY_S, rng)
    share = np.where(clock.weekday >= 5, weekend, weekday)
    share = share * (1.0 + noise * _DAY_SD * level) + noise * _HOUR_SD * hourly
    return Series(
        name="time-of-use price",
        unit=f"{currency}/kWh",
        times=times,
        values=lowest + (highest - lowest) * np.clip(share, 0.0, 1.0),
        step_s=step_s,
        timezone=timezone,
        provenance=generated("time-of-use prices", rng),
    )

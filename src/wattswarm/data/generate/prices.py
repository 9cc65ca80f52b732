"""Day-ahead prices with the shape, spread, memory and negative hours of the Dutch market of 2023."""

from __future__ import annotations

from datetime import date

import numpy as np

from wattswarm.data.calendar import Integers, LocalTime, local_clock, local_days
from wattswarm.data.generate.noise import autoregressive
from wattswarm.data.generate.seed import generated
from wattswarm.data.series import Floats, Series
from wattswarm.errors import InputError

# fmt: off
# Mean price by hour of the local day over the year's mean price, NL 2023: rows weekday, weekend.
_WINTER = np.array([
    [0.91, 0.85, 0.81, 0.77, 0.78, 0.85, 1.09, 1.35, 1.55, 1.50, 1.34, 1.24,
     1.16, 1.15, 1.20, 1.29, 1.38, 1.58, 1.60, 1.45, 1.31, 1.20, 1.14, 1.01],
    [0.90, 0.81, 0.76, 0.70, 0.67, 0.68, 0.72, 0.80, 0.91, 0.97, 0.92, 0.90,
     0.87, 0.81, 0.86, 0.95, 1.04, 1.22, 1.34, 1.26, 1.17, 1.04, 1.00, 0.87],
])
_SUMMER = np.array([
    [1.02, 0.93, 0.88, 0.85, 0.85, 0.93, 1.08, 1.22, 1.19, 1.03, 0.88, 0.77,
     0.64, 0.56, 0.54, 0.60, 0.72, 0.90, 1.09, 1.32, 1.44, 1.35, 1.22, 1.08],
    [0.99, 0.91, 0.86, 0.80, 0.79, 0.79, 0.77, 0.74, 0.69, 0.58, 0.40, 0.20,
     -0.03, -0.24, -0.31, -0.13, 0.23, 0.56, 0.82, 1.02, 1.15, 1.18, 1.13, 1.02],
])
# fmt: on
_DAY_S = 86_400.0
_YEAR_MEAN = 0.98
_LEVEL_SD, _LEVEL_MEMORY_S = 0.28, 5 * _DAY_S
_HOUR_SD, _HOUR_MEMORY_S = 0.19, 6 * 3600.0
_SUN_SD, _SUN_MEMORY_S = 0.4, 2 * _DAY_S
_SPIKES_PER_DAY, _SPIKE_MEAN = 0.06, 0.8
# Prices before the bend below which the given shares of 40 years lie; the bend touches only those below the
# pivot and flattens what falls below zero.
_LOW_SHARES = np.array([0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.16, 0.2])
_LOW_PRICES = np.array([-2.23, -0.504, -0.272, -0.037, 0.087, 0.17, 0.283, 0.362, 0.476, 0.56, 0.63])
_PIVOT, _DEPTH = 0.75, 0.4


def generate_prices(
    *,
    start: date,
    days: int,
    timezone: str,
    step_s: int = 3600,
    currency: str = "EUR",
    mean: float = 0.09,
    negative_share: float = 0.04,
    spikes: bool = True,
    rng: np.random.Generator,
) -> Series:
    """Draw day-ahead prices: two peaks a day, a midday dip with the sun, persistent days, some below zero.

    Everything scales with `mean`, so that spread and peaks keep their proportion in any currency. Seasons are
    those of the northern hemisphere. A short stretch strays from the year's mean as real weeks do.

    Args:
        start: first local date.
        days: number of local dates; a day of a clock change has 23 or 25 hours.
        timezone: IANA name of the market's clock.
        step_s: length of an interval in seconds.
        currency: ISO code of the currency.
        mean: the year's mean price in currency per kWh, > 0.
        negative_share: share of the year's intervals with a price below zero, 0 to 0.2.
        spikes: whether some evenings see scarcity prices.

    Returns:
        Price in `<currency>/kWh`.

    Raises:
        InputError: an unknown time zone, fewer than one day, a mean that is not positive, or a negative share
            outside 0 to 0.2.

    Source:
        Calibrated to the Dutch day-ahead prices of 2023 (Ember European wholesale prices, CC BY 4.0).
    """
    if not mean > 0:
        raise InputError("the mean price is not positive", where="mean", found=mean, expected="above 0")
    if not 0 <= negative_share <= 0.2:
        raise InputError(
            "not a valid share", where="negative_share", found=negative_share, expected="0 to 0.2"
        )
    times = local_days(start, days, step_s, timezone)
    clock = local_clock(times, timezone)
    level = _LEVEL_SD * autoregressive(days + 1, _DAY_S, _LEVEL_MEMORY_S, rng)
    sun = 1.0 + _SUN_SD * autoregressive(days + 1, _DAY_S, _SUN_MEMORY_S, rng)
    hourly = _HOUR_SD * autoregressive(len(times), step_s, _HOUR_MEMORY_S, rng)
    day = (clock.date - clock.date[0]).astype(np.int64)
    noons = np.arange(days + 1) * 24.0 + 12.0
    relative = _shape(clock, sun[day], step_s) + np.interp(day * 24.0 + clock.hour, noons, level) + hourly
    relative = _bend_below_zero(relative, negative_share)
    evening = _evening_spikes(clock, day, rng)
    if spikes:
        relative = relative + evening
    return Series(
        name="day-ahead price",
        unit=f"{currency}/kWh",
        times=times,
        values=mean * relative / _YEAR_MEAN,
        step_s=step_s,
        timezone=timezone,
        provenance=generated("prices", rng),
    )


def _shape(clock: LocalTime, sun: Floats, step_s: int) -> Floats:
    """Expected price over the year's mean; the dip between winter and summer deepens with a day's sun."""
    season = 0.5 - 0.56 * np.cos(2 * np.pi * (clock.day_of_year - 5) / 365.25)
    weekend = (clock.weekday >= 5).astype(np.int64)
    winter, summer = (_at_hour(table, weekend, clock.hour + step_s / 7200.0) for table in (_WINTER, _SUMMER))
    change = summer - winter
    return np.asarray(winter + season * np.where(change < 0, sun, 1.0) * change)


def _at_hour(table: Floats, weekend: Integers, hour: Floats) -> Floats:
    """Interpolate hourly means, which stand at the middle of their hour."""
    middles = np.arange(24) + 0.5
    by_day = [np.interp(hour, middles, row, period=24.0) for row in table]
    return np.asarray(np.where(weekend == 1, by_day[1], by_day[0]))


def _bend_below_zero(relative: Floats, negative_share: float) -> Floats:
    """Move the low prices, and only those, so that the wanted share of a year lies below zero."""
    zero = np.interp(negative_share, _LOW_SHARES, _LOW_PRICES)
    bent = _PIVOT * (relative - zero) / (_PIVOT - zero)
    lowered = np.where(relative < _PIVOT, bent, relative)
    floor = 0.0 if negative_share == 0 else -np.inf
    return np.asarray(np.maximum(np.where(lowered < 0, _DEPTH * lowered, lowered), floor))


def _evening_spikes(clock: LocalTime, day: Integers, rng: np.random.Generator) -> Floats:
    """Scarcity in some evenings, over the year's mean price: highest at seven, gone two hours off."""
    days = int(day[-1]) + 1
    height = np.where(rng.random(days) < _SPIKES_PER_DAY, rng.exponential(_SPIKE_MEAN, days), 0.0)
    return np.asarray(height[day] * np.clip(1.0 - np.abs(clock.hour - 19.0) / 2.0, 0.0, 1.0))

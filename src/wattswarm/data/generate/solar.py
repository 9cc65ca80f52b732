"""Solar power: sun, clear sky, passing clouds, tilted plane and PVWatts array and inverter."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.calendar import Integers, local_clock
from wattswarm.data.generate import sky
from wattswarm.data.generate.noise import autoregressive
from wattswarm.data.series import Floats, Series, Times
from wattswarm.errors import InputError
from wattswarm.site import Location, Solar

_TURBIDITY = 3.0
_ALBEDO = 0.2
_GAMMA_PER_K = -0.004
_MOST_OVER_CLEAR = 1.1
# Days are clear, mixed or overcast: global irradiance over that of a clear sky, and its spread in the day.
_DAY_MEAN = np.array([1.0, 0.68, 0.27])
_DAY_SPREAD = np.array([0.03, 0.22, 0.10])
_DAY_PERSISTENCE = 0.35
_CLOUD_MEMORY_S = 2400.0
# Yearly irradiation over that of a clear sky, by latitude: cloudy equator, dry subtropics, cloudy westerlies.
_LATITUDES = (0.0, 12.0, 24.0, 36.0, 52.0, 60.0)
_YEAR_CLEARNESS = (0.74, 0.77, 0.84, 0.85, 0.66, 0.68)


class _Path(NamedTuple):
    """The sun above the horizon: angles in degrees, irradiance above the air in W/m2, shape [n] each."""

    day_of_year: Integers
    zenith: Floats
    azimuth: Floats
    extra: Floats


class _Sky(NamedTuple):
    """Irradiance on level ground and across the beam in W/m2, shape [n] each."""

    ghi: Floats
    dni: Floats
    dhi: Floats


def generate_solar(
    location: Location,
    solar: Solar,
    *,
    times: Times,
    step_s: int,
    rng: np.random.Generator,
    weather: Series | None = None,
) -> Floats:
    """Simulate the AC power of a solar array under drawn clouds, or under measured irradiance where given.

    Each interval stands for its middle; night is exactly zero. Under drawn clouds power stays below 1.1 times
    that of a clear sky. They know the latitude's yearly clearness; the local climate takes `weather`.

    Args:
        location: where the array stands.
        solar: peak power, tilt, azimuth (180 = south) and losses.
        times: interval starts at an even step, UTC, shape [n].
        step_s: length of an interval in seconds.
        rng: source of the clouds; untouched where `weather` is given.
        weather: global horizontal irradiance in W/m2 that covers `times` at the same step.

    Returns:
        Mean AC power in kW, shape [n].

    Raises:
        InputError: `weather` has another unit or step, or leaves some of `times` without a value.

    Source:
        Clear sky: Ineichen and Perez 2002, doi:10.1016/S0038-092X(02)00045-2, Linke turbidity 3. Diffuse
        share: Erbs et al. 1982, doi:10.1016/0038-092X(82)90302-4. Plane: Hay and Davies 1980. Array and
        inverter: PVWatts version 5, NREL/TP-6A20-62641.
    """
    up, path = _sun(location, times + np.timedelta64(step_s // 2, "s"))
    if not up.any():
        return np.zeros(len(times))
    if weather is None:
        clear = _clear_sky(path, location.altitude_m)
        clouded = _split(clear.ghi * _clearness(location, times, step_s, rng)[up], path)
        most = _MOST_OVER_CLEAR * _power(location, solar, path, clear)
        daylight = np.minimum(_power(location, solar, path, clouded), most)
    else:
        daylight = _power(location, solar, path, _split(_measured(weather, times, step_s)[up], path))
    power = np.zeros(len(times))
    power[up] = daylight
    return power


def _sun(location: Location, middle: Times) -> tuple[NDArray[np.bool_], _Path]:
    """Which intervals have the sun above the horizon, and its path in those."""
    zenith, azimuth = sky.sun_position(
        middle.astype("datetime64[s]").astype(np.float64),
        location.latitude,
        location.longitude,
        location.altitude_m,
    )
    up = zenith < 90.0
    day_of_year = local_clock(middle[up], "UTC").day_of_year
    return up, _Path(day_of_year, zenith[up], azimuth[up], sky.above_air(day_of_year))


def _clear_sky(path: _Path, altitude_m: float) -> _Sky:
    parts = sky.clear_sky(path.zenith, path.extra, altitude_m, _TURBIDITY)
    return _Sky(*(np.nan_to_num(part) for part in parts))


def _clearness(location: Location, times: Times, step_s: int, rng: np.random.Generator) -> Floats:
    """Global irradiance over that of a clear sky: a Markov chain of day types and clouds within the day."""
    date = local_clock(times, location.timezone).date
    day = (date - date.min()).astype(np.int64)
    wanted = float(np.interp(abs(location.latitude), _LATITUDES, _YEAR_CLEARNESS))
    # Half of what is not clear is mixed, half overcast, so that the mean over days is as wanted.
    dull = (1.0 - wanted) / (1.0 - _DAY_MEAN[1:].mean())
    cumulative = np.cumsum([1.0 - dull, dull / 2, dull / 2])
    fresh = np.minimum(np.searchsorted(cumulative, rng.random(day.max() + 1)), 2)
    stays = rng.random(day.max() + 1) < _DAY_PERSISTENCE
    stays[0] = False
    # A day that stays has the type of the last day that did not.
    kind = fresh[np.maximum.accumulate(np.where(stays, 0, np.arange(len(stays))))][day]
    clouds = autoregressive(len(times), step_s, _CLOUD_MEMORY_S, rng)
    return np.asarray(np.clip(_DAY_MEAN[kind] + _DAY_SPREAD[kind] * clouds, 0.05, _MOST_OVER_CLEAR))


def _measured(weather: Series, times: Times, step_s: int) -> Floats:
    if weather.unit != "W/m2":
        raise InputError(
            "weather is not an irradiance", where=weather.name, found=weather.unit, expected="W/m2"
        )
    if weather.step_s != step_s:
        raise InputError(
            "weather has another step",
            where=weather.name,
            found=f"{weather.step_s} s",
            expected=f"{step_s} s",
        )
    rows = np.minimum(np.searchsorted(weather.times, times), len(weather.times) - 1)
    values = weather.values[rows]
    missing = (weather.times[rows] != times) | ~np.isfinite(values)
    if missing.any():
        raise InputError(
            "weather has no value",
            where=f"{weather.name} at {times[missing.argmax()]} UTC",
            expected=f"a value for every interval from {times[0]} to {times[-1]} UTC",
        )
    return values


def _split(ghi: Floats, path: _Path) -> _Sky:
    """Part global irradiance into beam and diffuse."""
    return _Sky(ghi, *sky.split(ghi, path.zenith, path.extra))


def _power(location: Location, solar: Solar, path: _Path, irradiance: _Sky) -> Floats:
    """AC power in kW while the sun is up."""
    turned = path.azimuth - solar.azimuth_deg
    plane = np.nan_to_num(sky.on_plane(solar.tilt_deg, turned, path.zenith, irradiance, path.extra, _ALBEDO))
    air_c = _air_temperature(location.latitude, path.day_of_year)
    return np.nan_to_num(sky.array_kw(plane, air_c, solar.peak_kw, solar.losses, _GAMMA_PER_K))


def _air_temperature(latitude: float, day_of_year: Integers) -> Floats:
    """Daytime air temperature in degC of a mean year at a latitude, warmest three weeks after midsummer."""
    mean = 28.0 - 0.3 * max(abs(latitude) - 10.0, 0.0)
    swing = 0.18 * latitude
    phase = 2 * math.pi * (day_of_year - 194) / 365.25
    return np.asarray(mean + swing * np.cos(phase))

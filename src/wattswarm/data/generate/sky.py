"""Sun, sky, tilted plane and PVWatts as formulas: those of pvlib, which takes longer to load than to use.

Only the solar position, an algorithm of a thousand lines, is pvlib's own code; its file needs nothing else.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.data.calendar import Integers
from wattswarm.data.series import Floats

_REFRACTION_AT_C, _REFRACTION_DEG, _DELTA_T_S = 12.0, 0.5667, 69.0
_SOLAR_CONSTANT = 1366.1
_LEAST_COSINE, _HIGHEST_ZENITH_DEG = 0.065, 87.0
_INVERTER, _INVERTER_REFERENCE = 0.96, 0.9637
_FAIMAN_W_PER_M2_K = 25.0 + 6.84
"""Loss of heat at a wind of 1 m/s."""


def sun_position(
    seconds: Floats, latitude_deg: float, longitude_deg: float, altitude_m: float
) -> tuple[Floats, Floats]:
    """Return zenith and azimuth of the sun, degrees, shape [n] each.

    Args:
        seconds: since 1970, UTC, shape [n].
        latitude_deg: north positive.
        longitude_deg: east positive.
        altitude_m: above the sea.

    Source:
        Reda and Andreas 2004, doi:10.1016/j.solener.2003.12.003.
    """
    zenith, _, _, _, azimuth, _ = _algorithm().solar_position(
        seconds,
        latitude_deg,
        longitude_deg,
        altitude_m,
        pressure_pa(altitude_m) / 100.0,
        _REFRACTION_AT_C,
        _DELTA_T_S,
        _REFRACTION_DEG,
    )
    return zenith, azimuth


@cache
def _algorithm() -> Any:
    package = find_spec("pvlib")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pvlib is not installed")
    spec = spec_from_file_location("wattswarm_pvlib_spa", Path(package.origin).with_name("spa.py"))
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("this pvlib has no solar position algorithm in spa.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pressure_pa(altitude_m: float) -> float:
    """Return the pressure of the air."""
    return float(100.0 * ((44331.514 - altitude_m) / 11880.516) ** (1 / 0.1902632))


def above_air(day_of_year: Integers) -> Floats:
    """Return the irradiance above the air [W/m2], by Spencer 1971."""
    day = 2.0 * np.pi / 365.0 * (day_of_year - 1)
    squared = 1.00011 + 0.034221 * np.cos(day) + 0.00128 * np.sin(day)
    return np.asarray(_SOLAR_CONSTANT * (squared + 0.000719 * np.cos(2 * day) + 7.7e-05 * np.sin(2 * day)))


def clear_sky(
    zenith_deg: Floats, extra: Floats, altitude_m: float, turbidity: float
) -> tuple[Floats, Floats, Floats]:
    """Return global, beam and diffuse irradiance of a clear sky [W/m2], by Ineichen and Perez 2002.

    Args:
        zenith_deg: of the sun, at most 90, shape [n].
        extra: irradiance above the air [W/m2], shape [n].
        altitude_m: above the sea.
        turbidity: of Linke.
    """
    cosine = np.maximum(_cos(zenith_deg), 0.0)
    # Air mass: Kasten and Young 1989, doi:10.1364/AO.28.004735.
    relative = 1.0 / (_cos(zenith_deg) + 0.50572 * (6.07995 + (90.0 - zenith_deg)) ** -1.6364)
    airmass = relative * pressure_pa(altitude_m) / 101325.0
    low, high = np.exp(-altitude_m / 8000.0), np.exp(-altitude_m / 1250.0)
    faded = np.exp(-(3.92e-05 * altitude_m + 0.0387) * airmass * (low + high * (turbidity - 1)))
    # The turbidity cancels, but not its rounding, by which plans on a tie would differ.
    level = (5.09e-05 * altitude_m + 0.868) * extra * cosine * turbidity / turbidity
    ghi = level * np.fmax(faded, 0.0)
    beam = extra * np.fmax((0.664 + 0.163 / low) * np.exp(-0.09 * airmass * (turbidity - 1)), 0.0)
    share = (1 - (0.1 - 0.2 * np.exp(-turbidity)) / (0.1 + 0.882 / low)) / cosine
    dni = np.minimum(beam, ghi * np.fmin(np.fmax(share, 0.0), 1e20))
    return ghi, dni, ghi - dni * cosine


def split(ghi: Floats, zenith_deg: Floats, extra: Floats) -> tuple[Floats, Floats]:
    """Part global irradiance into beam and diffuse [W/m2], by Erbs et al. 1982."""
    clear = np.clip(ghi / (extra * np.maximum(_cos(zenith_deg), _LEAST_COSINE)), 0.0, 1.0)
    middle = 0.9511 - 0.1604 * clear + 4.388 * clear**2 - 16.638 * clear**3 + 12.336 * clear**4
    share = np.where(clear <= 0.22, 1 - 0.09 * clear, np.where(clear <= 0.8, middle, 0.165))
    dhi = share * ghi
    dni = (ghi - dhi) / _cos(zenith_deg)
    dull = (zenith_deg > _HIGHEST_ZENITH_DEG) | (ghi < 0) | (dni < 0)
    return np.where(dull, 0.0, dni), np.where(dull, ghi, dhi)


def on_plane(
    tilt_deg: float,
    turned_deg: Floats,
    zenith_deg: Floats,
    sky: tuple[Floats, Floats, Floats],
    extra: Floats,
    albedo: float,
) -> Floats:
    """Return global irradiance on a tilted plane [W/m2], by Hay and Davies 1980.

    Args:
        tilt_deg: of the plane, 0 for level.
        turned_deg: azimuth of the sun less that of the plane, shape [n].
        zenith_deg: of the sun, shape [n].
        sky: global, beam and diffuse irradiance [W/m2], shape [n] each.
        extra: irradiance above the air [W/m2], shape [n].
        albedo: share that the ground reflects.
    """
    ghi, dni, dhi = sky
    upright = np.cos(np.radians(tilt_deg)) * _cos(zenith_deg)
    towards = np.clip(upright + np.sin(np.radians(tilt_deg)) * _sin(zenith_deg) * _cos(turned_deg), -1, 1)
    clear, ratio = dni / extra, np.maximum(towards, 0.0) / np.maximum(_cos(zenith_deg), 0.01745)
    even = np.maximum(dhi * (1 - clear) * (0.5 * (1 + np.cos(np.radians(tilt_deg)))), 0.0)
    around = np.maximum(dhi * (clear * ratio), 0.0)
    ground = ghi * albedo * (1 - np.cos(np.radians(tilt_deg))) * 0.5
    beam = np.maximum(dni * _cos(np.rad2deg(np.arccos(towards))), 0.0)
    return np.asarray(beam + (even + around + ground))


def array_kw(irradiance: Floats, air_c: Floats, peak_kw: float, losses: float, gamma_per_k: float) -> Floats:
    """Return AC power of an array and its inverter by PVWatts 5, cells as warm as Faiman 2008 has them.

    Args:
        irradiance: on the plane [W/m2], shape [n].
        air_c: temperature of the air, shape [n].
        peak_kw: DC power at 1000 W/m2 and 25 degC, and the inverter's nominal one.
        losses: share of the DC power.
        gamma_per_k: change of power with the cells' temperature.
    """
    cell_c = air_c + irradiance / _FAIMAN_W_PER_M2_K
    dc = irradiance * 0.001 * peak_kw * (1 + gamma_per_k * (cell_c - 25.0)) * (1.0 - losses)
    load = dc / peak_kw
    inverse = np.divide(0.0059, load, out=np.zeros_like(load), where=load != 0)
    ac = _INVERTER / _INVERTER_REFERENCE * (-0.0162 * load - inverse + 0.9858) * dc
    return np.asarray(np.clip(ac, 0.0, _INVERTER * peak_kw))


def _cos(degrees: Floats) -> Floats:
    return np.asarray(np.cos(np.radians(degrees)))


def _sin(degrees: Floats) -> Floats:
    return np.asarray(np.sin(np.radians(degrees)))

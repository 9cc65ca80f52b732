"""Generated solar power keeps to the sun: yield, seasons, night, symmetry about noon, clear-sky ceiling."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.generate import generate_solar
from wattswarm.data.series import Floats, Series
from wattswarm.errors import InputError
from wattswarm.site.schema import Location, Solar

AMSTERDAM = Location(latitude=52.37, longitude=4.9, timezone="Europe/Amsterdam")
PHOENIX = Location(latitude=33.45, longitude=-112.07, altitude_m=330, timezone="America/Phoenix")
ARRAY = Solar(peak_kw=1.0)


def _times(
    where: Location, days: int = 365, start: date = date(2023, 1, 1), step_s: int = 3600
) -> np.ndarray:
    return local_days(start, days, step_s, where.timezone)


def _power(
    where: Location = AMSTERDAM, array: Solar = ARRAY, seed: int = 0, times: np.ndarray | None = None
) -> Floats:
    axis = _times(where) if times is None else times
    return generate_solar(where, array, times=axis, step_s=3600, rng=np.random.default_rng(seed))


def _irradiance(times: np.ndarray, values: Floats, unit: str = "W/m2", step_s: int = 3600) -> Series:
    return Series("irradiance", unit, times, values, step_s, "UTC")


def test_yield_of_amsterdam_is_that_of_its_roofs_and_phoenix_has_far_more() -> None:
    # PVGIS 5.2 gives 900 to 1000 kWh/kWp for Amsterdam at these losses and over 1600 for Phoenix.
    amsterdam = [_power(seed=seed).sum() for seed in range(6)]
    phoenix = [_power(PHOENIX, seed=seed).sum() for seed in range(6)]
    assert all(850 < year < 1100 for year in amsterdam)
    assert 900 < np.mean(amsterdam) < 1020
    assert 1450 < np.mean(phoenix) < 1800
    assert min(phoenix) > max(amsterdam)


def test_summer_brings_more_than_winter_on_either_hemisphere() -> None:
    for where, azimuth, summer in ((AMSTERDAM, 180.0, 7), (_south(), 0.0, 1)):
        power = _power(where, Solar(peak_kw=1.0, azimuth_deg=azimuth))
        month = local_clock(_times(where), where.timezone).month
        winter = 8 - summer
        assert power[month == summer].sum() > 1.4 * power[month == winter].sum()


def _south() -> Location:
    return Location(latitude=-33.9, longitude=151.2, timezone="Australia/Sydney")


def test_night_is_exactly_zero_and_power_stays_below_the_peak() -> None:
    power = _power()
    hour = local_clock(_times(AMSTERDAM), "Europe/Amsterdam").hour
    assert (power[(hour < 4) | (hour >= 23)] == 0).all()
    assert (power >= 0).all()
    assert 0.6 < power.max() < 1.0
    assert 0.45 < (power > 0).mean() < 0.55


def test_polar_night_is_dark_all_day() -> None:
    tromso = Location(latitude=69.65, longitude=18.95, timezone="Europe/Oslo")
    assert (_power(tromso, times=_times(tromso, 10, date(2023, 12, 15))) == 0).all()
    assert _power(tromso, times=_times(tromso, 1)[:0]).shape == (0,)


def test_clear_power_facing_south_is_symmetric_about_solar_noon_and_leans_with_the_azimuth() -> None:
    where = Location(latitude=52.37, longitude=0.0, timezone="UTC")
    times = _times(where, 30, date(2023, 4, 1))
    before_noon = local_clock(times, "UTC").hour < 12
    sums = {}
    for azimuth in (90.0, 180.0, 270.0):
        clear = _brightest(where, Solar(peak_kw=1.0, azimuth_deg=azimuth), times)
        sums[azimuth] = clear[before_noon].sum() / clear.sum()
    assert sums[180.0] == pytest.approx(0.5, abs=0.03)
    assert sums[90.0] > 0.55
    assert sums[270.0] < 0.45


def _brightest(where: Location, array: Solar, times: np.ndarray) -> Floats:
    """Clear-sky power at most: the envelope of many skies."""
    return np.max([_power(where, array, seed, times) for seed in range(30)], axis=0)


def test_clouds_never_lift_power_above_the_ceiling_of_a_clear_sky() -> None:
    times = _times(AMSTERDAM, 20, date(2023, 6, 1))
    skies = np.array([_power(seed=seed, times=times) for seed in range(60)])
    day = skies.max(axis=0) > 0.2
    clear = np.quantile(skies[:, day], 0.75, axis=0)
    assert (skies[:, day] <= 1.15 * clear).all()


def test_days_differ_in_their_clouds_and_overcast_days_happen() -> None:
    by_day = _power(times=_times(AMSTERDAM, 120, date(2023, 5, 1))).reshape(120, 24).sum(axis=1)
    assert by_day.min() < 0.35 * by_day.max()
    assert np.median(by_day) > 0.4 * by_day.max()


def test_power_scales_with_the_array_and_falls_with_its_losses() -> None:
    one, ten = _power(), _power(array=Solar(peak_kw=10.0))
    np.testing.assert_allclose(ten, 10 * one, rtol=1e-9)
    assert _power(array=Solar(peak_kw=1.0, losses=0.3)).sum() < 0.85 * one.sum()


def test_a_finer_step_gives_the_same_energy() -> None:
    times = _times(AMSTERDAM, step_s=900)
    fine = generate_solar(AMSTERDAM, ARRAY, times=times, step_s=900, rng=np.random.default_rng(1))
    assert fine.sum() / 4 == pytest.approx(np.mean([_power(seed=s).sum() for s in range(4)]), rel=0.12)


def test_measured_irradiance_replaces_the_drawn_clouds() -> None:
    times = _times(AMSTERDAM, 10, date(2023, 6, 1))
    sun = np.clip(np.sin((local_clock(times, "UTC").hour - 4) * np.pi / 16), 0, None) * 800
    first, other = (
        generate_solar(
            AMSTERDAM,
            ARRAY,
            times=times[24:48],
            step_s=3600,
            rng=np.random.default_rng(seed),
            weather=_irradiance(times, sun),
        )
        for seed in (1, 2)
    )
    assert first.tobytes() == other.tobytes()
    assert 0.4 < first.max() < 0.8
    dark = generate_solar(
        AMSTERDAM,
        ARRAY,
        times=times,
        step_s=3600,
        rng=np.random.default_rng(1),
        weather=_irradiance(times, 0 * sun),
    )
    assert (dark == 0).all()


def test_weather_that_does_not_fit_is_refused() -> None:
    times = _times(AMSTERDAM, 2)
    full = np.full(len(times), 100.0)
    gap = full.copy()
    gap[5] = np.nan
    for weather, message in (
        (_irradiance(times, full, unit="kW"), "W/m2"),
        (_irradiance(times, full, step_s=900), "900 s"),
        (_irradiance(times[:-1], full[:-1]), str(times[-1])),
        (_irradiance(times, gap), str(times[5])),
    ):
        with pytest.raises(InputError, match=message):
            generate_solar(
                AMSTERDAM, ARRAY, times=times, step_s=3600, rng=np.random.default_rng(1), weather=weather
            )


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert _power(seed=1).tobytes() == _power(seed=1).tobytes()
    assert _power(seed=1).tobytes() != _power(seed=2).tobytes()


def test_a_year_of_quarter_hours_takes_below_a_second_of_a_processor() -> None:
    times = _times(AMSTERDAM, step_s=900)
    seconds = []
    for seed in range(3):
        begin = time.process_time()
        generate_solar(AMSTERDAM, ARRAY, times=times, step_s=900, rng=np.random.default_rng(seed))
        seconds.append(time.process_time() - begin)
    assert min(seconds) < 1.0

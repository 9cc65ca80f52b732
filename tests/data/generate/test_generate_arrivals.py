"""Generated sessions keep the published hours, stays and energies, fit their batteries, repeat by seed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_midnight
from wattswarm.data.generate import generate_sessions, poisson_day
from wattswarm.data.generate.statistics import QUANTILE_LEVELS, SESSION_STATISTICS, Kind
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError
from wattswarm.site.schema import Vehicle

ZONE = "Europe/Amsterdam"
FLEET = (
    Vehicle(name="small", capacity_kwh=40, ac_kw=7.4, share=1),
    Vehicle(name="large", capacity_kwh=80, target_soc=0.9, share=3),
)


def _year(kind: Kind, vehicles: tuple[Vehicle, ...] = (), seed: int = 1) -> Sessions:
    return generate_sessions(
        start=date(2023, 1, 2),
        days=364,
        timezone=ZONE,
        ports_by_station={"east": 20, "west": 30},
        kind=kind,
        per_port_per_day=1.2,
        vehicles=vehicles,
        rng=np.random.default_rng(seed),
    )


def _paper_001(**changes: object) -> Sessions:
    options: dict[str, object] = {
        "start": date(2024, 1, 1),
        "timezone": "Asia/Kolkata",
        "vehicles_count": 40,
        "days": 200,
        "rng": np.random.default_rng(3),
    }
    return poisson_day(**(options | changes))  # type: ignore[arg-type]


def _stay_h(sessions: Sessions) -> np.ndarray:
    return (sessions.departure - sessions.arrival).astype(np.int64) / 3600


@pytest.mark.parametrize("kind", ["home", "public", "workplace"])
def test_arrivals_come_at_the_wanted_rate_and_sorted(kind: Kind) -> None:
    sessions = _year(kind)
    expected = 1.2 * 50 * 364
    assert abs(len(sessions) - expected) < 4 * expected**0.5
    assert (np.diff(sessions.arrival).astype(np.int64) >= 0).all()
    assert (sessions.station == "east").mean() == pytest.approx(0.4, abs=0.015)


@pytest.mark.parametrize("kind", ["home", "public", "workplace"])
def test_hours_and_days_of_arrival_follow_the_statistics(kind: Kind) -> None:
    statistics = SESSION_STATISTICS[kind]
    clock = local_clock(_year(kind).arrival, ZONE)
    weekday = clock.weekday < 5
    by_hour = np.bincount(clock.hour[weekday].astype(int), minlength=24) / weekday.sum()
    np.testing.assert_allclose(by_hour, np.array(statistics.weekday) / 100, atol=0.012)
    by_day = np.bincount(clock.weekday, minlength=7) / len(weekday)
    np.testing.assert_allclose(by_day, np.array(statistics.days) / sum(statistics.days), atol=0.012)


@pytest.mark.parametrize("kind", ["home", "public", "workplace"])
def test_stays_and_energies_reproduce_the_tabulated_quantiles(kind: Kind) -> None:
    statistics, sessions = SESSION_STATISTICS[kind], _year(kind)
    levels = (0.2, 0.4, 0.5, 0.6, 0.8, 0.9)
    table = np.interp(levels, QUANTILE_LEVELS, statistics.connection_h)
    np.testing.assert_allclose(np.quantile(_stay_h(sessions), levels), table, rtol=0.2)
    mean_stay = np.trapezoid(statistics.connection_h, QUANTILE_LEVELS)
    mean_energy = np.trapezoid(statistics.energy_kwh, QUANTILE_LEVELS)
    assert _stay_h(sessions).mean() == pytest.approx(mean_stay, rel=0.08)
    assert sessions.energy_kwh.mean() == pytest.approx(mean_energy, rel=0.12)


def test_who_comes_home_in_the_evening_stays_the_night_and_who_comes_in_the_morning_does_not() -> None:
    sessions = _year("home")
    hour = local_clock(sessions.arrival, ZONE).hour.astype(int)
    assert np.median(_stay_h(sessions)[hour == 18]) > 11
    assert np.median(_stay_h(sessions)[hour == 9]) < 4


def test_nobody_comes_to_a_workplace_at_weekends() -> None:
    assert (local_clock(_year("workplace").arrival, ZONE).weekday < 5).all()


def test_energy_fits_into_stay_and_battery_and_state_of_charge_accounts_for_it() -> None:
    sessions = _year("home", FLEET)
    large = sessions.vehicle == "large"
    target = np.where(large, 0.9, 0.8)
    assert large.mean() == pytest.approx(0.75, abs=0.02)
    assert set(sessions.capacity_kwh[large]) == {80.0}
    assert (sessions.energy_kwh >= 0).all()
    assert (sessions.energy_kwh <= np.where(large, 11.0, 7.4) * _stay_h(sessions) + 1e-9).all()
    assert (sessions.arrival_soc >= 0.1 - 1e-9).all()
    stored = (target - sessions.arrival_soc) * sessions.capacity_kwh
    np.testing.assert_allclose(stored, 0.95 * sessions.energy_kwh, atol=1e-9)


def test_without_vehicles_nothing_is_known_of_batteries() -> None:
    sessions = _year("public")
    assert np.isnan(sessions.capacity_kwh).all()
    assert np.isnan(sessions.arrival_soc).all()
    assert set(sessions.vehicle) == {""}
    assert np.isfinite(sessions.energy_kwh).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    first, again, other = _year("public", FLEET), _year("public", FLEET), _year("public", FLEET, seed=2)
    for field in fields(Sessions)[:7]:
        assert getattr(first, field.name).tobytes() == getattr(again, field.name).tobytes()
    assert first.arrival.tobytes() != other.arrival.tobytes()
    assert first.provenance.reader == "sessions seed 1"


def test_no_ports_or_no_rate_means_no_sessions() -> None:
    for ports, rate in (({}, 1.0), ({"a": 3}, 0.0)):
        sessions = generate_sessions(
            start=date(2024, 1, 1),
            days=3,
            timezone=ZONE,
            ports_by_station=ports,
            kind="public",
            per_port_per_day=rate,
            vehicles=FLEET,
            rng=np.random.default_rng(0),
        )
        assert len(sessions) == len(sessions.station) == len(sessions.vehicle) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "airport"), ("per_port_per_day", -1.0), ("days", 0), ("timezone", "Mars")]
)
def test_bad_options_of_sessions_are_named(field: str, value: object) -> None:
    options: dict[str, object] = {
        "start": date(2024, 1, 1),
        "days": 1,
        "timezone": ZONE,
        "ports_by_station": {"a": 1},
        "kind": "home",
        "per_port_per_day": 1.0,
        "vehicles": (),
        "rng": np.random.default_rng(0),
    }
    with pytest.raises(InputError, match=field):
        generate_sessions(**(options | {field: value}))  # type: ignore[arg-type]


def test_gaps_of_paper_001_are_20_minutes_in_peak_hours_and_45_in_others() -> None:
    sessions = _paper_001(vehicles_count=10_000)
    hour = local_clock(sessions.arrival, "Asia/Kolkata").hour
    peak = ((hour >= 8) & (hour < 12)) | ((hour >= 16) & (hour < 22))
    assert peak.sum() / (200 * 10) == pytest.approx(60 / 20, rel=0.05)
    assert (~peak).sum() / (200 * 14) == pytest.approx(60 / 45, rel=0.06)


def test_paper_001_serves_the_first_vehicles_of_each_day_and_intensity_fills_the_day() -> None:
    by_day = np.unique(local_clock(_paper_001().arrival, "Asia/Kolkata").date, return_counts=True)[1]
    assert by_day.max() == 40
    assert by_day.mean() > 38
    stress = _paper_001(vehicles_count=200, intensity=6.0, days=20)
    counts = np.unique(local_clock(stress.arrival, "Asia/Kolkata").date, return_counts=True)[1]
    assert (counts == 200).all()


def test_vehicles_of_paper_001_lie_in_their_printed_ranges_and_ask_for_the_target() -> None:
    sessions = _paper_001()
    for values, low, high in (
        (_stay_h(sessions), 1.5, 4.0),
        (sessions.capacity_kwh, 40, 60),
        (sessions.arrival_soc, 0.2, 0.7),
    ):
        assert values.min() >= low - 1e-3
        assert values.max() <= high + 1e-3
        assert values.mean() == pytest.approx((low + high) / 2, rel=0.02)
    asked = (0.8 - sessions.arrival_soc) * sessions.capacity_kwh / 0.95
    np.testing.assert_allclose(sessions.energy_kwh, asked, atol=1e-12)
    above = _paper_001(target_soc=0.3)
    assert (above.energy_kwh[above.arrival_soc > 0.3] == 0).all()


def test_paper_001_keeps_to_local_days_when_the_clock_changes() -> None:
    sessions = _paper_001(start=date(2024, 10, 27), timezone=ZONE, days=1, vehicles_count=1000)
    assert sessions.arrival.min() >= local_midnight(date(2024, 10, 27), ZONE)
    assert sessions.arrival.max() < local_midnight(date(2024, 10, 28), ZONE)


def test_paper_001_repeats_by_seed_and_names_bad_options() -> None:
    again = _paper_001(rng=np.random.default_rng(3))
    assert again.energy_kwh.tobytes() == _paper_001(rng=np.random.default_rng(3)).energy_kwh.tobytes()
    with pytest.raises(InputError, match="peak_minutes"):
        _paper_001(peak_minutes=0.0)
    with pytest.raises(InputError, match="intensity"):
        _paper_001(intensity=-1.0)

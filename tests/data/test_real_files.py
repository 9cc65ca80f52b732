"""The shared real files are read whole, with their known numbers of rows, extremes and defects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wattswarm.data import examine, read_series, read_sessions
from wattswarm.errors import InputError

Shared = Callable[[str], Path]


def span(start: str, end: str) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(start, "s"), np.datetime64(end, "s")


def test_the_indian_prices_are_whole(shared: Shared) -> None:
    series = read_series(shared("iex_dam_15min_2024_2025.parquet"))
    assert (len(series.values), series.step_s, series.unit) == (70_176, 900, "INR/kWh")
    assert series.timezone == "Asia/Kolkata"
    assert np.mean(series.values == 10.0) == pytest.approx(0.139, abs=0.001)
    assert series.values.min() == pytest.approx(0.04951, abs=1e-6)


def test_the_dutch_prices_lack_two_hours_that_only_a_window_or_a_repair_passes(shared: Shared) -> None:
    path = shared("nl_dayahead_hourly_2015_2025.parquet")
    with pytest.raises(InputError, match=r"2023-12-30 23:00 UTC(.|\n)*--repair gaps.*; 1 more defect"):
        read_series(path)
    window = span("2022-01-01", "2023-01-01")
    year = read_series(path, window=window, timezone="Europe/Amsterdam")
    assert (len(year.values), year.provenance.repairs) == (8760, ())
    assert year.values.max() == pytest.approx(0.87, abs=0.01)
    repaired = read_series(path, repair=frozenset({"gaps"}))
    assert len(repaired.values) == 87_840
    assert "gaps: 2 intervals" in repaired.provenance.repairs[0]


def test_the_texan_prices_need_a_column_and_reach_the_cap_of_uri(shared: Shared) -> None:
    path = shared("ercot_dam_hourly_2021_2022.parquet")
    with pytest.raises(InputError, match="hb_north_usd_per_mwh"):
        read_series(path)
    series = read_series(path, column="hb_north_usd_per_mwh", timezone="America/Chicago")
    assert series.values.max() == pytest.approx(9.0, abs=0.01)


def test_the_californian_carbon_needs_its_unit(shared: Shared) -> None:
    path = shared("caiso_moer_15min_2019_2021.parquet")
    with pytest.raises(InputError, match="no column declares the unit"):
        read_series(path, quantity="intensity")
    series = read_series(path, quantity="intensity", column="sce", unit="kg/kWh")
    assert (series.unit, len(series.values)) == ("kg/kWh", 82_176)


def test_the_zonal_load_is_read_in_kw(shared: Shared) -> None:
    series = read_series(
        shared("pjm_zonal_load_hourly_2023_2024.parquet"), quantity="load", column="rto_rto_mw"
    )
    assert series.values.max() == pytest.approx(152_551_296, rel=1e-6)


def test_the_solar_power_has_holes_that_a_window_avoids(shared: Shared) -> None:
    path = shared("pvdaq_system50_ac_power_15min_2011_2013.parquet")
    findings = examine(path, quantity="power")
    assert sum(defect.count for defect in findings.defects) == 2910
    with pytest.raises(InputError, match="longer than the 6 h"):
        read_series(path, quantity="power", repair=frozenset({"gaps"}))
    series = read_series(path, quantity="power", window=span("2011-05-01", "2011-06-01"))
    assert len(series.values) == 31 * 96
    assert 1.0 < series.values.max() < 3.5


def test_the_inverter_that_draws_power_at_night_is_clipped_on_request(shared: Shared) -> None:
    path = shared("nrel_serf_east_pv_15min_2016.parquet")
    ask = {"column": "ac_power", "unit": "kW"}
    with pytest.raises(InputError, match="beyond the plausible range"):
        read_series(path, quantity="power", **ask)  # type: ignore[arg-type]
    series = read_series(path, quantity="power", repair=frozenset({"range"}), **ask)  # type: ignore[arg-type]
    assert series.values.min() == 0


def test_the_weather_is_read_as_irradiance(shared: Shared) -> None:
    path = shared("pvdaq_system50_nsrdb_weather_30min_2011_2013.parquet")
    series = read_series(path, quantity="irradiance", column="ghi", unit="W/m2")
    assert (len(series.values), series.values.max()) == (52_608, 1069)


@pytest.mark.parametrize("market", ["np", "pjm", "be", "fr", "de"])
def test_the_forecast_benchmarks_are_read_by_a_fixed_offset(shared: Shared, market: str) -> None:
    path = shared(f"epf_{market}_2y_actual_and_forecasts.parquet")
    unit = "USD/MWh" if market == "pjm" else "EUR/MWh"
    zone = "Etc/GMT+5" if market == "pjm" else "Etc/GMT-1"
    series = read_series(path, column="real_price", unit=unit, timezone=zone)
    assert len(series.values) == 17_472
    with pytest.raises(InputError, match="never showed this time"):
        read_series(path, column="real_price", unit=unit, timezone="Europe/Berlin")


def test_the_german_prices_are_read_by_a_fixed_offset(shared: Shared) -> None:
    series = read_series(shared("epf_de_dayahead_hourly_2012_2017.parquet"), timezone="Etc/GMT-1")
    assert len(series.values) == 52_416


def test_the_californian_sessions_are_whole(shared: Shared) -> None:
    path = shared("ev_sessions_acn_caltech_jpl_2019_2021.parquet")
    with pytest.raises(InputError, match="--repair overlaps"):
        read_sessions(path)
    sessions = read_sessions(path, repair=frozenset({"overlaps"}))
    assert (len(sessions), len(np.unique(sessions.station))) == (27_407, 107)
    assert (np.diff(sessions.arrival) >= np.timedelta64(0)).all()
    assert (sessions.departure > sessions.arrival).all()
    assert sessions.energy_kwh.min() > 0


def test_the_norwegian_sessions_lack_34_ends(shared: Shared) -> None:
    path = shared("ev_sessions_norway_residential_2018_2020.parquet")
    findings = examine(path, timezone="Europe/Oslo")
    assert sum(d.count for d in findings.defects if d.what == "departure is missing") == 34
    with pytest.raises(InputError, match="departure is missing"):
        read_sessions(path, timezone="Europe/Oslo")
    sessions = read_sessions(path, timezone="Europe/Oslo", repair=frozenset({"missing", "range"}))
    assert "missing: 34 sessions with empty cells dropped" in sessions.provenance.repairs
    assert len(sessions) == 6878 - 34 - 17


def test_the_workplace_sessions_need_a_zone(shared: Shared) -> None:
    path = shared("ev_sessions_us_workplace_2014_2015.parquet")
    with pytest.raises(InputError, match="no time zone"):
        read_sessions(path)
    sessions = read_sessions(path, timezone="America/New_York", repair=frozenset({"overlaps"}))
    assert (len(sessions), len(np.unique(sessions.station))) == (3395, 105)

"""Holes filled from the days around them, and records moved by whole years."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wattswarm.data.patch import patch, read_patched
from wattswarm.data.series import Series
from wattswarm.data.years import move_by_years
from wattswarm.errors import InputError

DAY = np.arange(24.0)


def record(start: str, values: np.ndarray) -> Series:
    times = np.datetime64(start, "s") + np.arange(len(values)) * np.timedelta64(3600, "s")
    return Series("solar power", "kW", times, values, 3600, "UTC")


def test_a_hole_takes_the_mean_of_its_hour_on_the_days_before_and_after() -> None:
    values = np.concatenate([DAY, 2 * DAY, 4 * DAY])
    holed = values.copy()
    holed[24 + 5 : 24 + 20] = np.nan
    whole = patch(record("2022-06-01", holed))
    assert whole.values[24 + 5 : 24 + 20] == pytest.approx(2.5 * DAY[5:20])
    known = np.isfinite(holed)
    np.testing.assert_array_equal(whole.values[known], values[known])
    assert whole.provenance.repairs == (
        "holes: 15 intervals filled from the same time of day on the days around them",
    )


def test_a_hole_at_the_edge_takes_the_nearest_day_that_has_the_hour() -> None:
    holed = np.concatenate([np.full(48, np.nan), 3 * DAY])
    assert patch(record("2022-06-01", holed)).values == pytest.approx(np.tile(3 * DAY, 3))


def test_a_whole_record_is_left_as_it_is() -> None:
    whole = record("2022-06-01", DAY)
    assert patch(whole) is whole


def test_a_hole_of_two_weeks_and_more_is_refused() -> None:
    holed = np.concatenate([DAY, np.full(24 * 40, np.nan), DAY])
    with pytest.raises(InputError, match="2022-06-16T00:00:00 UTC"):
        patch(record("2022-06-01", holed))


def test_moved_years_keep_dates_and_hours() -> None:
    hours = np.arange(24.0 * 731)
    moved = move_by_years(record("2012-01-01", hours), 9)
    assert (moved.start, moved.end) == (np.datetime64("2021-01-01"), np.datetime64("2023-01-01"))
    assert (np.diff(moved.times) == np.timedelta64(3600, "s")).all()
    for there, here in (("2012-02-28T13", "2021-02-28T13"), ("2012-03-01T00", "2021-03-01T00")):
        at = int((np.datetime64(there) - np.datetime64("2012-01-01T00")).astype(int))
        assert moved.values[moved.times == np.datetime64(here, "s")] == [hours[at]]
    assert moved.provenance.repairs == ("taken from 9 years earlier",)


def test_a_leap_day_that_was_not_measured_shows_the_day_before() -> None:
    moved = move_by_years(record("2023-02-01", np.arange(24.0 * 40)), 1)
    leap = moved.times.astype("datetime64[D]") == np.datetime64("2024-02-29")
    before = moved.times.astype("datetime64[D]") == np.datetime64("2024-02-28")
    assert leap.sum() == 24
    np.testing.assert_array_equal(moved.values[leap], moved.values[before])


def test_moving_there_and_back_changes_nothing_between_common_years() -> None:
    series = record("2021-03-01", np.arange(24.0 * 300))
    back = move_by_years(move_by_years(series, 1), -1)
    assert replace(back, provenance=series.provenance).values == pytest.approx(series.values)
    np.testing.assert_array_equal(back.times, series.times)


def test_the_measured_sun_is_made_whole(real_data: Path) -> None:
    sun = read_patched(real_data / "pvdaq_system50_ac_power_15min_2011_2013.parquet", timezone="UTC")
    assert len(sun.values) == 95_236
    assert np.isfinite(sun.values).all()
    assert 0 <= sun.values.min() < sun.values.max() < 3.5
    assert "holes: 2910 intervals" in sun.provenance.repairs[-1]


def test_other_defects_are_still_refused(tmp_path: Path) -> None:
    path = tmp_path / "sun.csv"
    path.write_text("time_start_utc,power_kw\n2022-06-01 00:00,1\n2022-06-01 01:00,x\n2022-06-01 02:00,2\n")
    with pytest.raises(InputError):
        read_patched(path)


def test_a_row_without_a_time_is_no_hole(tmp_path: Path) -> None:
    path = tmp_path / "sun.csv"
    path.write_text(
        "time_start_utc,power_kw\n2022-06-01 00:00,1\n,5\n2022-06-01 01:00,2\n2022-06-01 02:00,2\n"
    )
    with pytest.raises(InputError, match="time is missing"):
        read_patched(path)

"""The local clock agrees with Python's datetime on every day of 2015 to 2026, in zones of every kind."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days, local_midnight, time_axis
from wattswarm.errors import InputError

ZONES = ("Europe/Amsterdam", "America/Los_Angeles", "Asia/Kolkata")
DAYS = [date(2015, 1, 1) + timedelta(days=k) for k in range((date(2027, 1, 1) - date(2015, 1, 1)).days)]


def _by_datetime(times: np.ndarray, zone: str) -> list[datetime]:
    return [datetime.fromtimestamp(int(t), UTC).astimezone(ZoneInfo(zone)) for t in times.astype(np.int64)]


@pytest.mark.parametrize("zone", ZONES)
def test_clock_reads_as_datetime_does_every_three_hours_of_twelve_years(zone: str) -> None:
    times = time_axis(np.datetime64("2015-01-01T00:37:11"), 10_800, len(DAYS) * 8)
    clock = local_clock(times, zone)
    expected = _by_datetime(times, zone)
    assert clock.hour.tolist() == [(d.hour * 3600 + d.minute * 60 + d.second) / 3600 for d in expected]
    assert clock.weekday.tolist() == [d.weekday() for d in expected]
    assert clock.day_of_year.tolist() == [d.timetuple().tm_yday for d in expected]
    assert clock.month.tolist() == [d.month for d in expected]
    assert clock.date.tolist() == [d.date() for d in expected]


@pytest.mark.parametrize("zone", ZONES)
def test_midnight_is_where_datetime_puts_it_on_every_day_of_twelve_years(zone: str) -> None:
    for day in DAYS:
        expected = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
        assert int(local_midnight(day, zone).astype(np.int64)) == expected


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Amsterdam", "2024-03-31T01:00:00"),
        ("Europe/Amsterdam", "2024-10-27T01:00:00"),
        ("America/Los_Angeles", "2025-03-09T10:00:00"),
        ("America/Los_Angeles", "2025-11-02T09:00:00"),
    ],
)
def test_clock_changes_at_the_very_second(zone: str, change: str) -> None:
    times = np.datetime64(change, "s") + np.arange(-3, 4)
    assert local_clock(times, zone).hour.tolist() == [
        (d.hour * 3600 + d.minute * 60 + d.second) / 3600 for d in _by_datetime(times, zone)
    ]
    jump = np.diff(local_clock(times, zone).hour)[2]
    assert abs(abs(jump) - 1) < 0.01


def test_days_of_a_clock_change_have_23_and_25_hours() -> None:
    assert len(local_days(date(2024, 3, 31), 1, 3600, "Europe/Amsterdam")) == 23
    assert len(local_days(date(2024, 10, 27), 1, 3600, "Europe/Amsterdam")) == 25
    assert len(local_days(date(2024, 10, 27), 1, 3600, "Asia/Kolkata")) == 24
    assert len(local_days(date(2024, 1, 1), 366, 900, "America/Los_Angeles")) == 366 * 96


def test_a_clock_that_skips_midnight_starts_its_day_at_the_skip() -> None:
    start = local_midnight(date(2017, 10, 15), "America/Sao_Paulo")
    clock = local_clock(np.array([start - np.timedelta64(1, "s"), start]), "America/Sao_Paulo")
    assert clock.date.tolist() == [date(2017, 10, 14), date(2017, 10, 15)]


def test_order_of_times_does_not_matter() -> None:
    times = time_axis(np.datetime64("2023-01-01"), 7200, 4380)
    shuffle = np.random.default_rng(1).permutation(len(times))
    straight, shuffled = (
        local_clock(times, "Europe/Amsterdam"),
        local_clock(times[shuffle], "Europe/Amsterdam"),
    )
    np.testing.assert_array_equal(straight.hour[shuffle], shuffled.hour)
    assert local_clock(times[:0], "Europe/Amsterdam").hour.shape == (0,)


def test_a_year_of_quarter_hours_takes_below_fifty_milliseconds_of_a_processor() -> None:
    times = time_axis(np.datetime64("2023-01-01"), 900, 35_040)
    best = min(_seconds(times) for _ in range(5))
    assert best < 0.05


def _seconds(times: np.ndarray) -> float:
    begin = time.process_time()
    local_clock(times, "Europe/Amsterdam")
    return time.process_time() - begin


def test_bad_zones_and_times_are_named() -> None:
    with pytest.raises(InputError, match="Amsterdam/Europe"):
        local_midnight(date(2024, 1, 1), "Amsterdam/Europe")
    with pytest.raises(InputError, match="row 1"):
        local_clock(np.array(["2024-01-01", "NaT"], dtype="datetime64[s]"), "UTC")
    with pytest.raises(InputError, match="days"):
        local_days(date(2024, 1, 1), 0, 900, "UTC")


def test_days_may_begin_at_noon_and_keep_their_clock_over_a_change() -> None:
    times = local_days(date(2024, 3, 30), 2, 3600, "Europe/Amsterdam", 12.0)
    assert len(times) == 47
    clock = local_clock(np.array([times[0], times[-1]]), "Europe/Amsterdam")
    assert clock.hour.tolist() == [12.0, 11.0]
    assert clock.date.tolist() == [date(2024, 3, 30), date(2024, 4, 1)]

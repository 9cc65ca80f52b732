"""Local clocks: what a clock showed comes back as the instants it did so, over both jumps of the year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from wattswarm.data import read_series
from wattswarm.data.cells.clock import in_order, local_of
from wattswarm.errors import InputError

Write = Callable[..., Path]
# UTC instants at which clocks turn back or leap forward.
CHANGES = (
    ("Europe/Amsterdam", "2024-03-31T01:00"),
    ("Europe/Amsterdam", "2024-10-27T01:00"),
    ("America/New_York", "2024-03-10T07:00"),
    ("America/New_York", "2024-11-03T06:00"),
    ("America/St_Johns", "2024-11-03T04:30"),
    ("Australia/Sydney", "2024-04-06T16:00"),
    ("Asia/Kolkata", "2024-10-27T01:00"),
)


@given(
    change=st.sampled_from(CHANGES),
    lead_h=st.integers(2, 400),
    tail_h=st.integers(2, 400),
    step_min=st.sampled_from((15, 30, 60)),
    falling=st.booleans(),
)
@example(change=("Europe/Amsterdam", "2024-10-27T01:00"), lead_h=2, tail_h=2, step_min=60, falling=True)
def test_a_clock_written_down_step_by_step_is_resolved_to_the_same_instants(
    change: tuple[str, str], lead_h: int, tail_h: int, step_min: int, falling: bool
) -> None:
    zone, instant = change
    start = np.datetime64(instant, "s") - np.timedelta64(lead_h, "h")
    count = (lead_h + tail_h) * 60 // step_min
    utc = start + (np.arange(count) * step_min * 60).astype("timedelta64[s]")
    utc = utc[::-1] if falling else utc
    np.testing.assert_array_equal(in_order(local_of(utc, zone), zone)[0], utc)


def local_rows(zone: str, first_utc: str, hours: int) -> list[str]:
    start = np.datetime64(first_utc, "s")
    rows = []
    for h in range(hours):
        instant = (start + np.timedelta64(h, "h")).astype(object).replace(tzinfo=ZoneInfo("UTC"))
        rows.append(f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M},{h}")
    return rows


@pytest.mark.parametrize(
    ("zone", "before"),
    [
        ("Europe/Amsterdam", "2024-03-30T22:00"),
        ("Europe/Amsterdam", "2024-10-26T22:00"),
        ("America/New_York", "2024-03-10T04:00"),
        ("America/New_York", "2024-11-03T03:00"),
    ],
)
def test_both_jumps_are_read_without_a_gap_or_a_duplicate(write: Write, zone: str, before: str) -> None:
    path = write("time_start,price_eur_per_mwh", *local_rows(zone, before, 8))
    series = read_series(path, timezone=zone)
    assert series.start == np.datetime64(before, "s")
    np.testing.assert_allclose(series.values, np.arange(8) / 1000)


def test_a_file_with_the_latest_time_first_is_read_the_same(write: Write) -> None:
    rows = local_rows("Europe/Amsterdam", "2024-10-26T22:00", 8)
    series = read_series(write("time_start,price_eur_per_mwh", *reversed(rows)), timezone="Europe/Amsterdam")
    np.testing.assert_allclose(series.values, np.arange(8) / 1000)


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Amsterdam", "2024-03-31"), ("America/New_York", "2024-03-10")]
)
def test_an_hour_that_the_clock_skipped_is_refused_by_its_row(write: Write, zone: str, day: str) -> None:
    path = write("time_start,price_eur_per_mwh", *(f"{day} {h:02d}:00,{h}" for h in range(6)))
    with pytest.raises(
        InputError, match=rf"row 4: the clock of {zone} never showed this time(.|\n)*Etc/GMT-1"
    ):
        read_series(path, timezone=zone, repair=frozenset({"gaps", "duplicates", "missing", "range"}))


@pytest.mark.parametrize(
    ("zone", "day", "row"), [("Europe/Amsterdam", "2024-10-27", 4), ("America/New_York", "2024-11-03", 3)]
)
def test_a_repeated_hour_that_stands_once_is_a_gap_with_its_reason(
    write: Write, zone: str, day: str, row: int
) -> None:
    path = write("time_start,price_eur_per_mwh", *(f"{day} {h:02d}:00,{h}" for h in range(6)))
    with pytest.raises(InputError, match=rf"after row {row}, .*the repeated autumn hour appears only once"):
        read_series(path, timezone=zone)
    assert len(read_series(path, timezone=zone, repair=frozenset({"gaps"})).values) == 7


def test_days_of_always_24_hours_are_read_by_a_fixed_offset(write: Write) -> None:
    path = write("time_start,price_eur_per_mwh", *(f"2024-03-31 {h:02d}:00,{h}" for h in range(24)))
    assert read_series(path, timezone="Etc/GMT-1").start == np.datetime64("2024-03-30T23:00")


def test_a_skipped_hour_outside_the_window_does_not_block_it(write: Write) -> None:
    path = write("time_start,price_eur_per_mwh", *(f"2024-03-31 {h:02d}:00,{h}" for h in range(24)))
    window = (np.datetime64("2024-03-31T06:00"), np.datetime64("2024-03-31T12:00"))
    assert len(read_series(path, timezone="Europe/Amsterdam", window=window).values) == 6


def test_offsets_in_the_cells_need_no_zone_and_beat_it(write: Write) -> None:
    path = write(
        "time_start,price_eur_per_mwh",
        "2024-10-27T02:00+02:00,1",
        "2024-10-27T02:00+01:00,2",
        "2024-10-27T02:00Z,3",
    )
    series = read_series(path, timezone="Europe/Amsterdam")
    np.testing.assert_allclose(series.values, [0.001, 0.002, 0.003])
    assert series.start == np.datetime64("2024-10-27T00:00")


def test_an_unknown_zone_is_refused_with_examples(write: Write) -> None:
    path = write("time_start,price_eur_per_mwh", "2024-01-01 00:00,1", "2024-01-01 01:00,2")
    with pytest.raises(InputError, match=r"time zone is not known(.|\n)*Europe/Amsterdam"):
        read_series(path, timezone="Amsterdam")

"""Holes of a series: where they are, which may be filled linearly, and whether a span is covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.clock import local_of
from wattswarm.data.cells.numbers import UNREADABLE
from wattswarm.data.intake.defect import Defect, runs, say_duration, say_time
from wattswarm.data.intake.readings import Readings
from wattswarm.data.series import Floats, Times

LONGEST_FILL_S: Final = 6 * 3600


@dataclass(frozen=True)
class Holes:
    """The row behind each interval of a grid."""

    row_at: NDArray[np.int64]
    """Index of the row that gave it, -1 where none did, shape [n]."""
    fault: NDArray[np.int8]
    """What the row's cell was, shape [n]."""


def fill_holes(
    defects: list[Defect],
    notes: list[str],
    readings: Readings,
    times: Times,
    values: Floats,
    step_s: int,
    holes: Holes,
    repair: frozenset[str],
) -> Floats:
    """Fill holes of up to six hours linearly if the caller asked for it; name the others.

    Args:
        defects: takes what remains wrong.
        notes: takes what was repaired.
        readings: the rows, for their place in the file.
        times: the grid, shape [n].
        values: NaN in the holes, shape [n].
        step_s: length of an interval, seconds.
        holes: the row behind each interval.
        repair: names of the repairs to carry out.

    Returns:
        The values, filled where allowed, shape [n].
    """
    hole = np.isnan(values) & (holes.fault != UNREADABLE)
    filled, longest, count = values.copy(), 0, 0
    for first, last in runs(np.flatnonzero(hole)):
        length = last - first + 1
        inside = first > 0 and last < len(values) - 1
        bounded = inside and not np.isnan(values[[first - 1, last + 1]]).any()
        fillable = bounded and length * step_s <= LONGEST_FILL_S
        if fillable and "gaps" in repair:
            filled[first : last + 1] = np.interp(
                np.arange(first, last + 1), [first - 1, last + 1], values[[first - 1, last + 1]]
            )
            longest, count = max(longest, length), count + length
        else:
            defects.append(_hole_defect(readings, times, step_s, holes, first, last, fillable))
    if count:
        notes.append(
            f"gaps: {count} intervals filled linearly, at most {say_duration(longest * step_s)} in a row"
        )
    return filled


def _hole_defect(
    readings: Readings, times: Times, step_s: int, holes: Holes, first: int, last: int, fillable: bool
) -> Defect:
    length = last - first + 1
    behind = holes.row_at[first : last + 1]
    stands = behind[behind >= 0]
    if len(stands) == length:
        what = "the value is missing" if length == 1 else "values are missing"
        a, b = readings.rows[stands].min(), readings.rows[stands].max()
        place = f"{readings.row_word} {a}" if a == b else f"{readings.row_word}s {a}-{b}"
    else:
        what = "the hour is missing" if length * step_s == 3600 else "times are missing"
        before = holes.row_at[first - 1] if first > 0 else stands[0]
        place = f"after {readings.row_word} {readings.rows[before]}"
        if _is_second_pass(times[first], readings.timezone):
            what += ": the repeated autumn hour appears only once"
    span = say_time(times[first]) + (f" to {say_time(times[last])}" if length > 1 else "")
    too_long = length * step_s > LONGEST_FILL_S
    return Defect(
        what,
        f"{readings.source}, {place}, {span}",
        f"{length} missing interval{'s' if length > 1 else ''} ({say_duration(length * step_s)})",
        f"a value every {say_duration(step_s)}",
        "--repair gaps fills it linearly"
        if fillable
        else (
            "longer than the 6 h that may be filled: "
            if too_long
            else "a hole at the edge cannot be filled: "
        )
        + "complete the file, or give --window for a part without it",
        "gaps" if fillable else "",
        length,
        hole=True,
    )


def _is_second_pass(time: np.datetime64, zone: str) -> bool:
    """Whether the zone's clock showed the same reading an hour before."""
    pair = np.array([time - np.timedelta64(3600, "s"), time], dtype="datetime64[s]")
    earlier, shown = local_of(pair, zone)
    return bool(earlier == shown)


def edge_defects(
    readings: Readings, times: Times, step_s: int, window: tuple[np.datetime64, np.datetime64]
) -> list[Defect]:
    """Return the parts of a window that a grid does not cover, at its start and at its end."""
    step = np.timedelta64(step_s, "s")
    begin, end = window[0].astype("datetime64[s]"), window[1].astype("datetime64[s]")
    missing = []
    if times[0] >= begin + step:
        missing.append((begin, times[0]))
    if times[-1] + step <= end - step:
        missing.append((times[-1] + step, end))
    return [
        Defect(
            "the file does not cover the window",
            readings.source,
            f"no rows from {say_time(a)} to {say_time(b)}",
            f"rows from {say_time(begin)} to {say_time(end)}",
            "give a file that covers the window, or a narrower --window",
            count=int((b - a) / step),
        )
        for a, b in missing
    ]

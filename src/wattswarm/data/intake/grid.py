"""Rows of one quantity onto an even grid of time: spacing, duplicates, plausible range, gaps, repairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.defects import empty_defects, number_defects, row_name, run_defects, time_defects
from wattswarm.data.cells.numbers import EMPTY, OK
from wattswarm.data.intake.defect import Defect, say_duration, say_time
from wattswarm.data.intake.holes import Holes, edge_defects, fill_holes
from wattswarm.data.intake.plausible import limits, median_limit
from wattswarm.data.intake.readings import Readings
from wattswarm.data.series import Floats, Times

Window = tuple[np.datetime64, np.datetime64]

_STEADY_RUN: Final = 4
_FEW_TIMES: Final = 100
_MOST_HOLES_A_ROW: Final = 4


@dataclass
class Laid:
    """Rows on their grid, and what was found and done on the way."""

    times: Times
    """Start of each interval, UTC, shape [n]."""
    values: Floats
    """Canonical units, NaN where a hole remains, shape [n]."""
    step_s: int = 0
    """Length of an interval, seconds."""
    defects: list[Defect] = field(default_factory=list)
    """What remains wrong."""
    notes: list[str] = field(default_factory=list)
    """The repairs that changed something."""


def lay_on_grid(readings: Readings, repair: frozenset[str], window: Window | None) -> Laid:
    """Check rows and lay them on an even grid of time.

    Args:
        readings: the rows in the order of the file.
        repair: names of `REPAIRS` to carry out.
        window: first instant and end of the span to check and keep, UTC; None for all.
    """
    laid = Laid(np.empty(0, "datetime64[s]"), np.empty(0))
    if window is not None:
        readings = readings.take(_within(readings.stamps.utc, window))
    laid.defects += time_defects(readings, readings.stamps, "time")
    laid.defects += number_defects(readings, readings.values, "value")
    readings = _drop_timeless(laid, readings, repair)
    if len(readings.rows) < 2:
        found = f"{len(readings.rows)} usable rows"
        expected = (
            "at least two" if window is None else f"rows from {say_time(window[0])} to {say_time(window[1])}"
        )
        laid.defects.append(
            Defect("there are too few rows", readings.source, found, expected, "give more of the file")
        )
        return laid
    readings = _in_time_order(laid, readings)
    step_s = _spacing(laid, readings)
    if step_s == 0:
        return laid
    laid.step_s = step_s
    readings = _drop_valueless(laid, readings, repair)
    if len(readings.rows) == 0:
        laid.defects.append(Defect("no row has a value", readings.source, mend="name another column"))
        return laid
    factor = readings.unit.factor * (3600.0 / step_s if readings.unit.kind == "energy" else 1.0)
    values = _plausible(laid, readings, readings.values.values * factor, repair)
    times, values, holes = _on_grid(laid, readings, values, repair)
    if times is None:
        return laid
    laid.times, laid.values = (
        times,
        fill_holes(laid.defects, laid.notes, readings, times, values, step_s, holes, repair),
    )
    if window is not None:
        laid.defects += edge_defects(readings, laid.times, step_s, window)
    return laid


def _within(utc: Times, window: Window) -> NDArray[np.bool_]:
    """Rows of the window; a row without a time belongs where the row before it does."""
    known = ~np.isnat(utc)
    if not known.any():
        return np.ones(len(utc), dtype=np.bool_)
    latest = np.maximum.accumulate(np.where(known, np.arange(len(utc)), -1))
    latest[latest < 0] = int(np.flatnonzero(known)[0])
    about = utc[latest]
    return (about >= window[0]) & (about < window[1])


def _drop_timeless(laid: Laid, readings: Readings, repair: frozenset[str]) -> Readings:
    empty = readings.stamps.fault == EMPTY
    if "missing" not in repair:
        laid.defects += empty_defects(
            readings, readings.stamps, "time", "missing", "--repair missing drops the rows"
        )
    elif empty.any():
        laid.notes.append(f"missing: {np.count_nonzero(empty)} rows without a time dropped")
    return readings.take(readings.stamps.fault == OK)


def _drop_valueless(laid: Laid, readings: Readings, repair: frozenset[str]) -> Readings:
    valueless = readings.values.fault == EMPTY
    if "missing" not in repair or not valueless.any():
        return readings
    laid.notes.append(f"missing: {np.count_nonzero(valueless)} rows without a value dropped")
    return readings.take(~valueless)


def _in_time_order(laid: Laid, readings: Readings) -> Readings:
    utc = readings.stamps.utc
    if (np.diff(utc) >= np.timedelta64(0)).all():
        return readings
    laid.notes.append("rows put in order of time")
    return readings.take(np.argsort(utc, kind="stable"))


def _spacing(laid: Laid, readings: Readings) -> int:
    """Return the step in seconds, 0 after a defect that leaves none."""
    utc = readings.stamps.utc
    steps = np.diff(utc).astype(np.int64)
    apart = np.flatnonzero(steps > 0)
    if len(apart) == 0:
        where = row_name(readings, 0, len(utc) - 1)
        laid.defects.append(
            Defect(
                "all rows have the same time",
                where,
                say_time(utc[0]),
                "a time series",
                "name the node with --column",
            )
        )
        return 0
    lengths, counts = np.unique(steps[apart], return_counts=True)
    step_s = int(lengths[np.argmax(counts)])
    uneven = apart[(steps[apart] % step_s) != 0]
    changed = np.concatenate(([0], np.flatnonzero(np.diff(steps[apart])) + 1, [len(apart)]))
    steady = [
        (int(apart[a]), int(steps[apart[a]]))
        for a, b in pairwise(changed)
        if b - a >= _STEADY_RUN and steps[apart[a]] != step_s
    ]
    if len(uneven):
        row = int(uneven[0])
        laid.defects.append(
            Defect(
                "the spacing is uneven",
                f"{row_name(readings, row, row)}, {say_time(utc[row])}",
                f"{say_duration(float(steps[row]))} to the next row",
                f"{say_duration(step_s)}, as between most rows",
                "correct the times, or give --window for a part with one spacing",
                count=len(uneven),
            )
        )
    elif steady:
        row, other = steady[0]
        laid.defects.append(
            Defect(
                "the spacing changes",
                f"{row_name(readings, row, row)}, {say_time(utc[row])}",
                f"{say_duration(other)} here, {say_duration(step_s)} in most of the file",
                "one spacing",
                "give --window for the part with one spacing",
                count=len(steady),
            )
        )
    else:
        return step_s
    return 0


def _plausible(laid: Laid, readings: Readings, values: Floats, repair: frozenset[str]) -> Floats:
    low, high = limits(readings.quantity, readings.unit.canonical)
    unit = canonical_unit(readings)
    if readings.quantity == "price" and np.isfinite(values).any():
        typical = float(np.nanmedian(np.abs(values)))
        if typical > median_limit(unit):
            laid.defects.append(
                Defect(
                    "the prices look like prices per MWh, not per kWh",
                    f"{readings.source}, column {readings.column}",
                    f"median {typical:.4g} {unit}",
                    f"below {median_limit(unit):.4g} {unit}",
                    f"--unit {unit.replace('/kWh', '/MWh')} if that is what the file holds; rename the column"
                    " if its name says otherwise",
                )
            )
            return values
    outside = (values < low) | (values > high)
    if "range" in repair:
        if outside.any():
            laid.notes.append(
                f"range: {np.count_nonzero(outside)} values clipped to {low:.6g}..{high:.6g} {unit}"
            )
        return np.clip(values, low, high)
    laid.defects += run_defects(
        readings,
        outside,
        f"{readings.name} is beyond the plausible range",
        lambda first, _: f"{values[first]:.6g} {unit}",
        f"{low:.6g} to {high:.6g} {unit}",
        "--repair range clips it; if the unit is wrong, --unit",
        "range",
        readings.stamps.utc,
    )
    return values


def _on_grid(
    laid: Laid, readings: Readings, values: Floats, repair: frozenset[str]
) -> tuple[Times | None, Floats, Holes]:
    """Merge duplicates and place each instant on the grid; None where the file is mostly gaps."""
    utc = readings.stamps.utc
    times, first, counts = np.unique(utc, return_index=True, return_counts=True)
    group = np.repeat(np.arange(len(times)), counts)
    known = np.isfinite(values)
    sums = np.bincount(group, np.where(known, values, 0.0), len(times))
    number = np.bincount(group, known, len(times))
    means = np.divide(sums, number, out=np.full(len(times), np.nan), where=number > 0)
    single = counts == 1
    means[single] = values[first[single]]
    _duplicates(laid, readings, values, first, counts, repair)
    span = int((times[-1] - times[0]).astype(np.int64)) // laid.step_s + 1
    nothing = Holes(np.empty(0, np.int64), np.empty(0, np.int64))
    if span > _MOST_HOLES_A_ROW * len(times) + 1000:
        widest = int(np.argmax(np.diff(times)))
        laid.defects.append(
            Defect(
                "the file is mostly gaps",
                f"{row_name(readings, int(first[widest]), int(first[widest]))}, {say_time(times[widest])}",
                f"next time {say_time(times[widest + 1])}",
                f"a row every {say_duration(laid.step_s)}",
                "correct the times, or give --window for a part without holes",
            )
        )
        return None, means, nothing
    at = (times - times[0]).astype(np.int64) // laid.step_s
    grid = times[0] + (np.arange(span) * laid.step_s).astype("timedelta64[s]")
    placed = np.full(span, np.nan)
    placed[at] = means
    row_at = np.full(span, -1)
    row_at[at] = first
    return grid, placed, Holes(row_at, np.where(row_at >= 0, readings.values.fault[row_at], EMPTY))


def _duplicates(
    laid: Laid,
    readings: Readings,
    values: Floats,
    first: NDArray[np.int64],
    counts: NDArray[np.int64],
    repair: frozenset[str],
) -> None:
    if "duplicates" not in repair and np.count_nonzero(counts > 1) > max(len(counts) // 2, _FEW_TIMES):
        laid.defects.append(
            Defect(
                "most times appear more than once",
                readings.source,
                f"{counts.mean():.1f} rows a time",
                "one row a time",
                "if the file holds several nodes or zones, cut it into one file each",
                count=int(counts.sum() - len(counts)),
            )
        )
        return
    equal = conflicting = 0
    for start, count in zip(first[counts > 1], counts[counts > 1], strict=True):
        same = np.array_equal(values[start : start + count], np.full(count, values[start]), equal_nan=True)
        equal, conflicting = equal + same, conflicting + (not same)
        if "duplicates" in repair:
            continue
        copies = range(int(start), int(start + count))
        other = next((i for i in copies if values[i] != values[start]), copies[1])
        laid.defects.append(
            Defect(
                "the time appears twice with one value"
                if same
                else "the time appears twice with different values",
                f"{row_name(readings, other, other)}, {say_time(readings.stamps.utc[other])}",
                f"{readings.values.text[other]}, and {readings.values.text[int(start)]} in"
                f" {readings.row_word} {readings.rows[start]}",
                "each time once",
                "--repair duplicates keeps one" if same else "--repair duplicates takes the mean",
                "duplicates",
                int(count) - 1,
            )
        )
    if "duplicates" in repair and equal + conflicting:
        laid.notes.append(
            f"duplicates: {equal} times with equal rows kept once, {conflicting} with different rows averaged"
        )


def canonical_unit(readings: Readings) -> str:
    """Return the unit of the values on the grid: energies of an interval become mean powers."""
    return "kW" if readings.unit.kind == "energy" else readings.unit.canonical

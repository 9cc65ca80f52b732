"""What a file holds, a sentence a fact: span, step, zone, units, figures, sessions a day, stations."""

from __future__ import annotations

import numpy as np

from wattswarm.data.cells.clock import local_of
from wattswarm.data.intake.defect import say_duration, say_time
from wattswarm.data.intake.grid import Laid, canonical_unit
from wattswarm.data.intake.readings import Readings, Visits
from wattswarm.data.intake.table import Table
from wattswarm.data.series import Times


def table_facts(table: Table) -> list[str]:
    """Return container, number of rows and columns of a table."""
    shown = ", ".join(table.columns[:40]) + (", ..." if len(table.columns) > 40 else "")
    return [f"{table.container} of {len(table.rows):,} {table.row_word}s", f"columns: {shown}"]


def series_facts(readings: Readings) -> list[str]:
    """Return span, number of rows, step and zone of a series."""
    utc = readings.stamps.utc[~np.isnat(readings.stamps.utc)]
    facts = [f"clock: {readings.timezone}", *readings.notes]
    if len(utc):
        facts.insert(0, f"from {say_time(utc.min())} to {say_time(utc.max())}")
    steps = np.diff(np.unique(utc)).astype(np.int64)
    if len(steps):
        lengths, counts = np.unique(steps, return_counts=True)
        facts.insert(1, f"step {say_duration(float(lengths[np.argmax(counts)]))}")
    return facts


def column_facts(label: str, readings: Readings, laid: Laid) -> list[str]:
    """Return unit, number, least, mean and greatest of one column's values, and how many prices are negative.

    Args:
        laid: its grid, empty where the rows would not be laid on one.
    """
    unit = canonical_unit(readings)
    values = (
        laid.values if laid.step_s and len(laid.values) else readings.values.values * readings.unit.factor
    )
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return [f"{label}: no values"]
    fact = (
        f"{label}: {len(values):,} values, min {values.min():.6g}, mean {values.mean():.6g},"
        f" max {values.max():.6g} {unit} (the file's unit is {readings.unit.label})"
    )
    if readings.quantity == "price":
        fact += f", {100 * np.mean(values < 0):.2f} % negative"
    return [fact]


def sessions_facts(visits: Visits) -> list[str]:
    """Return span, zone, sessions a day, stations, users, stay and energy of a table of sessions."""
    arrival = visits.arrival.utc[~np.isnat(visits.arrival.utc)]
    if len(arrival) == 0:
        return ["no arrival can be read"]
    facts = [f"from {say_time(arrival.min())} to {say_time(arrival.max())}", f"clock: {visits.timezone}"]
    days = _local_days(arrival, visits.timezone)
    span = int(days.max() - days.min()) + 1
    busy = len(np.unique(days))
    facts.append(
        f"{len(arrival):,} sessions on {busy:,} of {span:,} days: {len(arrival) / busy:.1f} on such a day,"
        f" {np.bincount(days - days.min()).max()} on the fullest"
    )
    stations = np.unique(visits.station[visits.station != ""])
    facts.append(f"{len(stations)} stations" if len(stations) else "stations are not named")
    known = visits.user != ""
    if known.any():
        who = f"{len(np.unique(visits.user[known])):,} users"
        facts.append(who if known.all() else f"{who}, named in {known.sum():,} sessions")
    else:
        facts.append("users are not named")
    stay_h = (visits.departure.utc - visits.arrival.utc) / np.timedelta64(3600, "s")
    stay_h = stay_h[np.isfinite(stay_h)]
    if len(stay_h):
        facts.append(f"stay: median {np.median(stay_h):.2f} h, longest {stay_h.max():.1f} h")
    energy = visits.energy.values[np.isfinite(visits.energy.values)]
    if len(energy):
        facts.append(f"energy: min {energy.min():.4g}, mean {energy.mean():.4g}, max {energy.max():.4g} kWh")
    return facts


def _local_days(utc: Times, zone: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return local_of(utc, zone).astype("datetime64[D]").astype(np.int64)

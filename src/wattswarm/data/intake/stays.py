"""Rows of charging sessions checked: possible times and energies, each once, one vehicle a station."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.data.cells.defects import empty_defects, number_defects, row_name, run_defects, time_defects
from wattswarm.data.cells.numbers import EMPTY, OK
from wattswarm.data.intake.defect import Defect, say_duration, say_time
from wattswarm.data.intake.plausible import MAX_CAPACITY_KWH, MAX_SESSION_DAYS, MAX_SESSION_KWH
from wattswarm.data.intake.readings import Visits

_DROP: Final = "--repair missing drops the sessions"


@dataclass
class Checked:
    """Sessions after the checks."""

    visits: Visits
    """The sessions kept, sorted by arrival."""
    defects: list[Defect] = field(default_factory=list)
    """What remains wrong."""
    notes: list[str] = field(default_factory=list)
    """The repairs that changed something."""


def check_sessions(visits: Visits, repair: frozenset[str]) -> Checked:
    """Check rows of sessions, carry out the repairs asked for and note every defect that is left."""
    checked = Checked(_departures_after_arrivals(visits))
    _cells(checked, repair)
    _range(checked, repair)
    order = np.argsort(checked.visits.arrival.utc, kind="stable")
    checked.visits = checked.visits.take(order)
    _duplicates(checked, repair)
    _overlaps(checked, repair)
    if len(checked.visits) == 0 and not checked.defects:
        checked.defects.append(
            Defect("no sessions are left", visits.source, mend="give a file with whole sessions")
        )
    return checked


def _departures_after_arrivals(visits: Visits) -> Visits:
    """Take the second pass of the autumn clock for a departure that would else precede its arrival."""
    early, late = visits.departure.utc, visits.departure.second
    second_pass = (early <= visits.arrival.utc) & (late > visits.arrival.utc)
    return replace(visits, departure=replace(visits.departure, utc=np.where(second_pass, late, early)))


def _cells(checked: Checked, repair: frozenset[str]) -> None:
    visits = checked.visits
    usable = np.ones(len(visits), dtype=np.bool_)
    for name, column in (
        ("arrival", visits.arrival),
        ("departure", visits.departure),
        ("energy", visits.energy),
    ):
        usable &= column.fault == OK
        if "missing" not in repair:
            checked.defects += empty_defects(visits, column, name, "missing", _DROP)
    checked.defects += time_defects(visits, visits.arrival, "arrival")
    checked.defects += time_defects(visits, visits.departure, "departure")
    for name, numbers in (
        ("energy", visits.energy),
        ("arrival_soc", visits.arrival_soc),
        ("capacity", visits.capacity),
    ):
        checked.defects += number_defects(visits, numbers, name)
    empty = (
        (visits.arrival.fault == EMPTY) | (visits.departure.fault == EMPTY) | (visits.energy.fault == EMPTY)
    )
    if "missing" in repair and empty.any():
        checked.notes.append(f"missing: {np.count_nonzero(empty)} sessions with empty cells dropped")
    checked.visits = visits.take(usable)


def _range(checked: Checked, repair: frozenset[str]) -> None:
    visits = checked.visits
    stay_s = (visits.departure.utc - visits.arrival.utc).astype(np.int64)
    energy, soc, capacity = visits.energy.values, visits.arrival_soc.values, visits.capacity.values
    rules: list[tuple[str, NDArray[np.bool_], str]] = [
        ("the departure is not after the arrival", stay_s <= 0, "a departure after the arrival"),
        ("the stay is too long", stay_s > MAX_SESSION_DAYS * 86_400, f"at most {MAX_SESSION_DAYS} days"),
        (
            "the energy is beyond the plausible range",
            (energy < 0) | (energy > MAX_SESSION_KWH),
            f"0 to {MAX_SESSION_KWH:g} kWh",
        ),
        ("the state of charge is beyond its range", (soc < 0) | (soc > 1), "0 to 1"),
        (
            "the battery capacity is beyond the plausible range",
            (capacity <= 0) | (capacity > MAX_CAPACITY_KWH),
            f"above 0, at most {MAX_CAPACITY_KWH:g} kWh",
        ),
    ]
    outside = np.zeros(len(visits), dtype=np.bool_)

    def found(first: int, _: int) -> str:
        span = f"{say_time(visits.arrival.utc[first])} to {say_time(visits.departure.utc[first])}"
        return f"{span} ({say_duration(float(stay_s[first]))}), {energy[first]:g} kWh"

    for what, broken, expected in rules:
        outside |= broken
        if "range" in repair:
            continue
        mend = "--repair range drops the sessions"
        checked.defects += run_defects(visits, broken, what, found, expected, mend, "range")
    if "range" in repair and outside.any():
        checked.notes.append(
            f"range: {np.count_nonzero(outside)} sessions beyond the plausible range dropped"
        )
        checked.visits = visits.take(~outside)


def _duplicates(checked: Checked, repair: frozenset[str]) -> None:
    visits = checked.visits
    arrival, departure, energy = visits.arrival.utc, visits.departure.utc, visits.energy.values
    station = _codes(visits.station)
    named = _codes(visits.identity)
    nameless = visits.identity == ""
    content = np.lexsort((named, station, energy, departure, arrival))
    before, after = content[:-1], content[1:]
    alike = (arrival[before] == arrival[after]) & (departure[before] == departure[after])
    alike &= (
        (energy[before] == energy[after])
        & (station[before] == station[after])
        & (named[before] == named[after])
    )
    again = np.zeros(len(visits), dtype=np.bool_)
    again[after[alike]] = True
    if again.any() and "duplicates" in repair:
        checked.notes.append(f"duplicates: {np.count_nonzero(again)} sessions that stood twice kept once")
        checked.visits = visits.take(~again)
        nameless, named = nameless[~again], named[~again]
        again = again[~again]
    checked.defects += run_defects(
        checked.visits,
        again,
        "the session appears twice",
        lambda first, _: f"arrival {say_time(arrival[first])}, {energy[first]:g} kWh",
        "each session once",
        "--repair duplicates keeps one",
        "duplicates",
    )
    _clashing_numbers(checked, named, nameless | again)


def _clashing_numbers(checked: Checked, named: NDArray[np.int64], aside: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(~aside)
    order = rows[np.argsort(named[rows], kind="stable")]
    for one, other in pairwise(order):
        if named[one] == named[other]:
            visits = checked.visits
            checked.defects.append(
                Defect(
                    "two different sessions have the same number",
                    row_name(visits, int(other), int(other)),
                    f"{visits.identity[other]}, also in {visits.row_word} {visits.rows[one]}",
                    "a number for each session",
                    "delete the wrong one, or correct its number",
                )
            )


def _overlaps(checked: Checked, repair: frozenset[str]) -> None:
    visits = checked.visits
    station = _codes(visits.station)
    order = np.lexsort((visits.departure.utc, visits.arrival.utc, station))
    order = order[visits.station[order] != ""]
    if len(order) == 0:
        return
    over: list[tuple[int, int]] = []
    holder = int(order[0])
    for here in order[1:].tolist():
        same = station[here] == station[holder]
        if same and visits.arrival.utc[here] < visits.departure.utc[holder]:
            over.append((here, holder))
        if not same or visits.departure.utc[here] > visits.departure.utc[holder]:
            holder = here
    if "overlaps" in repair:
        if over:
            checked.notes.append(
                f"overlaps: {len(over)} sessions that begin before the last one at their station kept"
            )
        return
    for here, before in over:
        checked.defects.append(
            Defect(
                "the session begins before the previous one at its station ended",
                row_name(visits, here, here),
                f"{visits.station[here]}: arrival {say_time(visits.arrival.utc[here])}, taken until"
                f" {say_time(visits.departure.utc[before])} ({visits.row_word} {visits.rows[before]})",
                "one vehicle at a time on a station",
                "--repair overlaps keeps both, as for a station with several ports",
                "overlaps",
            )
        )


def _codes(labels: NDArray[np.str_]) -> NDArray[np.int64]:
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)

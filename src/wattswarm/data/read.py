"""A file to a checked series or checked sessions: recognise, read, check, repair what the caller names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from wattswarm.data.cells.clock import check_zone
from wattswarm.data.cells.units import Quantity
from wattswarm.data.intake.defect import Defect, check_repairs
from wattswarm.data.intake.grid import Window, canonical_unit, lay_on_grid
from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.stays import check_sessions
from wattswarm.data.intake.table import Table, open_table
from wattswarm.data.readers import SERIES_READERS, SESSIONS_READERS, series_reader, sessions_reader
from wattswarm.data.readers.base import Ask
from wattswarm.data.series import Provenance, Series
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError


def read_series(
    path: str | Path,
    *,
    quantity: Quantity = "price",
    column: str | None = None,
    unit: str | None = None,
    timezone: str | None = None,
    repair: frozenset[str] = frozenset(),
    window: Window | None = None,
) -> Series:
    """Read a price, power, load, carbon intensity or irradiance over time.

    Args:
        path: CSV or Parquet file in an operator's format, or any table with declared units.
        column: column of a wide table; node, zone, country or auction of a long one.
        unit: unit of the column where its name declares none.
        timezone: IANA zone of times that state no offset, and of the market or meter.
        repair: repairs to carry out, of "gaps", "duplicates", "range" and "missing"; each that changes
            something is recorded in the provenance.
        window: first instant and end, UTC: only this span is checked and kept.

    Returns:
        An even, gap-free series: prices in `<currency>/kWh`, powers and loads in kW, intensity in kg/kWh,
        irradiance in W/m2.

    Raises:
        InputError: the file has a defect that no repair named here mends; names file, row and remedy.
    """
    check_repairs(repair)
    _check_zone_and_window(timezone, window)
    return open_series(path, Ask(quantity, column, unit, timezone)).series(repair, window)


@dataclass(frozen=True, eq=False)
class SeriesFile:
    """A file of one quantity over time, opened and parsed once, from which any window can be taken."""

    table: Table
    """As in the file."""
    format: str
    """In the trade's words."""
    readings: Readings
    """Its rows of the quantity, not yet checked."""

    @cached_property
    def span(self) -> Window:
        """The first and the last instant that the file speaks of, unchecked, UTC.

        Raises:
            InputError: it holds no time that can be read.
        """
        stamps = self.readings.stamps.utc
        known = stamps[~np.isnat(stamps)]
        if not len(known):
            raise InputError("the file holds no time that can be read", where=self.table.source)
        return np.datetime64(known.min(), "s"), np.datetime64(known.max(), "s")

    def series(self, repair: frozenset[str] = frozenset(), window: Window | None = None) -> Series:
        """Return the series of a window, or of the whole file.

        Raises:
            InputError: the window has a defect that no repair named here mends.
        """
        series, defects = self.lay(repair, window)
        _refuse(defects)
        return series

    def lay(
        self, repair: frozenset[str] = frozenset(), window: Window | None = None
    ) -> tuple[Series, list[Defect]]:
        """Lay the series on its grid, NaN in holes, empty where none fits, with every defect that is left."""
        readings = self.readings
        laid = lay_on_grid(readings, repair, window)
        series = Series(
            name=readings.name,
            unit=canonical_unit(readings),
            times=laid.times,
            values=laid.values,
            step_s=laid.step_s,
            timezone=readings.timezone,
            provenance=Provenance(
                Path(self.table.source).name, self.format, self.table.sha256, (*readings.notes, *laid.notes)
            ),
        )
        return series, laid.defects


def open_series(path: str | Path, ask: Ask) -> SeriesFile:
    """Open a file of a quantity over time and parse it, unchecked.

    Raises:
        InputError: the file cannot be opened or holds no series of a known format.
    """
    _check_zone_and_window(ask.timezone, None)
    table = open_table(path)
    reader = series_reader(table)
    if reader is None:
        raise _unrecognised(table, "series", tuple(each.name for each in SERIES_READERS))
    return SeriesFile(table, reader.name, reader.read(table, ask))


def read_sessions(
    path: str | Path, *, timezone: str | None = None, repair: frozenset[str] = frozenset()
) -> Sessions:
    """Read charging sessions.

    Args:
        path: ACN-Data JSON, or a CSV or Parquet table with arrival, departure and energy.
        timezone: IANA zone of times that state no offset, and of the drivers.
        repair: repairs to carry out, of "duplicates", "range", "missing" and "overlaps"; each that changes
            something is recorded in the provenance.

    Returns:
        The sessions, sorted by arrival; energy is what the driver asked for, or what was delivered where
        there is no positive request.

    Raises:
        InputError: the file has a defect that no repair named here mends; names file, row and remedy.
    """
    check_repairs(repair)
    _check_zone_and_window(timezone, None)
    table = open_table(path)
    reader = sessions_reader(table)
    if reader is None:
        raise _unrecognised(table, "sessions", tuple(reader.name for reader in SESSIONS_READERS))
    checked = check_sessions(reader.read(table, timezone), repair)
    _refuse(checked.defects)
    visits = checked.visits
    return Sessions(
        arrival=visits.arrival.utc,
        departure=visits.departure.utc,
        energy_kwh=visits.energy.values,
        arrival_soc=visits.arrival_soc.values,
        capacity_kwh=visits.capacity.values,
        station=visits.station,
        vehicle=visits.vehicle,
        timezone=visits.timezone,
        provenance=Provenance(Path(path).name, reader.name, table.sha256, (*visits.notes, *checked.notes)),
        identity=visits.identity,
        user=visits.user,
        vehicle_id=visits.vehicle_id,
    )


def _refuse(defects: list[Defect]) -> None:
    if defects:
        raise defects[0].error(len(defects) - 1)


def _check_zone_and_window(timezone: str | None, window: Window | None) -> None:
    if timezone is not None:
        check_zone(timezone)
    if window is not None and not window[0] < window[1]:
        raise InputError(
            "the window ends before it begins",
            where="--window",
            found=f"{window[0]} to {window[1]}",
            expected="start before end, UTC",
            mend="swap them",
        )


def _unrecognised(table: Table, kind: str, known: tuple[str, ...]) -> InputError:
    return InputError(
        f"the file holds no {kind} of a format we know",
        where=table.source,
        found=f"columns {', '.join(table.columns[:40])}",
        expected="one of: " + "; ".join(known),
        mend="name the columns time_start and for instance price_eur_per_mwh"
        if kind == "series"
        else "name the columns arrival, departure and energy_kwh",
    )

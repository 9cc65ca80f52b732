"""Cells to instants: the ways operators write a time, and what is wrong with those that are not one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.data.cells.clock import EXAMPLE_ZONES, candidates, check_zone, in_order
from wattswarm.data.cells.numbers import EMPTY, OK, UNREADABLE
from wattswarm.data.series import Times
from wattswarm.errors import InputError

SKIPPED: Final = 3
UNSURE: Final = 4

DateOrder = Literal["day first", "month first"]

_PATTERN: Final = (
    r"^\s*(?:"
    r"(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y2>\d{4})"
    r"|(?:[A-Za-z]{3,9},?\s+)?(?P<d3>\d{1,2})[-\s](?P<mon>[A-Za-z]{3})[-\s](?P<y3>\d{4})"
    r")(?:[T\s]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp][Mm])?)?"
    r"\s*(?P<off>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?\s*$"
)
_MONTHS: Final = {
    name: i + 1
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}


@dataclass(frozen=True)
class ClockReadings:
    """Readings of a clock before they are instants."""

    local: Times
    """What the clock showed, datetime64[s], NaT where unreadable, shape [n]."""
    offset_s: NDArray[np.float64]
    """Seconds ahead of UTC that the cell itself states, NaN where it states none, shape [n]."""
    fault: NDArray[np.int8]
    """OK, EMPTY, UNREADABLE or UNSURE (day or month first?), shape [n]."""
    text: pl.Series
    """The cells as they stand, shape [n]."""


@dataclass(frozen=True)
class Stamps:
    """A column of instants."""

    utc: Times
    """UTC, datetime64[s], NaT where there is none, shape [n]."""
    second: Times
    """The later instant where the clock shows the reading twice, unresolved; else `utc`, shape [n]."""
    fault: NDArray[np.int8]
    """OK, EMPTY, UNREADABLE, SKIPPED (an hour the clock jumps over) or UNSURE, shape [n]."""
    text: pl.Series
    """The cells as they stand, shape [n]."""


def read_clock(column: pl.Series, order: DateOrder | None = None) -> ClockReadings:
    """Read cells as clock times.

    Args:
        column: text or temporal cells, shape [n].
        order: how dates such as 03/04/2024 are meant; None lets the column itself prove it.

    Returns:
        The readings; a zoned temporal column states its offset as zero and its instants in UTC.
    """
    if isinstance(column.dtype, pl.Datetime | pl.Date):
        return _temporal(column)
    text = column.cast(pl.String)
    part = text.str.extract_groups(_PATTERN).struct.unnest()
    short = _whole(part["a"]), _whole(part["b"])
    if order is None:
        order = _proven_order(*short)
    first_is_day = order != "month first"
    y = _first(_whole(part["y1"]), _whole(part["y2"]), _whole(part["y3"]))
    named = part["mon"].str.to_lowercase().replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    m = _first(_whole(part["m1"]), short[1] if first_is_day else short[0], _whole(named))
    d = _first(_whole(part["d1"]), short[0] if first_is_day else short[1], _whole(part["d3"]))
    seconds, sane_time = _time_of_day(part)
    sane = sane_time & (y >= 1970) & (y < 2200) & (m >= 1) & (m <= 12) & (d >= 1)
    month = np.where(sane, (y - 1970) * 12 + m - 1, 0).astype("datetime64[M]")
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    sane &= d <= length
    day = month.astype("datetime64[D]") + np.where(sane, d - 1, 0).astype("timedelta64[D]")
    local = day.astype("datetime64[s]") + np.where(sane, seconds, 0).astype("timedelta64[s]")
    empty = (text.is_null() | (text.str.strip_chars() == "")).fill_null(True).to_numpy()
    unsure = (short[0] >= 0) & (order is None)
    fault = np.select([empty, ~sane, unsure], [EMPTY, UNREADABLE, UNSURE], OK).astype(np.int8)
    local[fault != OK] = np.datetime64("NaT")
    return ClockReadings(local, _offset(part["off"]), fault, text)


def to_instants(
    clock: ClockReadings, zone: str | None, where: str, *, ordered: bool
) -> tuple[Stamps, tuple[str, ...]]:
    """Turn clock readings into UTC.

    Args:
        zone: IANA name of the clock of readings that state no offset.
        where: file and column for messages.
        ordered: whether the readings follow one another in time, which settles the repeated autumn hour.

    Returns:
        Instants, and notes for the record.

    Raises:
        InputError: readings state no offset and no zone is given.
    """
    plain = np.isnan(clock.offset_s) & (clock.fault == OK)
    utc = clock.local - np.nan_to_num(clock.offset_s).astype("timedelta64[s]")
    second, fault = utc.copy(), clock.fault.copy()
    notes: tuple[str, ...] = ()
    if plain.any():
        if zone is None:
            row = int(np.flatnonzero(plain)[0])
            raise InputError(
                "the times have no time zone",
                where=where,
                found=clock.text[row],
                expected="times with an offset such as +01:00, or the zone of the clock",
                mend=f"--timezone with an IANA name such as {EXAMPLE_ZONES}",
            )
        check_zone(zone)
        local = clock.local[plain]
        early, late = candidates(local, zone)
        if ordered:
            resolved, repeated = in_order(local, zone)
            late = resolved
        else:
            resolved, repeated = early, int(np.count_nonzero(~np.isnat(early) & (early != late)))
        utc[plain], second[plain] = resolved, late
        fault[plain] = np.where(np.isnat(resolved), SKIPPED, OK)
        if repeated:
            how = "by their order" if ordered else "as the first pass unless the departure says otherwise"
            notes = (f"{repeated} times in the repeated autumn hour of {zone} taken {how}",)
    return Stamps(utc, second, fault, clock.text), notes


def stated_zone(column: pl.Series) -> str | None:
    """Return the IANA zone that a zoned temporal column carries, None for other columns."""
    zone = column.dtype.time_zone if isinstance(column.dtype, pl.Datetime) else None
    return zone if zone and not zone.startswith(("+", "-")) else None


def _temporal(column: pl.Series) -> ClockReadings:
    zoned = isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None
    text = column.cast(pl.String)
    if zoned:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    local = column.cast(pl.Datetime("ms")).to_numpy().astype("datetime64[s]")
    nothing = np.isnat(local)
    absurd = ~nothing & ((local < np.datetime64("1970")) | (local >= np.datetime64("2200")))
    local = np.where(absurd, np.datetime64("NaT"), local)
    fault = np.select([nothing, absurd], [EMPTY, UNREADABLE], OK).astype(np.int8)
    return ClockReadings(local, np.full(len(local), 0.0 if zoned else np.nan), fault, text)


def _whole(part: pl.Series) -> NDArray[np.int64]:
    return part.cast(pl.Int64, strict=False).fill_null(-1).to_numpy().astype(np.int64)


def _first(*parts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.maximum.reduce(parts), dtype=np.int64)


def _proven_order(a: NDArray[np.int64], b: NDArray[np.int64]) -> DateOrder | None:
    """A number above 12 cannot be a month: the column proves its own order, or leaves it open."""
    if (a > 12).any():
        return "day first"
    return "month first" if (b > 12).any() else None


def _time_of_day(part: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    hour, minute, second = (np.maximum(_whole(part[name]), 0) for name in ("H", "M", "S"))
    half = part["half"].str.to_lowercase()
    am, pm = (half == "am").fill_null(False).to_numpy(), (half == "pm").fill_null(False).to_numpy()
    sane = (minute < 60) & (second < 60) & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
    sane &= ~(am | pm) | ((hour >= 1) & (hour <= 12))
    hour = np.where(am & (hour == 12), 0, np.where(pm & (hour < 12), hour + 12, hour))
    return hour * 3600 + minute * 60 + second, sane


def _offset(part: pl.Series) -> NDArray[np.float64]:
    digits = part.str.replace_all(":", "", literal=True)
    hours = digits.str.slice(1, 2).cast(pl.Float64, strict=False)
    minutes = digits.str.slice(3, 2).cast(pl.Float64, strict=False).fill_null(0.0)
    sign = pl.Series(np.where(digits.str.starts_with("-").fill_null(False).to_numpy(), -1.0, 1.0))
    stated = (sign * (hours * 3600 + minutes * 60)).to_numpy().astype(np.float64)
    zulu = part.is_in(["Z", "UTC", "GMT"]).fill_null(False).to_numpy()
    return np.where(zulu, 0.0, stated)

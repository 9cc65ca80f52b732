"""The calendar of any step, past or yet to come: hour, weekday, season and public holidays."""

from __future__ import annotations

from importlib.resources import files

import holidays
import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats, LocalTime, Series, local_clock, time_axis
from wattswarm.errors import InputError

COLUMNS = (
    "hour",
    "weekday",
    "holiday",
    "holiday tomorrow",
    "holiday yesterday",
    "season sine",
    "season cosine",
)


def almanac(series: Series, first: int, last: int, country: str | None = None) -> Floats:
    """Return the calendar of a stretch of steps.

    Args:
        series: whose grid and clock it is.
        first: step of the series, which may lie beyond its end.
        last: end of the stretch, exclusive.
        country: two letters, whose public holidays count; by default that of the series' time zone.

    Returns:
        A column for each of `COLUMNS`, shape [last - first, column].

    Raises:
        InputError: there is no calendar of holidays for the country.
    """
    start = series.start + np.timedelta64(first * series.step_s, "s")
    clock = local_clock(time_axis(start, series.step_s, last - first), series.timezone)
    days, row = np.unique(clock.date, return_inverse=True)
    public = _public_holidays(days, country_of(series.timezone) if country is None else country)
    angle = 2 * np.pi * clock.day_of_year / 365.25
    return np.column_stack([clock.hour, clock.weekday, *public.T[:, row], np.sin(angle), np.cos(angle)])


def almanac_at(series: Series, steps: NDArray[np.int64], country: str | None = None) -> Floats:
    """Return the calendar of steps in any arrangement, shape [*steps, column]; see `almanac`."""
    first, last = _range(steps)
    return almanac(series, first, last, country)[steps - first]


def clock_at(series: Series, steps: NDArray[np.int64]) -> LocalTime:
    """Return the local clock at the start of steps in any arrangement, each field of the shape of `steps`."""
    first, last = _range(steps)
    start = series.start + np.timedelta64(first * series.step_s, "s")
    clock = local_clock(time_axis(start, series.step_s, last - first), series.timezone)
    return LocalTime._make(each[steps - first] for each in clock)


def _range(steps: NDArray[np.int64]) -> tuple[int, int]:
    return (int(steps.min()), int(steps.max()) + 1) if steps.size else (0, 0)


def country_of(timezone: str) -> str:
    """Return the two letters of the country of a time zone, empty where it has none.

    Source:
        The table of zones of the IANA time-zone database.
    """
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == timezone), "")


def _public_holidays(days: np.ndarray[tuple[int], np.dtype[np.datetime64]], country: str) -> Floats:
    """Tell of each day whether it, the next and the one before are holidays, shape [day, 3]."""
    if not country or not len(days):
        return np.zeros((len(days), 3))
    years = np.unique(days.astype("datetime64[Y]")).astype(int) + 1970
    try:
        found = holidays.country_holidays(country, years=range(years[0] - 1, years[-1] + 2))
    except NotImplementedError:  # the library's word for a country that it has no calendar of
        raise InputError(
            "no calendar of public holidays is available for that country",
            where="country",
            found=country,
            expected="two letters of ISO 3166, such as IN, NL or DE",
            mend="leave it empty for none",
        ) from None
    public = np.array(sorted(found), "datetime64[D]")
    return np.column_stack([np.isin(days + shift, public) for shift in (0, 1, -1)]).astype(np.float64)

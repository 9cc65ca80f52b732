"""From the options of a command to the scenario they describe."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from wattswarm.command.site.expected import with_model
from wattswarm.command.site.options import Inputs
from wattswarm.data import Series, Sessions, local_midnight, read_series, read_sessions, series_span
from wattswarm.data.cells import Quantity
from wattswarm.errors import InputError, no_such
from wattswarm.site import Site, example_names, load_example, load_site
from wattswarm.world import HISTORY_DAYS, Scenario, build_scenario

DEFAULT_START = date(2024, 6, 3)
"""A Monday in early summer: sun, and with generated prices some negative hours."""


def find_site(name: str | None) -> Site:
    """Return the site of a file or the example of that name.

    Raises:
        InputError: there is neither, or the file has mistakes.
    """
    if name is None:
        return load_example()
    if Path(name).is_file():
        return load_site(name)
    if name in example_names():
        return load_example(name)
    raise no_such(
        "there is no such site",
        where="site",
        found=f"{name} is a folder" if Path(name).is_dir() else name,
        known=example_names(),
        also="a site file (YAML), or an example: ",
        mend=f"check the spelling; paths count from {Path.cwd()}",
    )


def read_scenario(inputs: Inputs) -> Scenario:
    """Read every file and lay it on one axis.

    Raises:
        InputError: something has to be mended first.
    """
    site = find_site(inputs.site)
    sessions = _sessions(inputs)
    start = inputs.start or _first_monday(inputs, site, sessions)
    prices = _series(inputs, inputs.prices, "price", site, start)
    scenario = build_scenario(
        site,
        start=start,
        days=inputs.days,
        seed=inputs.seed,
        prices=prices,
        sessions=sessions,
        solar=_series(inputs, inputs.solar, "power", site, start),
        load=_series(inputs, inputs.load, "power", site, start),
        carbon=_series(inputs, inputs.carbon, "intensity", site, start),
        regime=inputs.regime,
        rate=inputs.rate,
    )
    if inputs.rate is not None and scenario.site.currency == site.currency:
        raise InputError(
            "there is nothing to convert",
            where="--rate",
            found=f"site and prices are both in {site.currency}",
            expected="prices in another currency than the site's",
            mend="leave --rate out",
        )
    return scenario if inputs.forecast is None or prices is None else with_model(scenario, inputs, prices)


def first_day(inputs: Inputs) -> date:
    """Return the first day of the horizon: the one asked for, or the first Monday that fits the files."""
    site = find_site(inputs.site)
    return inputs.start or _first_monday(inputs, site, _sessions(inputs))


def _sessions(inputs: Inputs) -> Sessions | None:
    if inputs.sessions is None:
        return None
    # Stays of one plug that overlap are no obstacle: the later vehicle queues for the port.
    repair = inputs.repair & _OF_SESSIONS | {"overlaps"}
    return read_sessions(inputs.sessions, timezone=inputs.timezone, repair=repair)


_OF_SESSIONS = frozenset({"duplicates", "range", "missing", "overlaps"})
_OF_SERIES = frozenset({"gaps", "duplicates", "range", "missing"})


def _first_monday(inputs: Inputs, site: Site, sessions: Sessions | None) -> date:
    """Return the first Monday on which every file has a month behind it and the horizon before it."""
    firsts, lasts = [], []
    for path, quantity in ((inputs.prices, "price"), (inputs.solar, "power"), (inputs.load, "power")):
        if path:
            first, last = _span(inputs, path, quantity, site)
            firsts.append(first)
            lasts.append(last)
    if sessions is not None and len(sessions):
        firsts.append(sessions.arrival.min())
        lasts.append(sessions.departure.max())
    if not firsts:
        return DEFAULT_START
    ahead = np.timedelta64(HISTORY_DAYS, "D")
    horizon = np.timedelta64(inputs.days + 1, "D")
    for begin in (max(firsts) + ahead, max(firsts), firsts[0] + ahead, firsts[0]):
        day = begin.astype("datetime64[D]").astype(object) + timedelta(days=1)
        monday = day + timedelta(days=-day.weekday() % 7)
        if np.datetime64(monday) + horizon <= min(lasts) or begin in (firsts[0] + ahead, firsts[0]):
            return date(monday.year, monday.month, monday.day)
    return DEFAULT_START


def _span(inputs: Inputs, path: Path, quantity: str, site: Site) -> tuple[np.datetime64, np.datetime64]:
    if quantity == "price":
        return series_span(path, column=inputs.column, unit=inputs.unit, timezone=inputs.timezone)
    return series_span(path, quantity="power", timezone=inputs.timezone or site.location.timezone)


def _series(inputs: Inputs, path: Path | None, quantity: Quantity, site: Site, start: date) -> Series | None:
    """Read the part of a file that the horizon and its history need, or all of it if it lies elsewhere."""
    if path is None:
        return None
    is_price = quantity == "price"
    column, unit = (inputs.column, inputs.unit) if is_price else (None, None)
    first, last = series_span(path, quantity=quantity, column=column, unit=unit, timezone=inputs.timezone)
    zone = site.location.timezone
    begin = local_midnight(start - timedelta(days=HISTORY_DAYS), zone)
    end = local_midnight(start + timedelta(days=inputs.days), zone)
    # A day more on either side, for a record that lives by another clock.
    day = np.timedelta64(1, "D")
    inside = first <= local_midnight(start, zone) and end <= last
    window = (max(begin - day, first), min(end + day, max(end, last))) if inside else None
    return read_series(
        path,
        quantity=quantity,
        column=column,
        unit=unit,
        timezone=inputs.timezone,
        repair=inputs.repair & _OF_SERIES,
        window=window,
    )

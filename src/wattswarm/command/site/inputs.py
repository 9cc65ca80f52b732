"""From the options of a command to the scenario they describe."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wattswarm.command.site.checks import parse_day, parse_regime
from wattswarm.command.site.expected import with_model
from wattswarm.command.site.options import Inputs
from wattswarm.data import Series, SeriesFile, Sessions, local_midnight, open_series, read_sessions
from wattswarm.data.cells import Quantity
from wattswarm.data.readers import Ask
from wattswarm.errors import InputError, no_such
from wattswarm.site import Site, example_names, load_example, load_site
from wattswarm.world import HISTORY_DAYS, Scenario, build_scenario

if TYPE_CHECKING:
    from wattswarm.forecast import Saved

DEFAULT_START = date(2024, 6, 3)
"""A Monday in early summer: sun, and with generated prices some negative hours."""


def find_site(name: str | None) -> Site:
    """Return the site of a file or the example of that name."""
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


class Sources:
    """What the inputs name: each file is opened and parsed once, when a horizon first needs it.

    Raises:
        InputError: there is no such site, or its file has mistakes.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._site = find_site(inputs.site)
        self._repair = frozenset(inputs.repair or ())
        self._opened: dict[tuple[Path, Ask], SeriesFile] = {}

    @cached_property
    def first_day(self) -> date:
        """First day of the horizon: the one asked for, or the first Monday that fits the files."""
        return parse_day(self._inputs.start) or self._first_monday()

    def scenario(self, start: date | None = None, seed: int | None = None) -> Scenario:
        """Lay every file on one axis.

        Args:
            start: first day, None for the first day of the inputs.
            seed: of what is generated, None for that of the inputs.

        Raises:
            InputError: something has to be mended first.
        """
        inputs, site = self._inputs, self._site
        sessions, start = self._sessions, start or self.first_day
        prices = self._series("price", inputs.prices, start)
        scenario = build_scenario(
            site,
            start=start,
            days=inputs.days,
            seed=inputs.seed if seed is None else seed,
            prices=prices,
            sessions=sessions,
            solar=self._series("power", inputs.solar, start),
            load=self._series("power", inputs.load, start),
            carbon=self._series("intensity", inputs.carbon, start),
            regime=parse_regime(inputs.regime),
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
        if self._model is None or prices is None or inputs.prices is None:
            return scenario
        return with_model(scenario, self._model, prices, self._file("price", inputs.prices))

    @cached_property
    def _model(self) -> Saved | None:
        if self._inputs.forecast is None:
            return None
        from wattswarm.forecast import load_model  # no other policy needs forecasters

        return load_model(self._inputs.forecast)

    @cached_property
    def _sessions(self) -> Sessions | None:
        if self._inputs.sessions is None:
            return None
        # Stays of one plug that overlap are no obstacle: the later vehicle queues for the port.
        repair = self._repair & _OF_SESSIONS | {"overlaps"}
        return read_sessions(self._inputs.sessions, timezone=self._inputs.timezone, repair=repair)

    def _file(self, quantity: Quantity, path: Path) -> SeriesFile:
        inputs = self._inputs
        column, unit = (inputs.column, inputs.unit) if quantity == "price" else (None, None)
        ask = Ask(quantity, column, unit, inputs.timezone)
        if (path, ask) not in self._opened:
            self._opened[path, ask] = open_series(path, ask)
        return self._opened[path, ask]

    def _series(self, quantity: Quantity, path: Path | None, start: date) -> Series | None:
        """Return the part of a file that the horizon and its history need, all of it if it lies elsewhere."""
        if path is None:
            return None
        file, zone = self._file(quantity, path), self._site.location.timezone
        first, last = file.span
        begin = local_midnight(start - timedelta(days=HISTORY_DAYS), zone)
        end = local_midnight(start + timedelta(days=self._inputs.days), zone)
        # A day more on either side, for a record in another time zone.
        day = np.timedelta64(1, "D")
        inside = first <= local_midnight(start, zone) and end <= last
        window = (max(begin - day, first), min(end + day, max(end, last))) if inside else None
        return file.series(self._repair & _OF_SERIES, window)

    def _first_monday(self) -> date:
        """Return the first Monday on which every file has a month behind it and the horizon before it."""
        inputs, sessions = self._inputs, self._sessions
        named: tuple[tuple[Quantity, Path | None], ...] = (
            ("price", inputs.prices),
            ("power", inputs.solar),
            ("power", inputs.load),
        )
        spans = [self._file(quantity, path).span for quantity, path in named if path]
        if sessions is not None and len(sessions):
            spans.append((sessions.arrival.min(), sessions.departure.max()))
        if not spans:
            return DEFAULT_START
        firsts, lasts = zip(*spans, strict=True)
        ahead = np.timedelta64(HISTORY_DAYS, "D")
        horizon = np.timedelta64(inputs.days + 1, "D")
        for begin in (max(firsts) + ahead, max(firsts), firsts[0] + ahead, firsts[0]):
            day = begin.astype("datetime64[D]").astype(object) + timedelta(days=1)
            monday = day + timedelta(days=-day.weekday() % 7)
            if np.datetime64(monday) + horizon <= min(lasts) or begin in (firsts[0] + ahead, firsts[0]):
                return date(monday.year, monday.month, monday.day)
        return DEFAULT_START


_OF_SESSIONS = frozenset({"duplicates", "range", "missing", "overlaps"})
_OF_SERIES = frozenset({"gaps", "duplicates", "range", "missing"})


def read_scenario(inputs: Inputs) -> Scenario:
    """Return the scenario of the first horizon."""
    return Sources(inputs).scenario()

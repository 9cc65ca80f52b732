"""What is asked of which market, and of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from wattswarm.errors import no_such

NAIVE = ("persistence", "naive-day", "naive-week", "weekday-rule")
"""Forecasters that learn nothing."""
TREES, NETS = ("boosting", "boosting-l1"), ("mlp", "lstm", "bilstm", "transformer")
"""Kinds of which the one that errs least in validation is averaged with that of the other kind."""


@dataclass(frozen=True)
class Market:
    """A price record, cut by time."""

    name: str
    file: str
    zone: str
    """Its clock; local days begin by it."""
    per: float
    """Units that are told, for one of the record."""
    unit: str
    train_until: date
    """First day that the first training does not see; validation goes from here to the test."""
    test_from: date
    """First day that is judged."""
    train_from: date | None = None
    """First day that is learned from, None for the first of the record."""
    test_until: date | None = None
    """Day after the last that is judged, None for the end of the record."""
    column: str | None = None
    """Of the file, None for its only price."""


@dataclass(frozen=True)
class Entry:
    """A forecaster in a table."""

    model: str
    refit_days: int = 0
    """Days from one training to the next, 0 to train once."""
    choices: tuple[Mapping[str, Any], ...] = ({},)
    """Settings of which those that err least in validation are taken."""
    seeds: int = 1
    """Trainings, each judged by itself."""


@dataclass(frozen=True)
class Comparison:
    """A table: what is asked of which market, and of whom."""

    market: Market
    ask: str
    """One of `one step`, `24 h path`, `day ahead`."""
    entries: tuple[Entry, ...]

    @property
    def folder(self) -> str:
        return f"{self.market.name} {self.ask}".lower().replace(" ", "-")


IEX = Market(
    "IEX",
    "iex_dam_15min_2024_2025.parquet",
    "Asia/Kolkata",
    1.0,
    "INR/kWh",
    date(2025, 4, 1),
    date(2025, 7, 1),
)
NL = Market(
    "Netherlands",
    "nl_dayahead_hourly_2015_2025.parquet",
    "Europe/Amsterdam",
    1000.0,
    "EUR/MWh",
    date(2023, 10, 1),
    date(2024, 1, 1),
    train_from=date(2019, 1, 1),
    test_until=date(2025, 1, 1),
)
ERCOT = Market(
    "ERCOT hubs",
    "ercot_dam_hourly_2021_2022.parquet",
    "America/Chicago",
    1000.0,
    "USD/MWh",
    date(2022, 4, 1),
    date(2022, 7, 1),
    column="hb_hubavg_usd_per_mwh",
)

_TREES: tuple[Mapping[str, Any], ...] = ({}, {"trees": 800, "rate": 0.03, "leaves": 31})
_LASSO: tuple[Mapping[str, Any], ...] = ({}, {"noise": 0.1})
_DAY_AHEAD = (
    *(Entry(name) for name in NAIVE),
    Entry("arima"),
    Entry("lear", 7, _LASSO),
    Entry("boosting", 56, _TREES),
    Entry("boosting-l1", 56, _TREES),
)
_MANY = {"epochs": 120, "patience": 20, "batch": 32}
"""A day is one window: of so few a net needs many epochs."""
_LARGE = {**_MANY, "units": 64, "look_back": 96, "dropout": 0.3}
_NETS_DAY_AHEAD = tuple(Entry(name, 0, (_MANY, _LARGE), seeds=2) for name in NETS)
_FEW = {"epochs": 5, "look_back": 24}
"""Every quarter-hour is a window: of so many few epochs do."""
_NETS_ONE_STEP = tuple(Entry(name, 0, (_FEW,), seeds=2) for name in NETS)

COMPARISONS = (
    Comparison(
        IEX,
        "one step",
        (
            *(Entry(name) for name in NAIVE[:3]),
            Entry("arima"),
            Entry("lear", 7, _LASSO),
            Entry("boosting", 56, _TREES),
            Entry("boosting-l1", 56, _TREES),
            *_NETS_ONE_STEP,
        ),
    ),
    Comparison(
        IEX,
        "24 h path",
        (
            *(Entry(name) for name in NAIVE[:3]),
            Entry("arima"),
            Entry("lear", 0, ({"most": 3000},)),
            Entry("boosting"),
        ),
    ),
    Comparison(IEX, "day ahead", (*_DAY_AHEAD, *_NETS_DAY_AHEAD)),
    Comparison(NL, "day ahead", (*_DAY_AHEAD, _NETS_DAY_AHEAD[0])),
    Comparison(ERCOT, "day ahead", (*_DAY_AHEAD, _NETS_DAY_AHEAD[0])),
)


def chosen_comparisons(names: Sequence[str]) -> tuple[Comparison, ...]:
    """Return the comparisons of those names, such as `iex-one-step`; all where there are none."""
    known = {each.folder: each for each in COMPARISONS}
    for name in names:
        if name not in known:
            raise no_such("there is no such comparison", where="--only", found=name, known=known)
    return tuple(each for each in COMPARISONS if not names or each.folder in names)


def small(comparison: Comparison) -> Comparison:
    """Return the comparison among a few quick models, to see that it works."""
    settings: dict[str, Mapping[str, Any]] = {
        "lear": {"windows": (56,), "most": 500},
        "boosting": {"trees": 40, "most": 20_000},
        "boosting-l1": {"trees": 40, "most": 20_000},
    }
    names = [each.model for each in comparison.entries]
    kept = [each for each in names if each in settings or each.startswith(("naive", "persistence"))]
    return replace(comparison, entries=tuple(Entry(name, choices=(settings.get(name, {}),)) for name in kept))

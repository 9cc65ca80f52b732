"""Where and when the fleet is studied: its size and weights, records of price and load, nights by role.

| | |
|---|---|
| prices | generated, time-of-use-like; with `--data` Dutch ones until 2024, in EUR, a year later |
| load | generated, households |
| history | of both from 2021 on, for forecasters |
| training | February 2024 to March 2025 |
| validation | April to June 2025 |
| test | July to December 2025 |
| vehicles | drawn anew for every night; the same for every policy |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from wattswarm.data import Series, move_by_years, read_series
from wattswarm.evaluate import END, FIRST
from wattswarm.market import Regime
from wattswarm.papers.experiment import record_file
from wattswarm.tasks.fleet import (
    FLEET_VEHICLES,
    USUAL_WEIGHTS,
    Weights,
    fleet_load,
    fleet_prices,
    fleet_scenario,
)
from wattswarm.world import Scenario

PRICES = "nl_dayahead_hourly_2015_2025.parquet"
HISTORY = date(2021, 1, 1)
"""When the records begin."""


@dataclass(frozen=True, eq=False)
class Records:
    """What is recorded."""

    prices: Series
    load: Series
    """Of one household [kW]."""


@dataclass(frozen=True)
class Place:
    """One case of the fleet."""

    count: int = FLEET_VEHICLES
    weights: Weights = USUAL_WEIGHTS

    @property
    def regime(self) -> Regime:
        """What is known of prices when."""
        return Regime.RT

    @property
    def fleet(self) -> str:
        """Name of the fleet and of what it knows, in files."""
        return f"{self.count}"

    @property
    def name(self) -> str:
        return f"{self.fleet}-{self.weights.name}"

    def day(self, day: date, records: Records) -> Scenario:
        """Lay out the night that begins on a date, from noon to noon."""
        return fleet_scenario(
            self.count,
            start=day,
            prices=records.prices,
            load=records.load,
            weights=self.weights,
            regime=self.regime,
        )


@dataclass(frozen=True)
class PublishedPlace(Place):
    """A case of the fleet by the exchange's own rule: tomorrow's prices are published at 13:00."""

    @property
    def regime(self) -> Regime:
        return Regime.DAM

    @property
    def fleet(self) -> str:
        return f"{self.count}-published"


def weighing(difference: float) -> Weights:
    """Return the usual weights with another price of the peak-valley difference [currency/kW]."""
    return replace(USUAL_WEIGHTS, difference=difference)


@lru_cache(maxsize=2)
def records(data: Path | None) -> Records:
    """Return the records of the study, generated where no folder is given."""
    load = _household()
    if data is None:
        return Records(fleet_prices(HISTORY, (END - HISTORY).days), load)
    # Two hours of the record are missing, each between two that are there.
    market = move_by_years(read_series(record_file(data, PRICES), repair=frozenset({"gaps"})), 1)
    inside = (market.times >= np.datetime64(HISTORY)) & (market.times < np.datetime64(END))
    return Records(replace(market, times=market.times[inside], values=market.values[inside]), load)


def _household() -> Series:
    """Return the load of one household; that of the nights does not depend on how much history there is."""
    before = fleet_load(HISTORY, (FIRST - HISTORY).days, seed=1)
    since = fleet_load(FIRST, (END - FIRST).days)
    times = np.concatenate([before.times, since.times])
    values = np.concatenate([before.values, since.values])
    return replace(since, times=times, values=values)

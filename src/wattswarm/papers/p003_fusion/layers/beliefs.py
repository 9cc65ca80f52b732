"""The forecast layer of the study: what is believed of price, load and arrivals, from the past alone.

Models are fitted anew at the start of every month on all that was recorded before it, as an operator would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm.data import local_clock
from wattswarm.errors import no_such
from wattswarm.forecast import forecaster_names
from wattswarm.outlook import (
    Climatology,
    Forecasted,
    Foresight,
    WithArrivals,
    beliefs_of,
    believing,
    with_forecasts,
    with_load_forecasts,
)
from wattswarm.papers.p001_station.problem import PERFECT, USUAL, PriceModels
from wattswarm.papers.p003_fusion.layers.places import HISTORY, Records
from wattswarm.world import Scenario


class Monthly(PriceModels):
    """A record and the models that were fitted on it month by month."""

    def learned(self, day: date) -> tuple[date, date]:
        """Return from when to when a model learns that may forecast a day: until its month begins."""
        return HISTORY, day.replace(day=1)


@dataclass(frozen=True, eq=False)
class Layer:
    """Forecasters of price and load, fitted when first asked for and kept as files."""

    prices: Monthly
    load: Monthly
    """The same of one household's load."""

    def believing(self, scenario: Scenario, belief: str) -> Scenario:
        """Return a night with what is believed of its hours ahead laid beside it."""
        if belief == USUAL:
            return scenario
        if belief == PERFECT:
            return _with_truth(scenario)
        if belief not in forecaster_names():
            known = (USUAL, PERFECT, *forecaster_names())
            raise no_such("there is no such belief", where="belief", found=belief, known=known)
        day = evening(scenario)
        priced = with_forecasts(scenario, self.prices.model(belief, day), self.prices.record)
        return with_load_forecasts(priced, self.load.model(belief, day), self.load.record)

    def is_fitted(self, belief: str, day: date) -> bool:
        """Return whether the files of all models that forecast a night are there, if any do."""
        if belief not in forecaster_names():
            return True
        return self.prices.is_fitted(belief, day) and self.load.is_fitted(belief, day)

    def fit(self, belief: str, day: date) -> None:
        """Fit the models that forecast a night, if any do, so that their files are there."""
        if belief in forecaster_names():
            self.prices.model(belief, day)
            self.load.model(belief, day)


def layer(records: Records, folder: Path | None, quick: bool) -> Layer:
    folders = (None, None) if folder is None else (folder / "price", folder / "load")
    return Layer(Monthly(records.prices, folders[0], quick), Monthly(records.load, folders[1], quick))


def foresight(belief: str) -> Foresight:
    """Return what planners look ahead by, where a night carries such a belief; arrivals are as last night."""
    return WithArrivals(Climatology() if belief == USUAL else Forecasted(belief))


def at_noon(scenario: Scenario) -> Scenario:
    """Return the night as forecast at its first step, for plans that are made once."""
    believed = beliefs_of(scenario)
    if believed.prices is None or believed.load is None or believed.arrivals is None:
        raise ValueError("the night carries no forecasts")  # the caller lays them beside it
    steps = scenario.steps
    market = np.concatenate([scenario.market[:1], believed.prices[0]])[:steps]
    base = np.concatenate([scenario.base_kw[:1], believed.load[0]])[:steps]
    schedule = replace(scenario.schedule, stays=believed.arrivals)
    return believing(replace(scenario, market=market, base_kw=base, schedule=schedule), arrivals=None)


def evening(scenario: Scenario) -> date:
    """Return the local date on which a night begins."""
    found: date = local_clock(scenario.times[:1], scenario.site.location.timezone).date[0].astype(date)
    return found


def _with_truth(scenario: Scenario) -> Scenario:
    """Return the night with forecasts that come true; what lies behind its end is as its last hour."""
    later = np.minimum(np.arange(scenario.steps)[:, None] + np.arange(1, 25), scenario.steps - 1)
    return believing(
        scenario, prices=scenario.market[later], load=scenario.base_kw[later], ahead_fill="forecast"
    )

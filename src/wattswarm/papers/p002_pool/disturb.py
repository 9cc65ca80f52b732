"""Months as they might have been: prices in another order of days, demand and sun of another spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from wattswarm.data import Floats, Integers, Times, local_clock
from wattswarm.world import Scenario

SPREADS = (0.5, 1.0, 1.5, 2.0)
"""Factors on the spread of demand and sun that the robustness runs of paper 002 take."""
_SPREAD = ("solar_kw", "urgent_kwh", "regular_kwh")


def shuffled_days(scenario: Scenario, rng: np.random.Generator) -> Scenario:
    """Return a scenario whose prices come in another order of days, the same within each day.

    Days of a clock change keep their place.

    Returns:
        The scenario; sun, demand and history stay where they are.
    """
    date = local_clock(scenario.times, scenario.site.location.timezone).date
    first = np.flatnonzero(np.r_[True, date[1:] != date[:-1]])
    lengths = np.diff(np.r_[first, scenario.steps])
    usual = int(np.bincount(lengths).argmax())
    days = first[lengths == usual, None] + np.arange(usual)
    market = scenario.market.copy()
    market[days] = scenario.market[rng.permutation(days)]
    return replace(scenario, market=market, notes=(*scenario.notes, "prices: whole days in a drawn order"))


def spread(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario whose demand and sun differ `factor` times as much from their hour's mean.

    Args:
        factor: 1 changes nothing, 0 leaves the mean of each hour.

    Returns:
        The scenario; what would be negative is 0, so that a large factor raises the mean a little. History is
        spread about the same means.
    """
    step = scenario.times[1] - scenario.times[0]
    back = 0 if scenario.history is None else len(scenario.history.market)
    earlier = scenario.times[0] + np.arange(-back, 0) * step
    now, before = _time_of_day(scenario, scenario.times), _time_of_day(scenario, earlier)
    means = {name: _mean_by_time(getattr(scenario, name), now) for name in _SPREAD}

    def spread_out(source: object, at: Integers) -> dict[str, Floats]:
        return {
            name: np.maximum(mean[at] + factor * (getattr(source, name) - mean[at]), 0.0)
            for name, mean in means.items()
        }

    history = scenario.history
    if history is not None:
        history = replace(history, **spread_out(history, before))
    note = f"demand and sun: {factor:g} times their deviation from the hour's mean"
    changes: dict[str, Any] = {**spread_out(scenario, now), "notes": (*scenario.notes, note)}
    return replace(scenario, history=history, **changes)


def _time_of_day(scenario: Scenario, times: Times) -> Integers:
    clock = local_clock(times, scenario.site.location.timezone)
    return np.rint(clock.hour / scenario.arrays.dt_h).astype(np.int64)


def _mean_by_time(values: Floats, at: Integers) -> Floats:
    """Return the mean at each step of the day, shape [step of the day, ...]."""
    total = np.zeros((at.max() + 1, values.shape[1]))
    np.add.at(total, at, values)
    return np.asarray(total / np.maximum(np.bincount(at), 1)[:, None])

"""What learners and rules are told beside the state: the hour, quantiles of known prices, the hours ahead."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float
from numpy.typing import NDArray

from wattswarm.data import Floats, local_clock
from wattswarm.market import import_price
from wattswarm.outlook.ahead import believed_ahead, forecast_ahead, known_ahead, sun_ahead
from wattswarm.outlook.beliefs import beliefs_of, no_forecasts
from wattswarm.world import Scenario, Timeline, View, exogenous_columns, pack


class Hints(NamedTuple):
    """What is told at the start of a step; no stage of the step reads it."""

    hour_sin: Float[Array, ""]
    hour_cos: Float[Array, ""]
    price_low: Float[Array, ""]
    """30 % quantile of the import prices known at this step."""
    price_high: Float[Array, ""]
    """70 % quantile of the import prices known at this step."""
    price_ahead: Float[Array, " ahead"]
    """Mean import price of each block of `Beliefs.ahead_h` as far as known, the rest by `ahead_fill`."""
    net_ahead_kw: Float[Array, " ahead"]
    """Load and demand less sun expected in each of these blocks; empty unless `Beliefs.expects_load`."""
    signal_ahead: Float[Array, " signal"]
    """Inner price of this step and those after, as advice has it; empty without advice."""
    planned_kw: Float[Array, " signal"]
    """Net import of this step and those after, as advice has it; empty without advice."""
    advised_kw: Float[Array, " advised"]
    """What advice would have each battery draw in this step; empty without advice."""
    advised_kwh: Float[Array, " advised"]
    """What each battery would hold before this step had the advice been followed; empty without advice."""


def hints_of(view: View) -> Hints:
    """Return what a compiled policy is told beside its view.

    Raises:
        TypeError: nobody told it.
    """
    if not isinstance(view.told, Hints):
        raise TypeError("the view carries no Hints; make its timeline by `outlook.hinted_timeline`")
    return view.told


def hinted_timeline(scenario: Scenario, dtype: DTypeLike = np.float64) -> Timeline:
    """Return what happens in each step and what is told of it, packed."""
    return pack({**exogenous_columns(scenario), **hint_columns(scenario)}, dtype, Hints)


def hint_columns(scenario: Scenario) -> dict[str, NDArray[np.float64]]:
    """Return every field of `Hints` over time, shape [step, ...]."""
    price, advice = scenario.import_price, beliefs_of(scenario).advice
    angle = 2 * np.pi * local_clock(scenario.times, scenario.site.location.timezone).hour / 24.0
    low, high = _known_quantiles(price, scenario.known_until, round(24.0 / scenario.arrays.dt_h))
    nothing = np.empty((scenario.steps, 0))
    return {
        "hour_sin": np.sin(angle),
        "hour_cos": np.cos(angle),
        "price_low": low,
        "price_high": high,
        "price_ahead": _price_ahead(scenario, price),
        "net_ahead_kw": _net_ahead(scenario),
        "signal_ahead": nothing if advice is None else advice.signal,
        "planned_kw": nothing if advice is None else advice.net_kw,
        "advised_kw": nothing if advice is None else advice.power_kw,
        "advised_kwh": nothing if advice is None else advice.energy_kwh,
    }


def _known_quantiles(price: Floats, known: NDArray[np.int64], day: int) -> tuple[Floats, Floats]:
    """Return the 30 % and 70 % quantiles of the latest day of prices known at each step."""
    steps = len(price)
    width = min(day, steps)
    last = np.minimum(np.minimum(np.arange(steps) + day, known), steps)
    first = np.clip(last - width, 0, steps - width)
    windows = np.lib.stride_tricks.sliding_window_view(price, width)
    low, high = np.quantile(windows, [0.3, 0.7], axis=1)
    early = np.flatnonzero(last < width)
    low, high = low[first], high[first]
    for step in early:
        low[step], high[step] = np.quantile(price[: last[step]], [0.3, 0.7])
    return low, high


def _price_ahead(scenario: Scenario, price: Floats) -> Floats:
    """Return the price of each block ahead, filled as the beliefs say, shape [step, block]."""
    beliefs, tariff = beliefs_of(scenario), scenario.site.tariff
    known, step_h, bounds = scenario.known_until, scenario.arrays.dt_h, beliefs.ahead_h
    if beliefs.ahead_fill == "now":
        return known_ahead(price, known, step_h, bounds)
    if beliefs.ahead_fill == "forecast":
        if beliefs.prices is None:
            raise no_forecasts(f"{scenario.site.name}, {scenario.times[0]}Z")
        return forecast_ahead(price, import_price(beliefs.prices, tariff), known, step_h, bounds)
    past = np.empty(0) if scenario.history is None else scenario.history.market
    return believed_ahead(price, import_price(past, tariff), known, step_h, bounds)


def _net_ahead(scenario: Scenario) -> Floats:
    """Return what load and demand less sun are usually in each block ahead, as they differ now [kW]."""
    beliefs = beliefs_of(scenario)
    if not beliefs.expects_load:
        return np.empty((scenario.steps, 0))
    step_h, bounds, nothing = scenario.arrays.dt_h, beliefs.ahead_h, np.arange(scenario.steps) + 1
    known = scenario.with_history
    past = len(known["market"]) - scenario.steps
    demand = [known["urgent_kwh"] / step_h, known["regular_kwh"] / step_h]
    if beliefs.load is None:
        demand.append(known["base_kw"])
    net = -sun_ahead(known["solar_kw"][past:].sum(1), known["solar_kw"][:past].sum(1), step_h, bounds)
    for values in np.concatenate(demand, axis=1).T:
        net += np.maximum(believed_ahead(values[past:], values[:past], nothing, step_h, bounds), 0.0)
    if beliefs.load is not None:
        told = beliefs.load.sum(axis=2)
        net += forecast_ahead(scenario.base_kw.sum(axis=1), told, nothing, step_h, bounds)
    return net

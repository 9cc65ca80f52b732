"""What one policy comes to on one day: money, energy, targets, and the transformer against its limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from wattswarm.control import Run
from wattswarm.outlook import beliefs_of
from wattswarm.world import Scenario

_NEAR_H = 4.0
_MET_KWH = 1e-3
"""Energy that may be missing from a target that counts as met; single precision rounds at 1e-5."""


@dataclass(frozen=True)
class Day:
    """A day of one policy."""

    profit: float
    """Negative of all costs, fines included [INR]."""
    cost: float
    """Bought minus sold energy [INR]."""
    charged_kwh: float
    """Into vehicles, at the grid side."""
    given_kwh: float
    """Out of vehicles, at the grid side."""
    departures: int
    met: int
    """Of these, how many with their target."""
    short_kwh: float
    """Missing at departure, all together."""
    peak_kw: float
    """Largest power through the transformer, in or out."""
    limit_kw: float
    decided_s: float = 0.0
    """Processor time of a day's decisions, of compiled policies with the world [s]; NaN where it was not
    measured."""
    forecast_s: float = 0.0
    """Processor time of forecasting its prices [s]."""
    rmse: float = math.nan
    """Of the prices expected of the next 4 hours, NaN where none are forecast [INR/kWh]."""


def day_of(run: Run, *, decided_s: float | None = None, forecast_s: float = 0.0) -> Day:
    """Return what a run of a day comes to.

    Args:
        decided_s: processor time of its decisions where the run does not know it [s].
        forecast_s: processor time of forecasting its prices [s].
    """
    flows, stays, hours = run.flows, run.scenario.stays, run.scenario.arrays.dt_h
    missing = flows.shortfall_kwh[stays.end - 1, stays.port]
    bought, sold = (
        float(np.sum(each, dtype=np.float64)) for each in (flows.money.import_cost, flows.money.export_income)
    )
    return Day(
        profit=run.profit,
        cost=bought - sold,
        charged_kwh=float(flows.dispatch.charge_kw.sum() * hours),
        given_kwh=float(flows.dispatch.discharge_kw.sum() * hours),
        departures=len(stays),
        met=int((missing <= _MET_KWH).sum()),
        short_kwh=float(flows.shortfall_kwh.sum()),
        peak_kw=float(np.abs(flows.limit_kw[:, -1]).max()),
        limit_kw=float(run.scenario.arrays.import_limit_kw[-1]),
        decided_s=run.seconds if decided_s is None else decided_s,
        forecast_s=forecast_s,
        rmse=_error(run.scenario),
    )


def _error(scenario: Scenario) -> float:
    """Return the root mean squared error of the prices that a day's forecasts expect within 4 hours."""
    expected = beliefs_of(scenario).prices
    if expected is None:
        return math.nan
    steps = scenario.known_until[:, None] + np.arange(round(_NEAR_H / scenario.arrays.dt_h))
    inside = steps < scenario.steps
    truth = scenario.market[np.minimum(steps, scenario.steps - 1)]
    missed = (expected[:, : steps.shape[1]] - truth)[inside]
    return float(np.sqrt(np.mean(missed**2))) if missed.size else math.nan


def profits(days: Sequence[Day]) -> Float[np.ndarray, " day"]:
    """Return the profit of each day [INR]."""
    return np.array([day.profit for day in days])


def share_met(days: Sequence[Day]) -> float:
    """Return the share of departures with their target met, 0 to 1."""
    return sum(day.met for day in days) / max(sum(day.departures for day in days), 1)

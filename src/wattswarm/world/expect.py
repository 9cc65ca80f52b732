"""Forecasts of a model laid beside a scenario, for planners and tasks alike: the state (18)-(20) of 001."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.errors import InputError
from wattswarm.forecast.forecaster import Model
from wattswarm.forecast.record import Record
from wattswarm.world.scenario import Scenario


def with_forecasts(scenario: Scenario, model: Model, record: Record) -> Scenario:
    """Return the scenario with what a model expects of its prices at each step.

    Every forecast begins at the first step whose price is not known then, so the same model serves every
    regime of information: with day-ahead prices it forecasts the first day that is not published. What the
    task's prices ahead show, and what `plan.foresight.Forecasted` believes, are these forecasts.

    Args:
        scenario: days to be played.
        model: trained on what came before them, at best for a day from any origin.
        record: the prices of these days and of those before them.

    Returns:
        The scenario; its prices ahead are filled by the forecasts.

    Raises:
        InputError: the record is not of the scenario's prices, or reaches back too little for the model.
    """
    at = _first_step(scenario, record)
    origins, which = np.unique(at + scenario.known_until, return_inverse=True)
    expected = model.predict(record, origins).mean[which]
    source = f"Prices not yet published are expected by {model.name}."
    return replace(scenario, expected=expected, ahead_fill="forecast", sources=(*scenario.sources, source))


def _first_step(scenario: Scenario, record: Record) -> int:
    """Return the step of the record at which the scenario begins."""
    target = record.target
    at = int((scenario.times[0] - target.start) / np.timedelta64(target.step_s, "s"))
    here = slice(at, at + scenario.steps)
    same_steps = target.step_s == round(3600.0 * scenario.arrays.dt_h) and at >= 0
    if not same_steps or not np.array_equal(target.times[here], scenario.times):
        raise InputError(
            "the record does not cover the scenario",
            where=target.name,
            found=f"{target.start} to {target.end}, steps of {target.step_s} s",
            expected=f"{scenario.times[0]} to {scenario.times[-1]}, steps of {scenario.arrays.dt_h:g} h",
            mend="give the record that the scenario's prices were taken from",
        )
    if target.currency != scenario.site.currency or not np.allclose(target.values[here], scenario.market):
        raise InputError(
            "the record is of other prices than the scenario's",
            where=target.name,
            found=f"{target.unit}, mean {target.values[here].mean():.4g} over these days",
            expected=f"{scenario.site.currency}/kWh, mean {scenario.market.mean():.4g}",
            mend="give the record that the scenario's prices were taken from",
        )
    return at

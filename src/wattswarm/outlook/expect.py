"""Forecasts of a model laid beside a scenario, for planners and tasks alike: the state (18)-(20) of 001."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.data import local_clock
from wattswarm.errors import InputError
from wattswarm.forecast import Ask, Model, Record
from wattswarm.market import Regime
from wattswarm.outlook.beliefs import believing
from wattswarm.world import Scenario, moved_by

PLANNED_H = 24.0
"""Hours that a planner looks ahead, which a forecast has to reach."""


def with_forecasts(scenario: Scenario, model: Model, record: Record) -> Scenario:
    """Return the scenario with what a model expects of its prices at each step.

    Every forecast begins at the first step whose price is not known then, so the same model serves every
    regime of information: with day-ahead prices it forecasts the first day that is not published. What
    the task's prices ahead show, and what `outlook.foresight.Forecasted` believes, are these forecasts. A
    record in hours serves a site in quarter-hours: each hour's forecast holds for its quarters.

    Args:
        model: trained on what came before them, at best for a day from any origin.
        record: the prices of these days and of those before them, as the scenario was built from.

    Returns:
        The scenario; its prices ahead are filled by the forecasts.

    Raises:
        InputError: the record is not of the scenario's prices, its steps do not hold whole steps of the site,
            or it reaches back too little for the model.
    """
    held = _steps_held(scenario, record)
    unknown = _first_step(scenario, record) + scenario.known_until
    begun = -(-unknown // held)
    origins, which = np.unique(begun, return_inverse=True)
    mean = model.predict(record, origins).mean[which]
    # A step of the record that is under way is known.
    ahead = (unknown[:, None] + np.arange(held * mean.shape[1])) // held - begun[:, None]
    told = np.take_along_axis(mean, np.maximum(ahead, 0), axis=1)
    expected = np.where(ahead < 0, record.target.values[begun - 1][:, None], told)
    source = f"Prices not yet published are expected by {model.name}."
    sourced = replace(scenario, sources=(*scenario.sources, source))
    return believing(sourced, prices=expected, prices_by=model.name, ahead_fill="forecast")


def with_load_forecasts(scenario: Scenario, model: Model, record: Record) -> Scenario:
    """Return the scenario with what a model expects of its load at each step.

    The load of a step is known in it, so every forecast begins at the step after. What the task's load ahead
    shows, and what `outlook.foresight.Forecasted` believes, are these forecasts.

    Args:
        model: trained on what came before them, at best for a day from any origin.
        record: the load of these days and of those before them, in any unit of load: of one household for a
            site of many.

    Raises:
        InputError: the record is not of the scenario's load, its steps are others, or it reaches back too
            little for the model.
    """
    total = scenario.base_kw.sum(axis=1)
    step_s = round(3600.0 * scenario.arrays.dt_h)
    first = int((scenario.times[0] - record.target.start) / np.timedelta64(step_s, "s"))
    here = first + np.arange(scenario.steps)
    inside = record.target.step_s == step_s and first >= 0 and here[-1] < record.steps
    seen = record.target.values[here] if inside else np.zeros_like(total)
    factor = total.sum() / seen.sum() if seen.sum() else 0.0
    if not inside or not np.allclose(seen * factor, total, rtol=1e-6):
        raise InputError(
            "the record is of another load than the scenario's",
            where=record.target.name,
            found=f"{record.target.start} to {record.target.end}, steps of {record.target.step_s / 60:g} min",
            expected=f"the load of {scenario.times[0]} on, steps of {step_s / 60:g} min",
            mend="give the record that the scenario's load was taken from",
        )
    told = np.maximum(model.predict(record, here + 1).mean * factor, 0.0)
    share = scenario.base_kw.sum(axis=0) / total.sum()
    source = f"Load to come is expected by {model.name}."
    return believing(
        replace(scenario, sources=(*scenario.sources, source)),
        load=told[:, :, None] * share,
        load_by=model.name,
        expects_load=True,
    )


def refuse_unfit(scenario: Scenario, ask: Ask, record: Record) -> None:
    """Refuse a model that does not answer what a planner of a scenario asks.

    Args:
        ask: what the model learned to answer.
        record: the scenario's prices.

    Raises:
        InputError: it forecasts less than a day, or from midnights where forecasts are due at other times.
    """
    reach_h = ask.steps * record.target.step_s / 3600.0
    if reach_h < PLANNED_H:
        raise InputError(
            "the model does not forecast far enough to plan by",
            where="--forecast",
            found=f"{reach_h:g} h ({ask.name})",
            expected=f"{PLANNED_H:g} h",
            mend="train one with --ask day-ahead or --ask path",
        )
    if not ask.daily:
        return
    if scenario.regime is Regime.RT:
        raise InputError(
            "the model forecasts whole days from midnight, but the regime asks for forecasts from every step",
            where="--forecast",
            found=f"{ask.name}, with prices known as {scenario.regime.value}",
            expected="a model of paths from any hour",
            mend="train one with --ask path, or choose --regime DAM or GATE",
        )
    zone, step_s = record.target.timezone, round(3600.0 * scenario.arrays.dt_h)
    unknown = np.unique(_first_step(scenario, record) + scenario.known_until)
    hours = local_clock(record.target.start + unknown * np.timedelta64(step_s, "s"), zone).hour
    if (hours != 0.0).any():
        raise InputError(
            "the site's days do not begin at midnight in the time zone that the model was trained in",
            where="--forecast",
            found=f"{hours[hours != 0.0][0]:g} h in {zone}",
            expected=f"midnight; the site uses {scenario.site.location.timezone}",
            mend=f"train one with --timezone {scenario.site.location.timezone}, or with --ask path",
        )


def _steps_held(scenario: Scenario, record: Record) -> int:
    """Return how many steps of the scenario lie in one of the record."""
    step_s, target = round(3600.0 * scenario.arrays.dt_h), record.target
    if target.step_s % step_s:
        raise InputError(
            "the steps of the record are finer than the site's",
            where=target.name,
            found=f"steps of {target.step_s / 60:g} min",
            expected=f"steps of {step_s / 60:g} min, or of several of them",
            mend=f"set step_minutes of the site to {target.step_s / 60:g}, or train on longer steps",
        )
    return target.step_s // step_s


def _first_step(scenario: Scenario, record: Record) -> int:
    """Return how many steps of the scenario lie between the record's start and the scenario's."""
    target, held = record.target, _steps_held(scenario, record)
    step_s = target.step_s // held
    moved = moved_by(target, scenario.times, step_s, scenario.site.location.timezone, [])
    at = int((scenario.times[0] + moved - target.start) / np.timedelta64(step_s, "s"))
    here = (at + np.arange(scenario.steps)) // held
    same = target.currency == scenario.site.currency
    if not same or not np.allclose(target.values[here], scenario.market):
        raise InputError(
            "the record is of other prices than the scenario's",
            where=target.name,
            found=f"{target.unit}, mean {target.values[here].mean():.4g} over these days",
            expected=f"{scenario.site.currency}/kWh, mean {scenario.market.mean():.4g}",
            mend="give the record that the scenario's prices were taken from",
        )
    return at

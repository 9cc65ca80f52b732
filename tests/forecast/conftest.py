"""What tests of forecasters share: small records with a daily and weekly pattern, and the test for leaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.data.calendar import local_clock, time_axis
from wattswarm.data.series import Floats, Series
from wattswarm.forecast.ask import Ask
from wattswarm.forecast.contract import Forecaster, Model
from wattswarm.forecast.record import Covariate, Record


def hourly(
    days: int = 60, *, noise: float = 0.3, timezone: str = "Asia/Kolkata", step_s: int = 3600
) -> Record:
    """Return a price with a morning and an evening peak, a dear weekday and autocorrelated noise, INR/kWh."""
    steps = days * 86_400 // step_s
    times = time_axis(np.datetime64("2024-12-31T18:30:00"), step_s, steps)
    clock = local_clock(times, timezone)
    shape = 4 + np.sin(clock.hour * np.pi / 12) + 0.7 * np.cos(clock.hour * np.pi / 6)
    shocks = np.random.default_rng(1).normal(0, noise, steps)
    wander = np.zeros(steps)
    for step in range(1, steps):
        wander[step] = 0.8 * wander[step - 1] + shocks[step]
    values = shape + 0.8 * (clock.weekday < 5) + wander
    return Record(Series("price", "INR/kWh", times, values, step_s, timezone))


def with_columns(record: Record, late: int = 6) -> Record:
    """Add a load that is known late and a forecast of sun that is known beforehand."""
    generator = np.random.default_rng(2)
    load = record.target.values * 10 + generator.normal(0, 1, record.steps)
    sun = generator.uniform(0, 1, record.steps)
    target = replace(record.target, values=record.target.values - sun)
    return Record(target, (Covariate("load", load, "afterwards", late), Covariate("sun", sun, "beforehand")))


def assert_no_leak(
    forecaster: Forecaster, record: Record, ask: Ask, *, truth: Record | None = None, share: float = 0.7
) -> Model:
    """Assert that what is not known at an origin changes no forecast from it by one bit.

    It learns from the first part of the record. Then, origin by origin, all that is not known there is
    perturbed and permuted: the forecast stays the same to the bit, so its skill does too.

    Args:
        forecaster: under test.
        record: with the columns as the forecaster is told that they are known.
        ask: what is asked.
        truth: with the columns as they are really known, where that differs.
        share: of the record to learn from.

    Returns:
        The model, for further assertions.
    """
    end = int(share * record.steps)
    model = forecaster.fit(record.until(end), ask)
    again = forecaster.fit(unknown_changed(record, truth or record, end, ask.steps, "noise").until(end), ask)
    origins = ask.origins(record, end)
    picked = origins[[0, len(origins) // 2, -1]]
    _assert_same(model, again, record, picked[:1])
    for origin in picked:
        at = np.asarray([origin])
        honest = model.predict(record, at)
        assert honest.mean.shape == (1, ask.steps)
        assert np.isfinite(honest.mean).all()
        for way in ("noise", "permuted"):
            changed = unknown_changed(record, truth or record, int(origin), ask.steps, way)
            later = model.predict(changed, at)
            np.testing.assert_array_equal(honest.mean, later.mean, err_msg=f"{forecaster.name} looks ahead")
            if honest.quantiles is not None and later.quantiles is not None:
                np.testing.assert_array_equal(honest.quantiles, later.quantiles)
    return model


def unknown_changed(record: Record, truth: Record, origin: int, steps: int, way: str) -> Record:
    """Return a record with all that is not known at an origin perturbed or permuted.

    Args:
        record: to change.
        truth: its columns as they are really known.
        origin: first unknown step.
        steps: forecast from it.
        way: `noise` or `permuted`.
    """
    target = replace(record.target, values=_changed(record.target.values, origin, way))
    covariates = tuple(
        replace(each, values=_changed(each.values, _first_unknown(true, origin, steps), way))
        for each, true in zip(record.covariates, truth.covariates, strict=True)
    )
    return Record(target, covariates)


def _first_unknown(column: Covariate, origin: int, steps: int) -> int:
    return origin + steps if column.known == "beforehand" else max(0, origin - column.late)


def _changed(values: Floats, first: int, way: str) -> Floats:
    generator = np.random.default_rng(7)
    later = values[first:]
    shaken = (
        generator.permutation(later) if way == "permuted" else later + generator.normal(50, 99, later.shape)
    )
    return np.concatenate([values[:first], shaken])


def _assert_same(one: Model, other: Model, record: Record, origins: np.ndarray) -> None:
    np.testing.assert_array_equal(one.predict(record, origins).mean, other.predict(record, origins).mean)

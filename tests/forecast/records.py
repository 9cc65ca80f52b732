"""Small records with a daily and weekly pattern, for tests of forecasters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.data.calendar import local_clock, time_axis
from wattswarm.data.series import Series
from wattswarm.forecast.record import Beside, Record


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
    return Record(target, (Beside("load", load, "afterwards", late), Beside("sun", sun, "beforehand")))

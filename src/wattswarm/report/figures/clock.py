"""The part of the horizon that figures over time show, and its axis in local time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib.dates as dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from wattswarm.data import Floats
from wattswarm.report.comparison import Comparison

MOST_DAYS = 7
"""Longer horizons are shown by the days around the highest import without flexibility."""


def window(comparison: Comparison) -> slice:
    """Return the steps that figures over time show: at most a week around the baseline's highest import."""
    scenario = comparison.scenario
    day = round(24.0 / scenario.arrays.dt_h)
    length = MOST_DAYS * day
    if scenario.steps <= length:
        return slice(0, scenario.steps)
    run = next(run for run in comparison.runs if run.policy == comparison.baseline)
    middle = int(np.argmax(run.flows.import_kw)) // day
    first = min(max((middle - MOST_DAYS // 2) * day, 0), scenario.steps - length)
    return slice(first, first + length)


def window_note(comparison: Comparison) -> str:
    """Return a sentence on what is left out of figures over time, empty where nothing is."""
    shown = window(comparison)
    if shown.stop - shown.start == comparison.scenario.steps:
        return ""
    return f" Shown are the {MOST_DAYS} days around the highest import without flexibility."


def step_borders(comparison: Comparison) -> Floats:
    """Return the borders of the shown steps as date numbers, shape [shown + 1]."""
    scenario, shown = comparison.scenario, window(comparison)
    starts = np.asarray(dates.date2num(scenario.times[shown]), np.float64)  # type: ignore[no-untyped-call]  # untyped there
    return np.append(starts, starts[-1] + scenario.arrays.dt_h / 24.0)


def draw_steps(axes: Axes, values: Floats, borders: Floats, *, fill: bool = False, **look: Any) -> None:
    """Draw a value a step, as a line or filled to 0; as one patch its extent would be sought arc by arc."""
    ends = np.append(values, values[-1:])
    if fill:
        axes.fill_between(borders, ends, step="post", **look)
    else:
        axes.step(borders, ends, where="post", **look)


def local_axis(axes: Axes, comparison: Comparison) -> None:
    """Put days, or hours of short horizons, of the site's local time on the horizontal axis."""
    borders = step_borders(comparison)
    zone = ZoneInfo(comparison.scenario.site.location.timezone)
    axes.set_xlim(borders[0], borders[-1])
    if borders[-1] - borders[0] > 2.5:
        axes.xaxis.set_major_locator(dates.DayLocator(tz=zone))  # type: ignore[no-untyped-call]  # untyped there
    else:
        axes.xaxis.set_major_locator(dates.HourLocator((0, 6, 12, 18), tz=zone))  # type: ignore[no-untyped-call]  # untyped there

    def show(position: float, _: int | None = None) -> str:
        moment: datetime = dates.num2date(position, tz=zone)  # type: ignore[no-untyped-call]  # untyped there
        day = f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[moment.weekday()]} {moment.day}"
        return day if moment.hour == 0 else f"{moment:%H:%M}"

    axes.xaxis.set_major_formatter(FuncFormatter(show))

"""Figures of a backtest: errors by lead or hour, a week of forecasts with bands, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import matplotlib.dates as dates
import numpy as np

from wattswarm.data import Floats, local_clock
from wattswarm.forecast import LEVELS, Record
from wattswarm.forecast.backtest import ScoredModel, apart
from wattswarm.report.figures.chart import INK, PLAIN, POLICY_COLOURS, Chart, figure, plain_text, style

_SHOWN = len(POLICY_COLOURS)
"""Models in a figure; the table holds all."""


def draw_forecasts(rows: Sequence[ScoredModel], record: Record) -> list[Chart]:
    """Draw every figure of a backtest.

    Args:
        rows: from the best model to the worst.

    Returns:
        Charts in the order of reading.
    """
    with style():
        return [_errors(rows, record), _week(rows[0], record), _calibration(rows, record)]


def _errors(rows: Sequence[ScoredModel], record: Record) -> Chart:
    drawing = figure(3.0)
    axes = drawing.add_subplot()
    one_step = len(rows[0].mae_by_lead) == 1
    for row, colour in zip(rows, POLICY_COLOURS, strict=False):
        if one_step:
            x, y = _by_hour(row, record)
        else:
            y = row.mae_by_lead
            x = (np.arange(len(y)) + 1) * record.target.step_s / 3600
        axes.plot(x, y, color=colour, linewidth=1.4, label=plain_text(row.result.model))
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("hour of the local day" if one_step else "hours ahead")
    axes.set_ylabel(f"mean absolute error [{record.target.unit}]")
    axes.legend(ncols=2)
    caption = (
        f"Mean absolute error over the test stretch of the {min(len(rows), _SHOWN)} models that err least. "
        "A line that rises tells how far ahead a model is worth asking."
    )
    return Chart("errors", "Errors", caption, drawing)


def _week(row: ScoredModel, record: Record) -> Chart:
    """Draw the last seven days of the test."""
    result = row.result
    made = result.forecast
    assert made.quantiles is not None  # calibrated
    chosen = apart(result)
    chosen = chosen[made.origins[chosen] >= made.origins[-1] - 6 * record.day]
    at = (made.origins[chosen, None] + np.arange(made.mean.shape[1])).ravel()
    bands = made.quantiles[chosen].reshape(-1, len(LEVELS))
    when = dates.date2num(record.times[at])  # type: ignore[no-untyped-call]  # untyped there
    drawing = figure(3.0)
    axes = drawing.add_subplot()
    colour = POLICY_COLOURS[0]
    axes.fill_between(when, bands[:, 0], bands[:, 4], color=colour, alpha=0.2, linewidth=0, label="90 %")
    axes.fill_between(when, bands[:, 1], bands[:, 3], color=colour, alpha=0.35, linewidth=0, label="50 %")
    mean = made.mean[chosen].ravel()
    axes.plot(when, mean, color=colour, linewidth=1.2, label=plain_text(result.model))
    axes.plot(when, result.truth[chosen].ravel(), color=INK, linewidth=1.0, label="what came")
    zone = ZoneInfo(record.target.timezone)
    axes.xaxis.set_major_locator(dates.DayLocator(tz=zone))  # type: ignore[no-untyped-call]  # untyped there
    axes.xaxis.set_major_formatter(dates.DateFormatter("%d %b", tz=zone))  # type: ignore[no-untyped-call]  # untyped there
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_ylabel(f"{record.target.name} [{record.target.unit}]")
    axes.legend(ncols=4, fontsize=7.5)
    caption = (
        f"The last week of the test, forecast by {result.model}: the mean, the bands that should hold 50 and "
        "90 % of what comes, and what came. Local time."
    )
    return Chart("week", "A week of forecasts", caption, drawing)


def _calibration(rows: Sequence[ScoredModel], record: Record) -> Chart:
    drawing = figure(3.2)
    axes = drawing.add_subplot()
    axes.plot([0, 100], [0, 100], color=PLAIN, linewidth=0.8)
    for row, colour in zip(rows, POLICY_COLOURS, strict=False):
        quantiles = row.result.forecast.quantiles
        assert quantiles is not None  # calibrated
        below = 100 * (row.result.truth[..., None] <= quantiles).mean(axis=(0, 1))
        axes.plot(100 * np.asarray(LEVELS), below, color=colour, marker="o", markersize=3.5,
                  linewidth=1.2, label=plain_text(row.result.model))  # fmt: skip
    axes.set_xlabel("quantile [%]")
    axes.set_ylabel("of what came lies below it [%]")
    axes.legend(ncols=2)
    caption = (
        f"Of {record.target.name}s that came, the share below each forecast quantile. On the straight line a "
        "model is as sure as it should be."
    )
    return Chart("calibration", "Are the bands honest?", caption, drawing)


def _by_hour(row: ScoredModel, record: Record) -> tuple[Floats, Floats]:
    hour = local_clock(record.times[row.result.forecast.origins], record.target.timezone).hour
    hours, group = np.unique(hour, return_inverse=True)
    error = np.abs(row.result.truth - row.result.forecast.mean)[:, 0]
    return hours, np.asarray(np.bincount(group, error) / np.bincount(group))

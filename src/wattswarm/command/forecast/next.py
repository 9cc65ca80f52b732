"""`wattswarm forecast FILE --apply FOLDER`: what a kept model expects after the end of a record."""

from __future__ import annotations

import json as json_text
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from wattswarm.command.forecast.options import Order
from wattswarm.command.forecast.order import check_order, open_file
from wattswarm.data import local_clock
from wattswarm.errors import InputError
from wattswarm.files import write_files
from wattswarm.forecast import LEVELS, Forecast, Record, Saved, load_model
from wattswarm.forecast.backtest import widen
from wattswarm.runtime import prepare, versions
from wattswarm.terminal import busy, say

_SHOWN = 24
"""Rows that people read; of more steps, evenly many."""


def forecast_next(order: Order, json: bool, console: Console, command: Sequence[str]) -> None:
    """Forecast the steps after the end of a record by a model that was kept, without training.

    Args:
        order: what the user asked for, `apply` among it.
        json: whether to print the result as JSON on standard output.

    Raises:
        InputError: something has to be mended first; nothing was written then.
    """
    assert order.apply is not None  # the caller asked for it
    check_order(order)
    prepare(double=False)
    with busy(console, "reading"):
        saved = load_model(order.apply)
        file = open_file(order)
        series = file.series(frozenset(order.repair or ()))
        record = saved.record_of(series, file)
    table = _steps(record, next_forecast(saved, record))
    told: dict[str, Any] = {
        "model": saved.model.name,
        "learned_from": saved.card["series"],
        "series": {"source": series.provenance.source, "unit": series.unit, "end": str(series.end)},
        "ask": saved.card["ask"],
        "steps": table.to_dicts(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["wattswarm", *command]),
        "versions": versions(),
    }
    text = json_text.dumps(told, indent=2, default=str) + "\n"
    csv = table.write_csv(float_precision=6, datetime_format="%Y-%m-%dT%H:%M:%SZ").encode()
    paths = write_files(order.out, {"next.csv": csv, "next.json": text.encode()})
    if json:
        print(text, end="")
    _show(saved, record, table, console)
    say(console, f"written: {paths[0]}")


def next_forecast(saved: Saved, record: Record) -> Forecast:
    """Forecast from the end of a record, with the bands that were kept with the model.

    Returns:
        One path; without quantiles where the model was never calibrated.

    Raises:
        InputError: the record is too short, or ends within a day where whole days are forecast.
    """
    target = record.target
    hour = float(local_clock(np.asarray([target.end]), target.timezone).hour[0])
    if saved.ask.daily and hour != 0.0:
        raise InputError(
            "the model forecasts whole days from midnight, but the record ends within a day",
            where=f"{target.provenance.source}, {target.end} UTC",
            found=f"{hour:g} h in {target.timezone}",
            expected="a record that ends at midnight",
            mend="give the whole of the last day or nothing of it, or train a model with --ask path",
        )
    forecast = saved.model.predict(record, np.asarray([record.steps], np.int64))
    return forecast if saved.margins is None else widen(record, forecast, saved.margins)


def _steps(record: Record, forecast: Forecast) -> pl.DataFrame:
    """Return a row a step: when it begins, what is expected, and the quantiles where there are any."""
    target, steps = record.target, forecast.mean.shape[1]
    times = target.end + np.arange(steps) * np.timedelta64(target.step_s, "s")
    columns = {"time_start_utc": times.astype("datetime64[ms]"), "mean": forecast.mean[0]}
    if forecast.quantiles is not None:
        for at, level in enumerate(LEVELS):
            columns[f"q{100 * level:02.0f}"] = forecast.quantiles[0, :, at]
    return pl.DataFrame(columns)


def _show(saved: Saved, record: Record, steps: pl.DataFrame, console: Console) -> None:
    target = record.target
    end = saved.card["series"]["end"]
    say(
        console,
        f"{target.name} [{target.unit}] from {target.end}Z on, by {saved.model.name} (learned until {end}Z)",
        style="bold",
    )
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for name in steps.columns:
        table.add_column(name.replace("time_start_utc", "from, UTC"), justify="right", no_wrap=True)
    for row in steps.gather_every(-(-len(steps) // _SHOWN)).iter_rows():
        table.add_row(row[0].strftime("%Y-%m-%d %H:%M"), *(f"{value:.4g}" for value in row[1:]))
    console.print(table)

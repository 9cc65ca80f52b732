"""`wattswarm forecast`: models side by side on days they never saw, and the best of them for use."""

from __future__ import annotations

import json as json_text
import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wattswarm.command.forecast.options import Order
from wattswarm.command.forecast.order import allowance, check_order, chosen_models, lay_out
from wattswarm.files import write_files
from wattswarm.forecast import FILE, Ask, Forecaster, Record, forecaster, packed
from wattswarm.forecast.backtest import (
    Result,
    ScoredModel,
    Span,
    backtest,
    forecasts_csv,
    judge,
    latest_margins,
    local_day,
    mean_of,
    summary,
)
from wattswarm.forecast.models import Ensemble
from wattswarm.forecast.tuning import Settings, tunable_names, tune_forecaster
from wattswarm.report.figures import draw_forecasts, png
from wattswarm.runtime import prepare, processors, versions
from wattswarm.terminal import asked_to_stop, busy, say

KEPT, TUNED = "backtest", "tuning"
"""Folders of what is done of each model, and of the trials of its settings."""


def forecast_series(order: Order, json: bool, console: Console, command: Sequence[str]) -> None:
    """Backtest models on a series, tell who errs least, and keep the best for use.

    Args:
        json: whether to print the summary as JSON on standard output.

    Raises:
        InputError: something has to be mended first; nothing was written then.
        SystemExit: with 130 after Ctrl-C; what was forecast is kept.
    """
    check_order(order)
    models = chosen_models(order)
    prepare(double=False, devices=processors())
    with busy(console, "reading"):
        record, ask, span = lay_out(order)
    say(
        console,
        f"{record.target.name} [{record.target.unit}], {ask.name}: learned from "
        f"{local_day(record, span.train_from)}, calibrated from {local_day(record, span.calibrate_from)}, "
        f"judged from {local_day(record, span.test_from)} to {local_day(record, span.end - 1)}",
        style="bold",
    )
    if order.tune is not None:
        models = _tuned(order, models, record.until(span.calibrate_from).since(span.train_from), ask, console)
    results = _backtests(order, models, record, ask, span, console)
    rows = judge(results, record, ask)
    best = next(each for each in models if each.name == rows[0].result.model)
    with busy(console, f"fitting {best.name} on all of it"):
        model = best.fit(record, ask, seed=order.seed)
        margins = latest_margins(rows[0].result, record, span, hourly=_hourly(ask))
    told = {
        **summary(rows, record, ask, span),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": {each.name: repr(each) for each in models},
        "command": shlex.join(["wattswarm", *command]),
        "versions": versions(),
    }
    files = {f"{chart.name}.png": png(chart) for chart in draw_forecasts(rows, record)}
    files[FILE] = packed(model, record, ask, margins)
    files["forecast.csv"] = forecasts_csv(rows, record)
    files["forecast.json"] = (json_text.dumps(told, indent=2) + "\n").encode()
    paths = write_files(order.out, files)
    if json:
        print(json_text.dumps(told, indent=2))
    _show(rows, record, console)
    say(console, f"written: {paths[-1]}")


def _hourly(ask: Ask) -> bool:
    """Return whether bands are made hour by hour: of paths there are too few errors of a lead and an hour."""
    return ask.steps == 1


def _tuned(
    order: Order, models: Sequence[Forecaster], seen: Record, ask: Ask, console: Console
) -> list[Forecaster]:
    """Return the models with the settings that err least on the tail of what the first training sees."""
    tuned: dict[str, Forecaster] = {model.name: model for model in models}
    settings: dict[str, Settings] = {}
    for model in models:
        if model.name not in tunable_names():
            continue
        with busy(console, f"tuning {model.name}: {order.trials} trainings by {order.tune}"):
            found = tune_forecaster(
                model.name,
                seen,
                ask,
                method=order.tune or "",
                allowance=allowance(order),
                seed=order.seed,
                path=order.out / TUNED / f"{model.name}-{order.tune}.jsonl",
            )
        settings[model.name] = found.best.settings
        tuned[model.name] = forecaster(model.name, **found.best.settings)
    for name, model in tuned.items():
        if isinstance(model, Ensemble):
            own = {member: settings[member] for member in model.members if member in settings}
            tuned[name] = replace(model, settings=own)
    return list(tuned.values())


def _backtests(
    order: Order, models: Sequence[Forecaster], record: Record, ask: Ask, span: Span, console: Console
) -> list[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    hidden = not console.is_terminal
    results: dict[str, Result] = {}
    with (
        asked_to_stop(console) as stop,
        Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=hidden) as bar,
    ):
        shown = {model.name: bar.add_task(model.name, total=None) for model in models}

        def show(name: str, done: int, total: int) -> None:
            bar.update(shown[name], completed=done, total=total)

        # The mean of models that are judged anyway costs no training, so it comes last.
        for model in sorted(models, key=lambda each: isinstance(each, Ensemble)):
            if isinstance(model, Ensemble) and all(each in models for each in model.forecasters):
                members = [results[each] for each in model.members]
                results[model.name] = mean_of(members, record, span, hourly=_hourly(ask), name=model.name)
                continue
            result = backtest(
                model,
                record,
                ask,
                span,
                seed=order.seed,
                hourly=_hourly(ask),
                out=order.out / KEPT,
                progress=show,
                stop=stop,
            )
            if result is None:
                say(console, f"what is done is kept in {order.out}; the same command goes on from there")
                raise SystemExit(130)
            results[model.name] = result
    return list(results.values())


def _show(rows: Sequence[ScoredModel], record: Record, console: Console) -> None:
    """Print a model a line, the best on top; 80 columns hold it."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("model", no_wrap=True)
    for title in ("RMSE", "MAE", "sMAPE\n%", "rMAE", "R2", "pinball", "in 90 %\n%", "CPU\ns", "p"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        told, result = row.measures, row.result
        table.add_row(
            result.model,
            f"{told.rmse:.4g}",
            f"{told.mae:.4g}",
            f"{told.smape:.1f}",
            f"{told.rmae:.3f}",
            f"{told.r2:.3f}",
            f"{told.pinball:.4g}",
            f"{100 * told.coverage_90:.1f}",
            f"{result.fit_cpu_s + result.predict_cpu_s:.1f}",
            "" if row.better is None else f"{row.better.p:.3f}",
        )
    console.print(table)
    say(
        console,
        f"errors in {record.target.unit}; p: Diebold-Mariano, one-sided, of no better than the model below",
    )

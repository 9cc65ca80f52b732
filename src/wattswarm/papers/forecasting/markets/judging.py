"""Lets the forecasters of a comparison answer and judges them on the same days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.data import Floats, local_midnight
from wattswarm.forecast import Ask, Record, day_ahead, forecaster, next_day, one_step, read_record
from wattswarm.forecast.backtest import (
    Result,
    Span,
    backtest,
    daily_losses,
    diebold_mariano,
    local_day,
    mae,
    mean_of,
    measure,
    split,
    yardstick,
)
from wattswarm.papers.forecasting.markets.comparisons import NAIVE, NETS, TREES, Comparison, Entry, Market
from wattswarm.papers.forecasting.markets.tables import Row, Table

RIVALS = ("lear", "boosting")
"""Forecasters that every other is tested against."""
TOGETHER = (("lear", "boosting"), ("lear", "boosting", "boosting-l1"))
"""Forecasters whose mean is judged as well."""
_ASKS: Mapping[str, Callable[[Record], Ask]] = {
    "one step": lambda _: one_step(),
    "24 h path": next_day,
    "day ahead": day_ahead,
}
_CALIBRATION_DAYS = 56


def judge_comparison(
    comparison: Comparison,
    data: Path,
    out: Path,
    quick: bool,
    progress: Callable[[str], None] = lambda _: None,
) -> Table:
    """Return the table of one comparison, whose forecasters go on with what the folder `out` keeps."""
    record, span = cut(comparison.market, data, quick)
    ask, hourly = _ASKS[comparison.ask](record), comparison.ask == "one step"
    made: dict[str, list[Result]] = {}
    chosen: dict[str, tuple[Entry, Mapping[str, Any]]] = {}

    def run(entry: Entry, settings: Mapping[str, Any], within: Span, folder: Path, seed: int = 0) -> Result:
        def tell(name: str, done: int, total: int) -> None:
            progress(f"{comparison.market.name}, {comparison.ask}, {name}: {done} of {total}")

        model = forecaster(entry.model, **settings)
        result = backtest(model, record, ask, within, seed=seed, hourly=hourly, out=folder, progress=tell)
        assert result is not None  # nothing asks it to stop
        return result

    for entry in comparison.entries:
        settings = entry.choices[0]
        if len(entry.choices) > 1:
            # Judged by what a first training says of the days before the test.
            within = replace(span, refit_days=0, end=span.test_from + 2 * record.day)
            trials = [run(entry, each, within, out / f"choice-{at}") for at, each in enumerate(entry.choices)]
            errors = [_before_test(each, record, span) for each in trials]
            settings = entry.choices[int(np.argmin(errors))]
        within = replace(span, refit_days=0 if quick else entry.refit_days)
        made[entry.model] = [
            run(entry, settings, within, out / f"seed-{seed}", seed) for seed in range(entry.seeds)
        ]
        chosen[entry.model] = entry, settings
    for names in TOGETHER:
        if set(names) <= set(made):
            mean = mean_of([made[name][0] for name in names], record, span, hourly=hourly)
            made[mean.model] = [mean]
    pair = [_least_before_test(names, made, record, span) for names in (TREES, NETS)]
    if all(pair):
        seeds = [mean_of(made[name], record, span, hourly=hourly, name=name) for name in pair]
        mean = mean_of(seeds, record, span, hourly=hourly)
        made[mean.model] = [mean]
    naive = made[yardstick(ask)][0].forecast.mean
    losses = {name: np.mean([_losses(each) for each in results], axis=0) for name, results in made.items()}
    rows = [
        _row(name, results, naive, comparison.market.per, losses, chosen.get(name))
        for name, results in made.items()
    ]
    rows.sort(key=lambda row: row.mae)
    first = next(iter(made.values()))[0]
    return Table(
        comparison,
        local_day(record, span.calibrate_from),
        local_day(record, span.test_from),
        len(np.unique(first.dates)),
        first.truth.size,
        tuple(rows),
        diebold_mariano(losses[rows[0].model], losses[rows[1].model]).p,
    )


def cut(market: Market, data: Path, quick: bool = False) -> tuple[Record, Span]:
    """Return the record of a market and which part of it is for what."""
    path, repair = data / market.file, frozenset({"gaps"})
    record = read_record(path, column=market.column, timezone=market.zone, repair=repair)
    if market.test_until:
        record = record.until(_step(record, market.test_until))
    if market.train_from:
        record = record.since(_step(record, market.train_from))
    if quick:
        return record, split(record, quick=True)
    span = split(record, market.train_until, market.test_from)
    return record, replace(span, calibration_days=_CALIBRATION_DAYS)


def _row(
    name: str,
    results: Sequence[Result],
    naive: Floats,
    per: float,
    losses: Mapping[str, Floats],
    chosen: tuple[Entry, Mapping[str, Any]] | None,
) -> Row:
    found = []
    for each in results:
        assert each.forecast.quantiles is not None  # calibrated
        found.append(
            measure(per * each.truth, per * each.forecast.mean, per * naive, per * each.forecast.quantiles)
        )

    def mean(field: str) -> float:
        return float(np.mean([getattr(each, field) for each in found]))

    errors = [each.mae for each in found]
    learns = chosen is not None and name not in NAIVE
    return Row(
        model=name,
        settings=", ".join(f"{key} {value}" for key, value in (chosen[1] if chosen else {}).items()),
        refit_days=chosen[0].refit_days if chosen and learns else None,
        rmse=mean("rmse"),
        mae=mean("mae"),
        smape=mean("smape"),
        rmae=mean("rmae"),
        coverage_90=mean("coverage_90"),
        width_90=mean("width_90"),
        cpu_s=float(np.mean([each.fit_cpu_s + each.predict_cpu_s for each in results])),
        seeds=len(results),
        spread=(min(errors), max(errors)),
        p={
            rival: None
            if rival == name or rival not in losses
            else diebold_mariano(losses[name], losses[rival]).p
            for rival in RIVALS
        },
    )


def _losses(result: Result) -> Floats:
    return daily_losses(result.truth - result.forecast.mean, result.dates)


def _least_before_test(
    names: Sequence[str], made: Mapping[str, Sequence[Result]], record: Record, span: Span
) -> str:
    """Return the model that errs least in validation, empty where none of them answered."""
    there = [name for name in names if name in made]
    return min(there, key=lambda name: _before_test(made[name][0], record, span), default="")


def _before_test(result: Result, record: Record, span: Span) -> float:
    """Return the mean absolute error of the forecasts that end before the test."""
    raw, steps = result.raw, result.raw.mean.shape[1]
    before = raw.origins + steps <= span.test_from
    truth = record.target.values[raw.origins[before, None] + np.arange(steps)]
    return mae(truth, raw.mean[before])


def _step(record: Record, day: date) -> int:
    midnight = local_midnight(day, record.target.timezone)
    return int((midnight - record.target.start) // np.timedelta64(record.target.step_s, "s"))

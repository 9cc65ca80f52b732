"""Models side by side over one test stretch: who errs least, how surely, at which lead; as JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask
from wattswarm.forecast.backtest.differences import Better, daily_losses, diebold_mariano
from wattswarm.forecast.backtest.measures import Measures, measure
from wattswarm.forecast.backtest.rolling import Result, Span
from wattswarm.forecast.contract import LEVELS
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ScoredModel:
    """A model and its accuracy over the test stretch."""

    result: Result
    """What it forecast."""
    measures: Measures
    """How far that was from what came."""
    mae_by_lead: Floats
    """In the unit of the series, shape [step]."""
    rmse_by_lead: Floats
    """In the unit of the series, shape [step]."""
    better: Better | None
    """How sure it is that it beats the row below, None for the last."""


def yardstick(ask: Ask) -> str:
    """Return the naive model that all others are measured against."""
    return "persistence" if ask.steps == 1 else "naive-day"


def judge(results: Sequence[Result], record: Record, ask: Ask) -> tuple[ScoredModel, ...]:
    """Measure every model and put the one with the smallest mean absolute error first."""
    origins = results[0].forecast.origins
    naive = forecaster(yardstick(ask)).fit(record.until(int(origins[0])), ask).predict(record, origins).mean
    measured = [
        (each, measure(each.truth, each.forecast.mean, naive, each.forecast.quantiles)) for each in results
    ]
    measured.sort(key=lambda pair: pair[1].mae)
    losses = [daily_losses(each.truth - each.forecast.mean, each.dates) for each, _ in measured]
    rows = []
    for at, (result, accuracy) in enumerate(measured):
        error = result.truth - result.forecast.mean
        better = diebold_mariano(losses[at], losses[at + 1]) if at + 1 < len(losses) else None
        by_lead = np.abs(error).mean(axis=0), np.sqrt((error**2).mean(axis=0))
        rows.append(ScoredModel(result, accuracy, *by_lead, better))
    return tuple(rows)


def apart(result: Result) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return which origins to show so that each step is forecast once: all, or one a day of a longer path."""
    origins, steps = result.forecast.origins, result.forecast.mean.shape[1]
    chosen, free = [], -1
    for at, origin in enumerate(origins):
        if origin >= free:
            chosen.append(at)
            free = int(origin) + steps
    return np.asarray(chosen, np.int64)


def summary(rows: Sequence[ScoredModel], record: Record, ask: Ask, span: Span) -> dict[str, Any]:
    """Return what came out as JSON values, None where a value is undefined."""
    target, times = record.target, record.times
    return {
        "schema_version": SCHEMA_VERSION,
        "series": {
            "name": target.name,
            "unit": target.unit,
            "source": target.provenance.source,
            "sha256": target.provenance.sha256,
            "repairs": list(target.provenance.repairs),
            "first": str(target.start),
            "end": str(target.end),
            "step_s": target.step_s,
            "timezone": target.timezone,
        },
        "beside": [{"name": each.name, "known": each.known, "late": each.late} for each in record.covariates],
        "ask": {"name": ask.name, "steps": ask.steps},
        "span": {
            "train_from": str(times[span.train_from]),
            "calibrate_from": str(times[span.calibrate_from]),
            "test_from": str(times[span.test_from]),
            "test_until": str(times[span.end - 1] + np.timedelta64(target.step_s, "s")),
            "refit_days": span.refit_days,
            "calibration_days": span.calibration_days,
        },
        "yardstick": yardstick(ask),
        "best": rows[0].result.model,
        "models": [_model(row, below) for row, below in zip(rows, [*rows[1:], None], strict=True)],
    }


def forecasts_csv(rows: Sequence[ScoredModel], record: Record) -> bytes:
    """Return every model's forecasts beside what came, a line a step; of overlapping paths one a day."""
    parts = []
    for row in rows:
        result, chosen = row.result, apart(row.result)
        made = result.forecast
        assert made.quantiles is not None  # calibrated
        steps = made.mean.shape[1]
        origins = np.repeat(made.origins[chosen], steps)
        lead = np.tile(np.arange(steps), len(chosen))
        columns = {
            "model": pl.Series([result.model]).new_from_index(0, len(lead)),
            "origin_utc": record.times[origins].astype("datetime64[ms]"),
            "time_start_utc": record.times[origins + lead].astype("datetime64[ms]"),
            "lead": lead + 1,
            "truth": result.truth[chosen].ravel(),
            "mean": made.mean[chosen].ravel(),
        }
        for at, level in enumerate(LEVELS):
            columns[f"q{100 * level:02.0f}"] = made.quantiles[chosen, :, at].ravel()
        parts.append(pl.DataFrame(columns))
    text = pl.concat(parts).write_csv(float_precision=6, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    return text.encode()


def _model(row: ScoredModel, below: ScoredModel | None) -> dict[str, Any]:
    result, better = row.result, row.better
    return {
        "model": result.model,
        "fits": result.fits,
        "fit_cpu_s": round(result.fit_cpu_s, 3),
        "predict_cpu_s": round(result.predict_cpu_s, 3),
        **{name: _plain(value) for name, value in asdict(row.measures).items()},
        "mae_by_lead": [float(value) for value in row.mae_by_lead],
        "rmse_by_lead": [float(value) for value in row.rmse_by_lead],
        "better_than_next": None
        if better is None or below is None
        else {
            "model": below.result.model,
            "statistic": _plain(better.statistic),
            "p": better.p,
            "days": better.days,
        },
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""Backtests on disk: what is done of one, with what was asked, so that a stopped or killed run goes on."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.errors import InputError
from wattswarm.files import digest, write_files
from wattswarm.forecast.contract import Forecast, join_forecasts
from wattswarm.forecast.record import Record

FORMAT = 1
_COUNTS: dict[str, type[Any]] = {"stretches": int, "fits": int, "fit_cpu_s": float, "predict_cpu_s": float}


@dataclass(frozen=True)
class PartialBacktest:
    """Forecasts of the first stretches of a backtest, not calibrated, and what they cost."""

    forecast: Forecast
    """Of all origins so far."""
    stretches: int
    """That are done."""
    fits: int
    """Trainings."""
    fit_cpu_s: float
    """Processor time of trainings [s]."""
    predict_cpu_s: float
    """Processor time of forecasts [s]."""


def join(before: PartialBacktest, after: PartialBacktest) -> PartialBacktest:
    """Return two parts of a backtest as one."""
    counts = (getattr(before, each) + getattr(after, each) for each in _COUNTS)
    return PartialBacktest(join_forecasts([before.forecast, after.forecast]), *counts)


def save_partial(path: Path, record: Record, asked: tuple[str, ...], partial: PartialBacktest) -> None:
    """Write what is done, whole or not at all.

    Raises:
        InputError: the file cannot be written; what stood there before still does.
    """
    made = partial.forecast
    header = {
        "format": FORMAT,
        "asked": _identity(record, asked),
        **{each: getattr(partial, each) for each in _COUNTS},
    }
    arrays = {"origins": made.origins, "mean": made.mean}
    if made.quantiles is not None:
        arrays["quantiles"] = made.quantiles
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, header=np.array(json.dumps(header)), **arrays)
    write_files(path.parent, {path.name: buffer.getvalue()})


def load_partial(path: Path, record: Record, asked: tuple[str, ...]) -> PartialBacktest | None:
    """Return what is done of a backtest, None where nothing is.

    Raises:
        InputError: the file is damaged, or of another backtest.
    """
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            header = json.loads(str(file["header"]))
            arrays = {name: file[name] for name in file.files if name != "header"}
        found, form = header["asked"], header["format"]
        partial = PartialBacktest(
            Forecast(arrays["origins"], arrays["mean"], arrays.get("quantiles")),
            *(kind(header[each]) for each, kind in _COUNTS.items()),
        )
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as failure:
        raise InputError(
            "the file is damaged or was not written by Wattswarm",
            where=str(path),
            found=str(failure) or type(failure).__name__,
            expected="a backtest that this command kept",
            mend="delete the file to begin that model again",
        ) from failure
    wanted = _identity(record, asked)
    if form != FORMAT or found != wanted:
        other = [f"{old} instead of {new}" for old, new in zip(found, wanted, strict=False) if old != new]
        raise InputError(
            "the folder holds another backtest",
            where=str(path),
            found="; ".join(other) or f"format {form}",
            expected="the same series, question, stretches and settings",
            mend="name another folder with --out, or delete this one",
        )
    return partial


def _identity(record: Record, asked: tuple[str, ...]) -> list[str]:
    target = record.target
    held = digest(
        target.times.astype(np.int64), target.values, *(each.values for each in record.covariates), digits=16
    )
    covariates = ", ".join(f"{each.name} known {each.known}, late {each.late}" for each in record.covariates)
    series = f"{target.name} [{target.unit}] {target.start} to {target.end} {held}"
    return [series, f"beside: {covariates or 'nothing'}", *asked]

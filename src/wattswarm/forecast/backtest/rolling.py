"""Forecasts as they would have been made: rolling origin, refits on the way, bands from earlier errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wattswarm.data import Floats, Times, local_clock
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.backtest.conformal import FEWEST, Margins, learn_margins, widen
from wattswarm.forecast.backtest.resumed import PartialBacktest, join, load_partial, save_partial
from wattswarm.forecast.contract import Forecast, Forecaster, Model, join_forecasts
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.record import Record

Progress = Callable[[str, int, int], None]
"""Told of a model's name, the stretches that are done and all that there are."""


@dataclass(frozen=True)
class Span:
    """Which part of a record is for what; step numbers."""

    calibrate_from: int
    """First origin; the first training ends there. Forecasts made before the test calibrate the bands of the
    first of its stretches."""
    test_from: int
    """First step that is judged."""
    end: int
    """Of what is judged, exclusive."""
    train_from: int = 0
    """First step that may be learned from."""
    window_days: int | None = None
    """Most recent days that a training sees, None for all."""
    refit_days: int = 7
    """Days from one training to the next, 0 to train once."""
    calibration_days: int = 56
    """Most recent days of forecasts that bands are calibrated on."""
    gap: int = 0
    """Steps between what a training sees and the first origin after it."""


@dataclass(frozen=True)
class Result:
    """What a model forecast over the test stretch."""

    model: str
    """Its name."""
    forecast: Forecast
    """With calibrated quantiles."""
    truth: Floats
    """What came, shape [origin, step]."""
    dates: Times
    """Local date of each origin, shape [origin]."""
    fits: int
    """Trainings."""
    fit_cpu_s: float
    """Processor time of all trainings [s]."""
    predict_cpu_s: float
    """Processor time of all forecasts, those of calibration included [s]."""
    raw: Forecast
    """As the models made it, of the calibration stretch too."""


def backtest(
    forecaster: Forecaster,
    record: Record,
    ask: Ask,
    span: Span,
    *,
    seed: int = 0,
    hourly: bool = False,
    out: Path | None = None,
    progress: Progress = lambda _name, _done, _all: None,
    stop: Callable[[], bool] = lambda: False,
) -> Result | None:
    """Fit, forecast the days until the next fit, and so on; then calibrate each stretch on those before it.

    Args:
        record: all of it; a training sees the part before its first origin, less the gap.
        span: what is for training, calibration and test.
        seed: of everything random in training.
        hourly: whether bands are calibrated for each hour of the local day apart.
        out: folder that keeps what is done after every stretch, None to keep nothing.
        progress: told of every stretch.
        stop: asked before every stretch whether to stop there.

    Returns:
        The result, None where it was asked to stop before the end; the same call then goes on.

    Raises:
        InputError: the stretches are too short, or the folder holds another backtest.
    """
    check_span(record, span)
    stretches = _stretches(record, ask.origins(record, span.calibrate_from, span.end), span)
    path = out / f"{forecaster.name}.npz" if out else None
    asked = (repr(forecaster), repr(ask), repr(span), str(seed))
    partial = load_partial(path, record, asked) if path else None
    model: Model | None = None
    for at in range(partial.stretches if partial else 0, len(stretches)):
        if stop():
            return None
        # Trained once means on what was known before calibration, also where a stopped run goes on.
        known = int(stretches[at if span.refit_days else 0][0]) - span.gap
        oldest = 0 if span.window_days is None else known - span.window_days * record.day
        since = max(oldest, span.train_from)
        seen, fits, begun = record.since(since), 0, time.process_time()
        if model is None or span.refit_days:
            model, fits = forecaster.fit(seen.until(known - since), ask, seed=seed), 1
        fitted = time.process_time()
        made = model.predict(seen, stretches[at] - since)
        forecast = Forecast(stretches[at], made.mean, made.quantiles)
        done = PartialBacktest(forecast, 1, fits, fitted - begun, time.process_time() - fitted)
        partial = join(partial, done) if partial else done
        if path:
            save_partial(path, record, asked, partial)
        progress(forecaster.name, at + 1, len(stretches))
    assert partial is not None
    return _judged(forecaster.name, record, partial, span, hourly)


def mean_of(
    results: Sequence[Result], record: Record, span: Span, *, hourly: bool = False, name: str = ""
) -> Result:
    """Return the mean of several models' forecasts as one, with bands from its own earlier errors.

    Args:
        results: over the same origins.
        span: gives the stretches of which each is calibrated on those before it.
        hourly: as `backtest`.
        name: of the mean; by default the names of the models.

    Returns:
        The result; its trainings and times are those of all models together.
    """
    origins = results[0].raw.origins
    partial = PartialBacktest(
        Forecast(origins, np.mean([each.raw.mean for each in results], axis=0)),
        stretches=len(_stretches(record, origins, span)),
        fits=sum(each.fits for each in results),
        fit_cpu_s=sum(each.fit_cpu_s for each in results),
        predict_cpu_s=sum(each.predict_cpu_s for each in results),
    )
    return _judged(name or " + ".join(each.model for each in results), record, partial, span, hourly)


def latest_margins(result: Result, record: Record, span: Span, *, hourly: bool = False) -> Margins:
    """Return the margins of bands for what follows a backtest, from its latest errors."""
    oldest = span.end - span.calibration_days * record.day
    return learn_margins(record, _part(result.raw, result.raw.origins >= oldest), hourly=hourly)


def _judged(name: str, record: Record, partial: PartialBacktest, span: Span, hourly: bool) -> Result:
    raw = partial.forecast
    forecast = _calibrated(record, raw, _stretches(record, raw.origins, span), span, hourly)
    return Result(
        model=name,
        forecast=forecast,
        truth=outcomes(record, forecast.origins, raw.mean.shape[1]),
        dates=local_clock(record.times[forecast.origins], record.target.timezone).date,
        fits=partial.fits,
        fit_cpu_s=partial.fit_cpu_s,
        predict_cpu_s=partial.predict_cpu_s,
        raw=raw,
    )


def check_span(record: Record, span: Span) -> None:
    """Refuse stretches that leave nothing to learn from, to calibrate on or to judge by.

    Raises:
        InputError: for the first of them.
    """
    cuts = (span.train_from, span.calibrate_from - span.gap, span.calibrate_from, span.test_from, span.end)
    train, _, calibration, test = np.diff(cuts) / record.day
    # A day more than there must be errors, since the last forecasts of a stretch reach into the test.
    for what, found, least in (
        ("training", train, 7),
        ("calibration", calibration, FEWEST + 1),
        ("test", test, 2),
    ):
        if found < least:
            raise InputError(
                f"the history is too short: the {what} stretch is",
                where=record.target.provenance.source,
                found=f"{found:.4g} days for {what}; {record.steps / record.day:.4g} days in all",
                expected=f"at least {least} days",
                mend="give a longer series, or move --train-until and --test-from",
            )


def _stretches(record: Record, origins: Origins, span: Span) -> list[Origins]:
    """Cut the origins where the test begins and, back and forth from there, every `refit_days`.

    Models that train once are cut by weeks too, so that bands follow the errors and little is lost when a
    run is stopped.
    """
    length = (span.refit_days or 7) * record.day
    number = (origins - span.test_from) // length
    return np.split(origins, np.flatnonzero(np.diff(number)) + 1)


def _calibrated(
    record: Record, raw: Forecast, stretches: list[Origins], span: Span, hourly: bool
) -> Forecast:
    """Calibrate each stretch of the test on the forecasts before it whose truth has come."""
    steps, parts = raw.mean.shape[1], []
    for stretch in stretches:
        first = int(stretch[0])
        if first < span.test_from:
            continue
        oldest = first - span.calibration_days * record.day
        past = (raw.origins >= oldest) & (raw.origins + steps <= first)
        margins = learn_margins(record, _part(raw, past), hourly=hourly)
        parts.append(widen(record, _part(raw, np.isin(raw.origins, stretch)), margins))
    return join_forecasts(parts)


def _part(forecast: Forecast, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Forecast:
    quantiles = None if forecast.quantiles is None else forecast.quantiles[chosen]
    return Forecast(forecast.origins[chosen], forecast.mean[chosen], quantiles)

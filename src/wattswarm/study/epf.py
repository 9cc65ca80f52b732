"""Day-ahead forecasts of German prices beside the published ones of Lago et al. (2021), on the same hours.

Source: Lago, Marcjasz, De Schutter, Weron (2021), https://doi.org/10.1016/j.apenergy.2021.116983: two years
of hourly forecasts by deep nets (DNN) and lasso autoregressions (LEAR), and their ensembles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from wattswarm.data.series import Floats
from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead
from wattswarm.forecast.backtest import Span, backtest
from wattswarm.forecast.differences import daily_losses, diebold_mariano
from wattswarm.forecast.forecaster import Forecaster
from wattswarm.forecast.measures import mae, rmae, rmse, smape
from wattswarm.forecast.reading import read_record
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster
from wattswarm.publish import publish

PRICES = "epf_de_dayahead_hourly_2012_2017.parquet"
"""Prices with forecasts of load, wind and sun that were public before the gate closed."""
PUBLISHED = "epf_de_2y_actual_and_forecasts.parquet"
"""The same prices with the published forecasts."""
BESIDE = ("load_forecast_amprion_mw", "pv_wind_forecast_mw")
RIVALS = ("dnn_ensemble", "lear_ensemble")
"""Published forecasts that every other is tested against."""
OURS = ("lear", "boosting")
"""Our forecasters; their mean is judged as well."""
_QUICK_DAYS = 28
_CALIBRATION_DAYS = 28
_EUR_PER_MWH = 1000.0


@dataclass(frozen=True)
class Row:
    """A forecast in the table.

    Args:
        model: its name; published ones say so.
        mae: mean absolute error [EUR/MWh].
        rmse: root of the mean squared error [EUR/MWh].
        smape: symmetric mean absolute error [%].
        rmae: MAE over that of the same hour a week ago.
        cpu_s: processor time of training and forecasting [s], None where it is not known.
        p: for each of `RIVALS`, one-sided p-value of "no better than it", None for the rival itself.
    """

    model: str
    mae: float
    rmse: float
    smape: float
    rmae: float
    cpu_s: float | None
    p: Mapping[str, float | None]


def run_epf(
    data: Path,
    out: Path,
    quick: bool,
    progress: Callable[[str], None] = lambda _: None,
    *,
    models: tuple[str, ...] = OURS,
    refit_days: int = 28,
) -> tuple[Row, ...]:
    """Forecast the published test days and write `epf.json` and `epf.md`.

    Args:
        data: folder with `PRICES` and `PUBLISHED`.
        out: folder of the results, which keeps what is done and goes on from there.
        quick: the first four weeks only, trained once.
        progress: told of what is done, in words.
        models: names of our forecasters; where there are several, their mean is judged as well.
        refit_days: days from one training to the next.

    Returns:
        A row a forecast, the smallest error first.

    Raises:
        InputError: a file is missing, or its prices are not those of the other.
    """
    for name in (PRICES, PUBLISHED):
        if not (data / name).is_file():
            raise InputError("there is no such file", where="--data", found=data / name, expected=name)
    # The published data live on a clock without summer time, 24 hours every day.
    record = read_record(data / PRICES, timezone="UTC", beside=dict.fromkeys(BESIDE, "beforehand"))
    table = pl.read_parquet(data / PUBLISHED)
    first = int((table["time_start_local"].to_numpy()[0] - record.target.start) // np.timedelta64(3600, "s"))
    days = _QUICK_DAYS if quick else len(table) // record.day
    truth = _days(table, "real_price", days)
    _check_same(record, first, truth)
    made = {
        f"{name}, published": _days(table, name, days) for name in table.columns if name[:3] in ("dnn", "lea")
    }
    span = Span(
        calibrate_from=first - _CALIBRATION_DAYS * record.day,
        test_from=first,
        end=first + days * record.day,
        refit_days=0 if quick else refit_days,
        calibration_days=_CALIBRATION_DAYS,
    )
    cpu_s: dict[str, float] = {}
    for name in models:
        made[name], cpu_s[name] = _forecast(forecaster(name), record, span, out / "backtest", progress)
    if len(models) > 1:
        both = " + ".join(models)
        made[both] = np.mean([made[name] for name in models], axis=0)
        cpu_s[both] = sum(cpu_s.values())
    week_ago = record.target.values[first - 7 * record.day : span.end - 7 * record.day].reshape(days, -1)
    rows = _rows(truth, made, week_ago * _EUR_PER_MWH, cpu_s)
    told = json.dumps([asdict(row) for row in rows], indent=2) + "\n"
    publish(out, {"epf.json": told.encode(), "epf.md": (table_of(rows) + "\n").encode()})
    return rows


def table_of(rows: tuple[Row, ...]) -> str:
    """Return the rows as a Markdown table."""
    heads = ("model", "MAE", "RMSE", "sMAPE %", "rMAE", "CPU s", *(f"p, {name}" for name in RIVALS))
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for row in rows:
        cells = (
            row.model,
            f"{row.mae:.2f}",
            f"{row.rmse:.2f}",
            f"{row.smape:.1f}",
            f"{row.rmae:.3f}",
            "" if row.cpu_s is None else f"{row.cpu_s:.0f}",
            *("" if row.p[name] is None else f"{row.p[name]:.3f}" for name in RIVALS),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _forecast(
    model: Forecaster, record: Record, span: Span, out: Path, tell: Callable[[str], None]
) -> tuple[Floats, float]:
    """Return a model's forecasts [EUR/MWh], shape [day, hour], and its processor time [s]."""

    def report(name: str, done: int, total: int) -> None:
        tell(f"{name}: {done} of {total}")

    result = backtest(model, record, day_ahead(record), span, out=out, progress=report)
    assert result is not None  # nothing asks it to stop
    return result.forecast.mean * _EUR_PER_MWH, result.fit_cpu_s + result.predict_cpu_s


def _rows(
    truth: Floats, made: Mapping[str, Floats], week_ago: Floats, cpu_s: Mapping[str, float]
) -> tuple[Row, ...]:
    dates = np.arange(len(truth)).astype("datetime64[D]")
    losses = {name: daily_losses(truth - mean, dates) for name, mean in made.items()}

    def beats(name: str, rival: str) -> float | None:
        other = f"{rival}, published"
        return None if name == other else diebold_mariano(losses[name], losses[other]).p

    rows = [
        Row(
            model=name,
            mae=mae(truth, mean),
            rmse=rmse(truth, mean),
            smape=smape(truth, mean),
            rmae=rmae(truth, mean, week_ago),
            cpu_s=cpu_s.get(name),
            p={rival: beats(name, rival) for rival in RIVALS},
        )
        for name, mean in made.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.mae))


def _days(table: pl.DataFrame, column: str, days: int) -> Floats:
    """Return a column, shape [day, hour]."""
    return table[column].to_numpy().astype(np.float64).reshape(-1, 24)[:days]


def _check_same(record: Record, first: int, truth: Floats) -> None:
    ours = record.target.values[first : first + truth.size] * _EUR_PER_MWH
    apart = np.flatnonzero(np.abs(ours - truth.ravel()) > 1e-2)
    if len(apart):
        raise InputError(
            "the two files do not tell the same prices",
            where=f"{record.times[first + apart[0]]}",
            found=f"{ours[apart[0]]:.2f} and {truth.ravel()[apart[0]]:.2f} EUR/MWh",
            expected="the same price in both",
            mend="use both files of one market",
        )

"""Day-ahead forecasts of prices beside the published ones of Lago et al. (2021), on the same hours.

Of Germany there is a record of the years before, with forecasts of load, wind and sun. Of the other markets
there are the published two years alone: ours learn from prices of the first and are judged in the second,
with less than a fifth of the past and nothing of what else the published forecasts knew.

Source: Lago, Marcjasz, De Schutter, Weron (2021), https://doi.org/10.1016/j.apenergy.2021.116983: two years
of hourly forecasts by deep nets (DNN) and lasso autoregressions (LEAR), and their ensembles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.forecast import Forecaster, Known, Record, day_ahead, forecaster, read_record
from wattswarm.forecast.backtest import Span, backtest, daily_losses, diebold_mariano, mae, rmae, rmse, smape
from wattswarm.papers.experiment import Options, Tell, record_file, table, write_page

PUBLISHED = "epf_{}_2y_actual_and_forecasts.parquet"
"""Two years of prices with the published forecasts."""


@dataclass(frozen=True)
class Market:
    """A market whose day-ahead prices were forecast and published."""

    name: str
    """In words."""
    code: str
    unit: str = "EUR/MWh"
    past: str = ""
    """File of prices from years before and of what was public before the gate closed; empty if none."""
    beside: tuple[str, ...] = ()
    """Columns of it that were public beforehand."""

    @property
    def published(self) -> str:
        """The file of published forecasts."""
        return PUBLISHED.format(self.code)


MARKETS = (
    Market(
        "Germany",
        "de",
        past="epf_de_dayahead_hourly_2012_2017.parquet",
        beside=("load_forecast_amprion_mw", "pv_wind_forecast_mw"),
    ),
    Market("Belgium", "be"),
    Market("France", "fr"),
    Market("Nord Pool", "np"),
    Market("PJM, zone of ComEd", "pjm", "USD/MWh"),
)
RIVALS = ("dnn_ensemble", "lear_ensemble")
"""Published forecasts that every other is tested against."""
OURS = ("lear", "boosting")
"""Our forecasters; their mean is judged as well."""
_QUICK_DAYS = 28
_CALIBRATION_DAYS = 28
_LEARNED_DAYS = 364
"""First days of two years without a past, which are learned from and not judged."""
_PER_MWH = 1000.0


@dataclass(frozen=True)
class Row:
    """A forecast in the table."""

    model: str
    """Its name; published ones say so."""
    mae: float
    """Mean absolute error [currency/MWh]."""
    rmse: float
    """Root of the mean squared error [currency/MWh]."""
    smape: float
    """Symmetric mean absolute error [%]."""
    rmae: float
    """MAE over that of the same hour a week ago."""
    cpu_s: float | None
    """Processor time of training and forecasting [s], None where it is not known."""
    p: Mapping[str, float | None]
    """For each of `RIVALS`, one-sided p-value of "no better than it", None for the rival itself."""


def run_epf(
    options: Options,
    *,
    markets: tuple[Market, ...] = MARKETS,
    models: tuple[str, ...] = OURS,
    refit_days: int = 28,
) -> dict[str, tuple[Row, ...]]:
    """Forecast the published test days, if quick the first four weeks, and write `epf.json` and `epf.md`.

    Args:
        options: of the study; its records are needed.
        models: names of our forecasters; where there are several, their mean is judged as well.
        refit_days: days from one training to the next; a quick study trains once.

    Returns:
        A row a forecast by market, the smallest error first.

    Raises:
        InputError: a file is missing, or its prices are not those of the other.
    """
    data = options.data or Path()
    for name in (name for market in markets for name in (market.past, market.published) if name):
        record_file(data, name)
    found = {
        market.name: _judge(
            _test_of(data, market, options.quick, refit_days), models, options.out / market.code, options.tell
        )
        for market in markets
    }
    parts = [f"## {each.name}, {each.unit}\n\n{table_of(found[each.name])}\n" for each in markets]
    write_page(
        options,
        "epf",
        parts,
        records={"epf.json": {name: [*map(asdict, rows)] for name, rows in found.items()}},
    )
    return found


def table_of(rows: tuple[Row, ...]) -> str:
    heads = ("model", "MAE", "RMSE", "sMAPE %", "rMAE", "CPU s", *(f"p, {name}" for name in RIVALS))
    cells = [
        (
            row.model,
            f"{row.mae:.2f}",
            f"{row.rmse:.2f}",
            f"{row.smape:.1f}",
            f"{row.rmae:.3f}",
            "" if row.cpu_s is None else f"{row.cpu_s:.0f}",
            *("" if row.p[name] is None else f"{row.p[name]:.3f}" for name in RIVALS),
        )
        for row in rows
    ]
    return table(heads, cells)


@dataclass(frozen=True, eq=False)
class _Test:
    """What is judged, in [currency/MWh] except for the record, each of shape [day, hour]."""

    record: Record
    span: Span
    truth: Floats
    week_ago: Floats
    published: Mapping[str, Floats]


def _test_of(data: Path, market: Market, quick: bool, refit_days: int) -> _Test:
    # The published data live on a clock without summer time, 24 hours every day.
    table = pl.read_parquet(data / market.published)
    if market.past:
        beside: dict[str, Known] = dict.fromkeys(market.beside, "beforehand")
        record = read_record(data / market.past, timezone="UTC", covariates=beside)
        begin = table["time_start_local"].to_numpy()[0] - record.target.start
        first = int(begin // np.timedelta64(3600, "s"))
    else:
        path = data / market.published
        record = read_record(path, column="real_price", unit=market.unit, timezone="UTC")
        first = _LEARNED_DAYS * record.day
        table = table[first:]
    days = _QUICK_DAYS if quick else len(table) // record.day
    truth = _days(table, "real_price", days)
    _check_same(record, first, truth)
    end, week = first + days * record.day, 7 * record.day
    return _Test(
        record=record,
        span=Span(
            calibrate_from=first - _CALIBRATION_DAYS * record.day,
            test_from=first,
            end=end,
            refit_days=0 if quick else refit_days,
            calibration_days=_CALIBRATION_DAYS,
        ),
        truth=truth,
        week_ago=record.target.values[first - week : end - week].reshape(days, -1) * _PER_MWH,
        published={name: _days(table, name, days) for name in table.columns if name[:3] in ("dnn", "lea")},
    )


def _judge(test: _Test, models: tuple[str, ...], out: Path, progress: Tell) -> tuple[Row, ...]:
    made = {f"{name}, published": mean for name, mean in test.published.items()}
    cpu_s: dict[str, float] = {}
    for name in models:
        made[name], cpu_s[name] = _forecast(forecaster(name), test, out, progress)
    if len(models) > 1:
        both = " + ".join(models)
        made[both] = np.mean([made[name] for name in models], axis=0)
        cpu_s[both] = sum(cpu_s.values())
    return _rows(test.truth, made, test.week_ago, cpu_s)


def _forecast(model: Forecaster, test: _Test, out: Path, tell: Tell) -> tuple[Floats, float]:
    """Return a model's forecasts [currency/MWh], shape [day, hour], and its processor time [s]."""

    def report(name: str, done: int, total: int) -> None:
        tell(f"{out.name}, {name}: {done} of {total}")

    ask = day_ahead(test.record)
    result = backtest(model, test.record, ask, test.span, out=out, progress=report)
    assert result is not None  # nothing asks it to stop
    return result.forecast.mean * _PER_MWH, result.fit_cpu_s + result.predict_cpu_s


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
    ours = record.target.values[first : first + truth.size] * _PER_MWH
    apart = np.flatnonzero(np.abs(ours - truth.ravel()) > 1e-2)
    if len(apart):
        raise InputError(
            "the prices in the two files differ",
            where=f"{record.times[first + apart[0]]}",
            found=f"{ours[apart[0]]:.2f} and {truth.ravel()[apart[0]]:.2f} a MWh",
            expected="the same price in both",
            mend="use both files of one market",
        )

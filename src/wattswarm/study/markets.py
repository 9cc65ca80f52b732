"""Every forecaster on real markets: one step, a path of 24 hours, a day before its gate closes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.data.calendar import local_midnight
from wattswarm.data.series import Floats
from wattswarm.errors import InputError, no_such
from wattswarm.forecast.ask import Ask, day_ahead, next_day, one_step
from wattswarm.forecast.backtest import Result, Span, backtest, mean_of
from wattswarm.forecast.differences import daily_losses, diebold_mariano
from wattswarm.forecast.measures import mae, measure
from wattswarm.forecast.reading import read_record
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster
from wattswarm.forecast.report import yardstick
from wattswarm.forecast.split import local_day, split
from wattswarm.publish import publish
from wattswarm.study.markets_page import page

RIVALS = ("lear", "boosting")
"""Forecasters that every other is tested against."""
TOGETHER = (("lear", "boosting"), ("lear", "boosting", "boosting-l1"))
"""Forecasters whose mean is judged as well."""
NAIVE = ("persistence", "naive-day", "naive-week", "weekday-rule")
"""Forecasters that learn nothing."""
TREES, NETS = ("boosting", "boosting-l1"), ("mlp", "lstm", "bilstm", "transformer")
"""Kinds of which the one that errs least in validation is averaged with that of the other kind."""
_ASKS: Mapping[str, Callable[[Record], Ask]] = {
    "one step": lambda _: one_step(),
    "24 h path": next_day,
    "day ahead": day_ahead,
}


@dataclass(frozen=True)
class Market:
    """A price record, cut by time.

    Args:
        name: in titles.
        file: in the folder of the records.
        zone: its clock; local days begin by it.
        per: units that are told, for one of the record.
        unit: that is told.
        train_until: first day that the first training does not see; validation goes from here to the test.
        test_from: first day that is judged.
        train_from: first day that is learned from, None for the first of the record.
        test_until: day after the last that is judged, None for the end of the record.
        column: of the file, None for its only price.
    """

    name: str
    file: str
    zone: str
    per: float
    unit: str
    train_until: date
    test_from: date
    train_from: date | None = None
    test_until: date | None = None
    column: str | None = None


@dataclass(frozen=True)
class Entry:
    """A forecaster in a table.

    Args:
        model: its name.
        refit_days: days from one training to the next, 0 to train once.
        choices: settings of which those that err least in validation are taken.
        seeds: trainings, each judged by itself.
    """

    model: str
    refit_days: int = 0
    choices: tuple[Mapping[str, Any], ...] = ({},)
    seeds: int = 1


@dataclass(frozen=True)
class Contest:
    """A table: what is asked of which market, and of whom.

    Args:
        market: whose prices.
        ask: one of `one step`, `24 h path`, `day ahead`.
        entries: who answers.
    """

    market: Market
    ask: str
    entries: tuple[Entry, ...]

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f"{self.market.name} {self.ask}".lower().replace(" ", "-")


@dataclass(frozen=True)
class Row:
    """A forecaster's figures, means over its seeds.

    Args:
        model: its name.
        settings: other than the usual ones.
        refit_days: days from one training to the next, 0 for one training, None where it learns nothing.
        rmse: root of the mean squared error, in the unit that is told.
        mae: mean absolute error, likewise.
        smape: symmetric mean absolute error [%].
        rmae: MAE over that of the naive forecast.
        coverage_90: share of truths in the band of 90 %.
        width_90: mean width of that band, in the unit that is told.
        cpu_s: processor time of a seed's trainings and forecasts [s].
        seeds: trainings behind the means.
        spread: least and greatest MAE of a seed.
        p: for each of `RIVALS`, one-sided p-value of "no better than it", None for the rival itself.
    """

    model: str
    settings: str
    refit_days: int | None
    rmse: float
    mae: float
    smape: float
    rmae: float
    coverage_90: float
    width_90: float
    cpu_s: float
    seeds: int
    spread: tuple[float, float]
    p: Mapping[str, float | None]


@dataclass(frozen=True)
class Table:
    """What came out of a contest.

    Args:
        contest: what was asked.
        learned_until: first local day that the first training did not see.
        judged_from: first local day that was judged.
        days: that were judged.
        forecasts: steps that were judged.
        rows: the smallest mean absolute error first.
        lead: one-sided p-value of "the first row is no better than the second".
    """

    contest: Contest
    learned_until: str
    judged_from: str
    days: int
    forecasts: int
    rows: tuple[Row, ...]
    lead: float


IEX = Market(
    "IEX",
    "iex_dam_15min_2024_2025.parquet",
    "Asia/Kolkata",
    1.0,
    "INR/kWh",
    date(2025, 4, 1),
    date(2025, 7, 1),
)
NL = Market(
    "Netherlands",
    "nl_dayahead_hourly_2015_2025.parquet",
    "Europe/Amsterdam",
    1000.0,
    "EUR/MWh",
    date(2023, 10, 1),
    date(2024, 1, 1),
    train_from=date(2019, 1, 1),
    test_until=date(2025, 1, 1),
)
ERCOT = Market(
    "ERCOT hubs",
    "ercot_dam_hourly_2021_2022.parquet",
    "America/Chicago",
    1000.0,
    "USD/MWh",
    date(2022, 4, 1),
    date(2022, 7, 1),
    column="hb_hubavg_usd_per_mwh",
)

_TREES: tuple[Mapping[str, Any], ...] = ({}, {"trees": 800, "rate": 0.03, "leaves": 31})
_LASSO: tuple[Mapping[str, Any], ...] = ({}, {"noise": 0.1})
_DAY_AHEAD = (
    *(Entry(name) for name in NAIVE),
    Entry("arima"),
    Entry("lear", 7, _LASSO),
    Entry("boosting", 56, _TREES),
    Entry("boosting-l1", 56, _TREES),
)
_MANY = {"epochs": 120, "patience": 20, "batch": 32}
"""A day is one window: of so few a net needs many epochs."""
_LARGE = {**_MANY, "units": 64, "look_back": 96, "dropout": 0.3}
_NETS_DAY_AHEAD = tuple(Entry(name, 0, (_MANY, _LARGE), seeds=2) for name in NETS)
_FEW = {"epochs": 5, "look_back": 24}
"""Every quarter-hour is a window: of so many few epochs do."""
_NETS_ONE_STEP = tuple(Entry(name, 0, (_FEW,), seeds=2) for name in NETS)

CONTESTS = (
    Contest(
        IEX,
        "one step",
        (
            *(Entry(name) for name in NAIVE[:3]),
            Entry("arima"),
            Entry("lear", 7, _LASSO),
            Entry("boosting", 56, _TREES),
            Entry("boosting-l1", 56, _TREES),
            *_NETS_ONE_STEP,
        ),
    ),
    Contest(
        IEX,
        "24 h path",
        (
            *(Entry(name) for name in NAIVE[:3]),
            Entry("arima"),
            Entry("lear", 0, ({"most": 3000},)),
            Entry("boosting"),
        ),
    ),
    Contest(IEX, "day ahead", (*_DAY_AHEAD, *_NETS_DAY_AHEAD)),
    Contest(NL, "day ahead", (*_DAY_AHEAD, _NETS_DAY_AHEAD[0])),
    Contest(ERCOT, "day ahead", (*_DAY_AHEAD, _NETS_DAY_AHEAD[0])),
)
_CALIBRATION_DAYS = 56


def chosen_contests(names: Sequence[str]) -> tuple[Contest, ...]:
    """Return the contests of those names, such as `iex-one-step`; all where there are none.

    Raises:
        InputError: there is no contest of a name.
    """
    known = {each.folder: each for each in CONTESTS}
    for name in names:
        if name not in known:
            raise no_such("there is no such contest", where="--only", found=name, known=known)
    return tuple(each for each in CONTESTS if not names or each.folder in names)


def run_markets(
    data: Path,
    out: Path,
    quick: bool,
    progress: Callable[[str], None] = lambda _: None,
    *,
    contests: Sequence[Contest] = CONTESTS,
) -> tuple[Table, ...]:
    """Let every forecaster answer every contest and write `markets.json` and `markets.md`.

    Args:
        data: folder of the records.
        out: folder of the results, which keeps what is done and goes on from there.
        quick: two weeks of each test by models trained once on three months, small ones and no networks.
        progress: told of what is done, in words.
        contests: what is asked of whom.

    Returns:
        A table a contest.

    Raises:
        InputError: a record is missing or faulty, or the folder holds another study.
    """
    for name in dict.fromkeys(each.market.file for each in contests):
        if not (data / name).is_file():
            raise InputError("there is no such file", where="--data", found=data / name, expected=name)
    tables = []
    for each in contests:
        asked = _small(each) if quick else each
        tables.append(judge_contest(asked, data, out / "backtests" / each.folder, quick, progress))
    told = json.dumps([asdict(each) for each in tables], indent=2, default=str) + "\n"
    publish(out, {"markets.json": told.encode(), "markets.md": page(tables, quick).encode()})
    return tuple(tables)


def judge_contest(
    contest: Contest, data: Path, out: Path, quick: bool, progress: Callable[[str], None] = lambda _: None
) -> Table:
    """Let the forecasters of one contest answer.

    Args:
        contest: what is asked of whom.
        data: folder of the record.
        out: folder that keeps what is done.
        quick: as `run_markets`.
        progress: told of what is done, in words.

    Returns:
        The table.
    """
    record, span = cut(contest.market, data, quick)
    ask, hourly = _ASKS[contest.ask](record), contest.ask == "one step"
    made: dict[str, list[Result]] = {}
    chosen: dict[str, tuple[Entry, Mapping[str, Any]]] = {}

    def run(entry: Entry, settings: Mapping[str, Any], within: Span, folder: Path, seed: int = 0) -> Result:
        def tell(name: str, done: int, total: int) -> None:
            progress(f"{contest.market.name}, {contest.ask}, {name}: {done} of {total}")

        model = forecaster(entry.model, **settings)
        result = backtest(model, record, ask, within, seed=seed, hourly=hourly, out=folder, progress=tell)
        assert result is not None  # nothing asks it to stop
        return result

    for entry in contest.entries:
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
        _row(name, results, naive, contest.market.per, losses, chosen.get(name))
        for name, results in made.items()
    ]
    rows.sort(key=lambda row: row.mae)
    first = next(iter(made.values()))[0]
    return Table(
        contest,
        local_day(record, span.calibrate_from),
        local_day(record, span.test_from),
        len(np.unique(first.dates)),
        first.truth.size,
        tuple(rows),
        diebold_mariano(losses[rows[0].model], losses[rows[1].model]).p,
    )


def cut(market: Market, data: Path, quick: bool = False) -> tuple[Record, Span]:
    """Return the record of a market and which part of it is for what.

    Args:
        market: whose prices.
        data: folder of the records.
        quick: as `run_markets`.

    Raises:
        InputError: the record is faulty.
    """
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


def _small(contest: Contest) -> Contest:
    settings: dict[str, Mapping[str, Any]] = {
        "lear": {"windows": (56,), "most": 500},
        "boosting": {"trees": 40, "most": 20_000},
        "boosting-l1": {"trees": 40, "most": 20_000},
    }
    names = [each.model for each in contest.entries]
    kept = [each for each in names if each in settings or each.startswith(("naive", "persistence"))]
    return replace(contest, entries=tuple(Entry(name, choices=(settings.get(name, {}),)) for name in kept))


def _row(
    name: str,
    results: Sequence[Result],
    naive: Floats,
    per: float,
    losses: Mapping[str, Floats],
    chosen: tuple[Entry, Mapping[str, Any]] | None,
) -> Row:
    told = []
    for each in results:
        assert each.forecast.quantiles is not None  # calibrated
        told.append(
            measure(per * each.truth, per * each.forecast.mean, per * naive, per * each.forecast.quantiles)
        )

    def mean(field: str) -> float:
        return float(np.mean([getattr(each, field) for each in told]))

    errors = [each.mae for each in told]
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
    """Return the step at which a local day begins."""
    midnight = local_midnight(day, record.target.timezone)
    return int((midnight - record.target.start) // np.timedelta64(record.target.step_s, "s"))

"""Does the pelican of 001 tune a BiLSTM better than chance or TPE? Equal trainings, several repetitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from wattswarm.data import read_series
from wattswarm.data.generate import generate_prices
from wattswarm.evaluate import Interval, interval, probability_of_improvement
from wattswarm.forecast import Record, forecaster, one_step
from wattswarm.forecast.backtest import rmse
from wattswarm.forecast.features import outcomes
from wattswarm.forecast.tuning import Allowance, Choice, Real, Settings, Space, Trial, tune_forecaster
from wattswarm.papers.experiment import Options, Tell, table, write_page

IEX = "iex_dam_15min_2024_2025.parquet"
_START = np.datetime64("2024-09-01T00:00:00")


@dataclass(frozen=True)
class Design:
    """What is compared, and on what.

    Layers, units and look-back have few values, so that few programs serve all trainings: a program takes
    longer to compile than a training to run.
    """

    model: str = "bilstm"
    """Forecaster that is tuned."""
    space: Space = field(
        default_factory=lambda: Space(
            {
                "layers": Choice((1, 2)),
                "units": Choice((8, 16)),
                "look_back": Choice((12, 24)),
                "rate": Real(1e-4, 1e-2, log=True),
                "dropout": Real(0.0, 0.5),
            }
        )
    )
    fixed: Settings = field(default_factory=lambda: {"epochs": 3})
    methods: tuple[str, ...] = ("pelican", "random", "tpe")
    allowance: Allowance = field(default_factory=lambda: Allowance(trainings=28, together=4))
    repetitions: int = 5
    days: int = 75
    """Of the record from its start, test included."""
    test_days: int = 15
    """At its end, which no search sees."""


@dataclass(frozen=True)
class Row:
    """What one search found in every repetition."""

    method: str
    found: tuple[float, ...]
    """Lowest validation error of each repetition, in the unit of the series."""
    halfway: tuple[float, ...]
    """The same after half of the trainings."""
    tested: tuple[float, ...]
    """Error of the settings found on days that no search saw, trained anew on all days before."""
    cpu_s: float
    """Processor time of all trainings [s]."""
    mean: Interval
    """Of `found`, interquartile with its 95 % interval."""
    test_mean: Interval
    """Of `tested`, likewise."""
    settings: tuple[Settings, ...]


def run_tuning(options: Options, *, design: Design | None = None) -> tuple[Row, ...]:
    """Tune with every search at the same budget and write `tuning.json` and `tuning.md`.

    Args:
        options: of the study; quick are two repetitions of five trainings.
        design: what is compared; the usual one without.

    Returns:
        One row a search.

    Raises:
        InputError: the record is missing or faulty, or the trials in the folder are of another design.
    """
    design = _small(design or Design()) if options.quick else design or Design()
    design = replace(design, repetitions=options.seeds or design.repetitions)
    record = _record(options.data, design.days)
    rows = tuple(_row(design, record, method, options.out, options.tell) for method in design.methods)
    naive = _test_error(record, design, "persistence", {}, seed=0)
    found = {"series": record.target.name, "unit": record.target.unit, "persistence": naive}
    found |= {"allowance": asdict(design.allowance), "rows": [asdict(row) for row in rows]}
    write_page(options, "tuning", [page_of(rows, naive, record.target.unit)], records={"tuning.json": found})
    return rows


def _small(design: Design) -> Design:
    """Return a design of few trainings that leaves no choices, so that one program serves all of them."""
    axes = design.space.axes
    first = {name: axis.options[0] for name, axis in axes.items() if isinstance(axis, Choice)}
    return replace(
        design,
        space=Space({name: axis for name, axis in axes.items() if name not in first}),
        fixed={**design.fixed, **first},
        allowance=Allowance(trainings=5, together=4),
        repetitions=2,
        days=24,
        test_days=4,
    )


def page_of(rows: tuple[Row, ...], naive: float, unit: str) -> str:
    """Return the rows as Markdown, with how likely each search beats chance."""
    chance = next((row for row in rows if row.method == "random"), None)
    cells = [
        (
            row.method,
            _worded(row.mean),
            f"{max(row.found):.4f} to {min(row.found):.4f}",
            f"{np.mean(row.halfway):.4f}",
            _worded(row.test_mean),
            "" if chance is None or row is chance else f"{_beats(row.found, chance.found):.2f}",
            f"{row.cpu_s:.0f}",
        )
        for row in rows
    ]
    heads = ("search", "found (95 %)", "worst to best", "half the trainings", "test (95 %)", "beats random")
    return (
        table((*heads, "CPU s"), cells)
        + f"\n\nRMSE in {unit}; interquartile means over {len(rows[0].found)} repetitions. Persistence errs "
        f"by {naive:.4f} on the test days."
    )


def _row(design: Design, record: Record, method: str, out: Path, tell: Tell) -> Row:
    first = record.steps - design.test_days * record.day
    tunings, tested = [], []
    for seed in range(design.repetitions):

        def report(trial: Trial, name: str = f"{method}, repetition {seed + 1}") -> None:
            tell(f"{name}: training {trial.number + 1} errs by {trial.value:.4f} after {trial.seconds:.1f} s")

        tuning = tune_forecaster(
            design.model,
            record.until(first),
            one_step(),
            method=method,
            allowance=design.allowance,
            space=design.space,
            fixed=design.fixed,
            seed=seed,
            path=out / "trials" / f"{method}-{seed}.jsonl",
            progress=report,
        )
        best = {**design.fixed, **tuning.best.settings}
        tunings.append(tuning)
        tested.append(_test_error(record, design, design.model, best, seed))
    found = tuple(tuning.best.value for tuning in tunings)
    rng = np.random.default_rng(0)
    return Row(
        method=method,
        found=found,
        halfway=tuple(float(tuning.history[len(tuning.history) // 2 - 1]) for tuning in tunings),
        tested=tuple(tested),
        cpu_s=sum(trial.seconds for tuning in tunings for trial in tuning.trials),
        mean=interval(np.asarray(found)[:, None], rng),
        test_mean=interval(np.asarray(tested)[:, None], rng),
        settings=tuple(tuning.best.settings for tuning in tunings),
    )


def _test_error(record: Record, design: Design, name: str, settings: Mapping[str, Any], seed: int) -> float:
    """Return the RMSE on the test days after training on all days before them."""
    ask, first = one_step(), record.steps - design.test_days * record.day
    model = forecaster(name, **settings).fit(record.until(first), ask, seed=seed)
    origins = ask.origins(record, first)
    return rmse(outcomes(record, origins, ask.steps), model.predict(record, origins).mean)


def _record(data: Path | None, days: int) -> Record:
    if data is not None:
        return Record(read_series(data / IEX, window=(_START, _START + np.timedelta64(days, "D"))))
    return Record(
        generate_prices(
            start=date(2024, 1, 1),
            days=days,
            timezone="Asia/Kolkata",
            step_s=900,
            currency="INR",
            mean=5.0,
            negative_share=0.0,
            rng=np.random.default_rng(0),
        )
    )


def _beats(ours: tuple[float, ...], theirs: tuple[float, ...]) -> float:
    """Return how likely a repetition of ours errs less than one of theirs."""
    return probability_of_improvement(-np.asarray(ours)[:, None], -np.asarray(theirs)[:, None])


def _worded(figure: Interval) -> str:
    return f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"

"""The options of `wattswarm forecast`, each stated once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Column, Quick, Repair, Seed, Timezone, UnitName


@dataclass(frozen=True)
class Order:
    """The series, the question and the models that the user asked for."""

    series: Annotated[Path, typer.Argument(help="CSV or Parquet file of an operator, prices as a rule.")]
    models: Annotated[
        str | None,
        typer.Option(
            help="Models with commas between, such as naive-day,lear,boosting; the usual ones by default."
        ),
    ] = None
    ask: Annotated[
        str, typer.Option(help="one-step, path (24 h, every hour) or day-ahead (the next local day).")
    ] = "day-ahead"
    quantity: Annotated[str, typer.Option(help="price, load, power, intensity or irradiance.")] = "price"
    column: Column = None
    unit: UnitName = None
    timezone: Timezone = None
    repair: Repair = None
    beside: Annotated[
        list[str] | None, typer.Option(help="A column of the file that may help. Repeatable.")
    ] = None
    known: Annotated[
        list[str] | None,
        typer.Option(help="When such a column is known: NAME=beforehand or NAME=afterwards. Repeatable."),
    ] = None
    late: Annotated[
        float | None,
        typer.Option(
            help="Hours that columns known afterwards are late; 12 by default for day-ahead, else 0."
        ),
    ] = None
    train_until: Annotated[
        str | None, typer.Option(help="First day, YYYY-MM-DD, that the first training does not see.")
    ] = None
    test_from: Annotated[
        str | None, typer.Option(help="First day that is judged; by default of the last quarter.")
    ] = None
    refit_days: Annotated[int, typer.Option(help="Days from one training to the next; 0 trains once.")] = 7
    seed: Seed = 0
    tune: Annotated[
        str | None,
        typer.Option(help="Search for settings by pelican, random or tpe, on what the first training sees."),
    ] = None
    trials: Annotated[int, typer.Option(help="Trainings of each search.")] = 60
    quick: Quick = False
    out: Annotated[Path, typer.Option(help="Folder; goes on with what is there.")] = Path(
        "wattswarm-out/forecast"
    )
    apply: Annotated[
        Path | None,
        typer.Option(help="Folder with a kept model: forecast by it what follows the file, train nothing."),
    ] = None

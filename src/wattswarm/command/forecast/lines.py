"""The command line about forecasts: `wattswarm forecast`. It imports what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Column, Json, Quick, Repair, Seed, Timezone, UnitName
from wattswarm.terminal import busy, console_for


def forecast(
    series: Annotated[Path, typer.Argument(help="CSV or Parquet file of an operator, prices as a rule.")],
    models: Annotated[
        str | None,
        typer.Option(
            help="Models with commas between, such as naive-day,lear,boosting; the usual ones by default."
        ),
    ] = None,
    ask: Annotated[
        str, typer.Option(help="one-step, path (24 h, every hour) or day-ahead (the next local day).")
    ] = "day-ahead",
    quantity: Annotated[str, typer.Option(help="price, load, power, intensity or irradiance.")] = "price",
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    beside: Annotated[
        list[str] | None, typer.Option(help="A column of the file that may help. Repeatable.")
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(help="When such a column is known: NAME=beforehand or NAME=afterwards. Repeatable."),
    ] = None,
    late: Annotated[
        float | None,
        typer.Option(
            help="Hours that columns known afterwards are late; 12 by default for day-ahead, else 0."
        ),
    ] = None,
    train_until: Annotated[
        str | None, typer.Option(help="First day, YYYY-MM-DD, that the first training does not see.")
    ] = None,
    test_from: Annotated[
        str | None, typer.Option(help="First day that is judged; by default of the last quarter.")
    ] = None,
    refit_days: Annotated[int, typer.Option(help="Days from one training to the next; 0 trains once.")] = 7,
    seed: Seed = 0,
    tune: Annotated[
        str | None,
        typer.Option(help="Search for settings by pelican, random or tpe, on what the first training sees."),
    ] = None,
    trials: Annotated[int, typer.Option(help="Trainings of each search.")] = 60,
    quick: Quick = False,
    out: Annotated[Path, typer.Option(help="Folder; goes on with what is there.")] = Path(
        "wattswarm-out/forecast"
    ),
    apply: Annotated[
        Path | None,
        typer.Option(help="Folder with a kept model: forecast by it what follows the file, train nothing."),
    ] = None,
    json: Json = False,
) -> None:
    """Forecast a series by several models, judged on days they never saw, with calibrated bands.

    Examples:

    - `wattswarm forecast prices.csv --quick`

    - `wattswarm forecast prices.csv --ask one-step --models persistence,boosting,bilstm`

    - `wattswarm forecast prices.csv --beside wind_forecast_mw --known wind_forecast_mw=beforehand`

    - `wattswarm forecast newer.csv --apply wattswarm-out/forecast`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.forecast.next import forecast_next
        from wattswarm.command.forecast.order import Order
        from wattswarm.command.forecast.run import forecast_series

    order = Order(
        series,
        models,
        ask,
        quantity,
        column,
        unit,
        timezone,
        tuple(repair or ()),
        tuple(beside or ()),
        tuple(known or ()),
        late,
        train_until,
        test_from,
        refit_days,
        seed,
        tune,
        trials,
        quick,
        out,
        apply,
    )
    if apply is not None:
        forecast_next(order, json, console, sys.argv[1:])
        return
    forecast_series(order, json, console, sys.argv[1:])

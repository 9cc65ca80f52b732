"""The command line: `wattswarm run | compare | bound | doctor | bench`."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from wattswarm import __version__
from wattswarm.errors import InputError

if TYPE_CHECKING:
    # Commands import what they need when they run, so that --help answers at once.
    from wattswarm.command.inputs import Inputs

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Forecast, price, control, trade and settle the energy of electric-vehicle charging.",
)

SiteArgument = Annotated[
    str | None, typer.Argument(help="Site file (YAML) or the name of an example: hub, workplace, pool.")
]
Prices = Annotated[Path | None, typer.Option(help="Wholesale prices (CSV or Parquet of an operator).")]
SessionsFile = Annotated[Path | None, typer.Option(help="Charging sessions (ACN-Data, CSV or Parquet).")]
SolarFile = Annotated[Path | None, typer.Option(help="Measured output of a solar array.")]
LoadFile = Annotated[Path | None, typer.Option(help="Measured base load.")]
CarbonFile = Annotated[Path | None, typer.Option(help="Carbon intensity of the grid.")]
Days = Annotated[int, typer.Option(help="Days of the horizon.")]
Start = Annotated[
    str | None, typer.Option(help="First day, YYYY-MM-DD; by default the first Monday that fits.")
]
Seed = Annotated[int, typer.Option(help="Seed of everything that is generated.")]
RegimeName = Annotated[
    str, typer.Option("--regime", help="What is known of prices: RT, DAM, GATE or ORACLE.")
]
Column = Annotated[str | None, typer.Option(help="Column, node or zone of the price file.")]
UnitName = Annotated[
    str | None, typer.Option("--unit", help="Unit of the prices where the file states none.")
]
Timezone = Annotated[str | None, typer.Option(help="IANA zone of times that state no offset.")]
Repair = Annotated[
    list[str] | None, typer.Option(help="A repair you allow: gaps, duplicates, range, missing. Repeatable.")
]
Rate = Annotated[float | None, typer.Option(help="Units of the prices' currency per unit of the site's.")]
Out = Annotated[Path, typer.Option(help="Folder for everything that is written.")]
Policies = Annotated[list[str] | None, typer.Option("--policy", help="A policy to run. Repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@app.callback()
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"wattswarm {__version__}")
        raise typer.Exit


@app.command()
def run(
    site: SiteArgument = None,
    prices: Prices = None,
    sessions: SessionsFile = None,
    solar: SolarFile = None,
    load: LoadFile = None,
    carbon: CarbonFile = None,
    days: Days = 7,
    start: Start = None,
    seed: Seed = 0,
    regime: RegimeName = "DAM",
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    rate: Rate = None,
    policy: Policies = None,
    out: Out = Path("wattswarm-out"),
    json: Json = False,
) -> None:
    """Simulate a site, weigh every policy against the exact optimum and write the report.

    Without arguments the built-in hub runs on generated data.

    Examples:

    - `wattswarm run`

    - `wattswarm run hub --prices prices.csv --sessions sessions.json --days 14 --out week`

    - `wattswarm run my_site.yaml --policy edf --policy mpc-dayahead`
    """
    from wattswarm.command.run import run_site

    inputs = _inputs(
        site,
        prices,
        sessions,
        solar,
        load,
        carbon,
        days,
        start,
        seed,
        regime,
        column,
        unit,
        timezone,
        repair,
        rate,
    )
    run_site(inputs, policy, out, json, _console(json), sys.argv[1:])


@app.command()
def compare(
    site: SiteArgument = None,
    prices: Prices = None,
    sessions: SessionsFile = None,
    days: Days = 2,
    start: Start = None,
    seeds: Annotated[int, typer.Option(help="How many seeds, or weeks of the files, to compare on.")] = 5,
    regime: RegimeName = "DAM",
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    rate: Rate = None,
    policy: Policies = None,
    out: Out = Path("wattswarm-out"),
    json: Json = False,
) -> None:
    """Compare policies over several horizons: interquartile means with 95 % bootstrap intervals.

    Examples:

    - `wattswarm compare hub --policy edf --policy price-threshold --seeds 10`

    - `wattswarm compare --prices prices.csv --seeds 4 --days 7`
    """
    from wattswarm.command.compare import compare_policies

    inputs = _inputs(
        site, prices, sessions, None, None, None, days, start, 0, regime, column, unit, timezone, repair, rate
    )
    compare_policies(inputs, seeds, policy, out, json, _console(json))


@app.command()
def bound(
    site: SiteArgument = None,
    prices: Prices = None,
    sessions: SessionsFile = None,
    solar: SolarFile = None,
    load: LoadFile = None,
    days: Days = 7,
    start: Start = None,
    seed: Seed = 0,
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    rate: Rate = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the optimal schedule.")] = None,
    json: Json = False,
) -> None:
    """Solve the perfect-foresight optimum of a site and prove it by replaying it in the simulator.

    Examples:

    - `wattswarm bound pool --days 31`

    - `wattswarm bound hub --prices prices.csv --out optimum`
    """
    from wattswarm.command.bound import bound_site

    inputs = _inputs(
        site,
        prices,
        sessions,
        solar,
        load,
        None,
        days,
        start,
        seed,
        "ORACLE",
        column,
        unit,
        timezone,
        repair,
        rate,
    )
    bound_site(inputs, out, json, _console(json))


@app.command()
def doctor(
    file: Annotated[Path, typer.Argument(help="A site file or a file of prices, powers or sessions.")],
    quantity: Annotated[str | None, typer.Option(help="price, power, load, intensity or irradiance.")] = None,
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    json: Json = False,
) -> None:
    """Say in plain words what a file holds and what is wrong with it; exit code 2 if it cannot be used as is.

    Examples:

    - `wattswarm doctor prices.csv`

    - `wattswarm doctor my_site.yaml`
    """
    from wattswarm.command.doctor import diagnose

    if not diagnose(file, quantity, column, unit, timezone, json, _console(json)):
        raise typer.Exit(2)


@app.command()
def bench(
    case: Annotated[list[str] | None, typer.Option(help="A case to run. Repeatable; all by default.")] = None,
    repeats: Annotated[int, typer.Option(help="Runs of each case; the median is quoted.")] = 5,
    quick: Annotated[bool, typer.Option(help="Small shapes, to see that it works.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for bench.json.")] = None,
) -> None:
    """Measure the simulator, the bound and MPC: work per CPU-second, with versions, load and spread.

    Examples:

    - `wattswarm bench --quick`

    - `wattswarm bench --case world-1024 --out measured`
    """
    from wattswarm.command.bench import run_cases

    run_cases(case, repeats, quick, out, _console(False))


def main() -> None:
    """Run the command line; mistakes in input exit with code 2 and one clear message."""
    try:
        app()
    except InputError as error:
        Console(stderr=True).print(f"[bold red]error[/] {_plain(str(error))}", highlight=False)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("stopped; nothing was half-written")
        raise SystemExit(130) from None


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _console(json: bool) -> Console:
    """Return where people read: standard output, or standard error when JSON goes to the former."""
    return Console(stderr=json)


def _inputs(
    site: str | None,
    prices: Path | None,
    sessions: Path | None,
    solar: Path | None,
    load: Path | None,
    carbon: Path | None,
    days: int,
    start: str | None,
    seed: int,
    regime: str,
    column: str | None,
    unit: str | None,
    timezone: str | None,
    repair: list[str] | None,
    rate: float | None,
) -> Inputs:
    from wattswarm.command.inputs import Inputs
    from wattswarm.market import Regime

    names = [each.value for each in Regime]
    if regime.upper() not in names:
        raise InputError(
            "unknown information regime", where="--regime", found=regime, expected=", ".join(names)
        )
    return Inputs(
        site=site,
        prices=prices,
        sessions=sessions,
        solar=solar,
        load=load,
        carbon=carbon,
        column=column,
        unit=unit,
        timezone=timezone,
        repair=frozenset(repair or ()),
        start=_day(start),
        days=days,
        seed=seed,
        regime=Regime(regime.upper()),
        rate=rate,
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise InputError("not a date", where="--start", found=text, expected="YYYY-MM-DD") from None

"""The command line: `wattswarm run | compare | bound | doctor | bench`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wattswarm import __version__
from wattswarm.command.arguments import (
    CarbonFile,
    Column,
    Days,
    Json,
    LoadFile,
    Policies,
    Prices,
    Rate,
    RegimeName,
    Repair,
    Seed,
    SessionsFile,
    Site,
    SolarFile,
    Start,
    Timezone,
    UnitName,
)
from wattswarm.command.show import busy, say
from wattswarm.command.stop import interruptible
from wattswarm.errors import InputError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Forecast, price, control, trade and settle the energy of electric-vehicle charging.",
)

# Commands import what they need when they run, so that --help answers at once.


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wattswarm {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Speak for all commands."""


@app.command()
def run(
    site: Site = None,
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
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("wattswarm-out"),
    json: Json = False,
) -> None:
    """Simulate a site, weigh every policy against the exact optimum and write the report.

    Without arguments the built-in hub runs on generated data.

    Examples:

    - `wattswarm run`

    - `wattswarm run hub --prices prices.csv --sessions sessions.json --days 14 --out fortnight`

    - `wattswarm run my_site.yaml --policy earliest-deadline-first --policy mpc-dayahead`
    """
    console = _console(json)
    with busy(console, "starting"):
        from wattswarm.command.options import Inputs, check_inputs, parse_day, parse_regime

    inputs = Inputs(
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
        start=parse_day(start),
        days=days,
        seed=seed,
        regime=parse_regime(regime),
        rate=rate,
    )
    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.run import run_site

    run_site(inputs, policy, out, json, console, sys.argv[1:])


@app.command()
def compare(
    site: Site = None,
    prices: Prices = None,
    sessions: SessionsFile = None,
    solar: SolarFile = None,
    load: LoadFile = None,
    days: Days = 2,
    start: Start = None,
    seeds: Annotated[
        int, typer.Option(help="How many horizons: one seed each, or with files one stretch after another.")
    ] = 5,
    regime: RegimeName = "DAM",
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    rate: Rate = None,
    policy: Policies = None,
    out: Annotated[Path, typer.Option(help="Folder for compare.json.")] = Path("wattswarm-out"),
    json: Json = False,
) -> None:
    """Compare policies over several horizons: interquartile means with 95 % bootstrap intervals.

    Examples:

    - `wattswarm compare hub --policy solar-surplus --policy price-threshold --seeds 10`

    - `wattswarm compare --prices prices.csv --seeds 4 --days 7`
    """
    console = _console(json)
    with busy(console, "starting"):
        from wattswarm.command.options import Inputs, check_inputs, parse_day, parse_regime

    inputs = Inputs(
        site=site,
        prices=prices,
        sessions=sessions,
        solar=solar,
        load=load,
        column=column,
        unit=unit,
        timezone=timezone,
        repair=frozenset(repair or ()),
        start=parse_day(start),
        days=days,
        regime=parse_regime(regime),
        rate=rate,
    )
    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.compare import compare_policies

    compare_policies(inputs, seeds, policy, out, json, console)


@app.command()
def bound(
    site: Site = None,
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
    out: Annotated[Path | None, typer.Option(help="Folder for the optimum and its schedule.")] = None,
    json: Json = False,
) -> None:
    """Solve the perfect-foresight optimum of a site and prove it by replaying it in the simulator.

    Examples:

    - `wattswarm bound pool --days 14`

    - `wattswarm bound hub --prices prices.csv --out optimum`
    """
    console = _console(json)
    with busy(console, "starting"):
        from wattswarm.command.options import Inputs, check_inputs, parse_day, parse_regime

    inputs = Inputs(
        site=site,
        prices=prices,
        sessions=sessions,
        solar=solar,
        load=load,
        column=column,
        unit=unit,
        timezone=timezone,
        repair=frozenset(repair or ()),
        start=parse_day(start),
        days=days,
        seed=seed,
        regime=parse_regime("ORACLE"),
        rate=rate,
    )
    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.bound import bound_site

    bound_site(inputs, out, json, console)


@app.command()
def doctor(
    file: Annotated[Path, typer.Argument(help="A site file or a file of prices, powers or sessions.")],
    quantity: Annotated[
        str | None, typer.Option(help="What to look for: price, power, load, intensity or irradiance.")
    ] = None,
    column: Annotated[str | None, typer.Option(help="Column, node or zone; all by default.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit where the file states none: EUR/MWh, kW.")] = None,
    timezone: Timezone = None,
    json: Json = False,
) -> None:
    """Say in plain words what a file holds and what is wrong with it; exit code 2 if it cannot be used as is.

    Examples:

    - `wattswarm doctor prices.csv`

    - `wattswarm doctor my_site.yaml`
    """
    console = _console(json)
    with busy(console, "reading"):
        from wattswarm.command.doctor import diagnose

        fit = diagnose(file, quantity, column, unit, timezone, json, console)
    if not fit:
        raise typer.Exit(2)


@app.command()
def bench(
    case: Annotated[list[str] | None, typer.Option(help="A case to run. Repeatable; all by default.")] = None,
    repeats: Annotated[int, typer.Option(help="Runs of each case; the median is quoted.")] = 5,
    quick: Annotated[bool, typer.Option("--quick", help="Small shapes, to see that it works.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for bench.json.")] = None,
) -> None:
    """Measure the simulator, the bound and MPC: work per CPU-second, with versions, load and spread.

    Examples:

    - `wattswarm bench --quick`

    - `wattswarm bench --case world-1024 --out measured`
    """
    from wattswarm.command.bench import run_cases

    run_cases(case, repeats, quick, out, _console(False))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; mistakes in input exit with code 2 and one clear message, Ctrl-C with 130.

    Args:
        arguments: the words after `wattswarm`, None for those of the process.
    """
    console = Console(stderr=True)
    try:
        with interruptible():
            app(arguments, prog_name="wattswarm")
    except InputError as error:
        first, *others = str(error).splitlines()
        say(console, f"error: {first}", style="bold red")
        for line in others:
            say(console, line, indent=12)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != 130:
            raise
        say(console, "stopped; nothing was half-written")
        raise SystemExit(130) from None


def _console(json: bool) -> Console:
    """Return where people read: standard output, or standard error when JSON goes to the former."""
    return Console(stderr=json)

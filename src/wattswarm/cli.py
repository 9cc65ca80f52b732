"""The command line: `wattswarm run | train | compare | bound | doctor | bench`."""

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
def train(
    task: Annotated[str, typer.Argument(help="pool, pool-literal, hub, station or station-literal.")],
    algorithm: Annotated[
        str,
        typer.Argument(
            help="tabular, mappo, dhqmix, qmix, vdn, iql, dqn, maddpg, iac, ippo, ppo-continuous or apg."
        ),
    ],
    seeds: Annotated[
        int | None, typer.Option(help="How many, side by side; 10 by default, 2 with --quick.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Environment steps of a seed; 300,000 by default, few with --quick.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting of the learner, field=value. Repeatable."),
    ] = None,
    region: Annotated[
        str, typer.Option(help="Where the pool stands: generated, east or west.")
    ] = "generated",
    data: Annotated[Path | None, typer.Option(help="Folder of the records of east or west.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Little of everything, to see that it works.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the files; wattswarm-out/TASK-ALGORITHM by default.")
    ] = None,
    json: Json = False,
) -> None:
    """Train a learner on a task and judge it on days it never saw, beside no flexibility and the exact bound.

    The same command goes on with a training that was stopped; Ctrl-C stops after the block at hand.

    Examples:

    - `wattswarm train pool qmix --quick`

    - `wattswarm train pool dhqmix --region east --data records --set hidden=32 --out runs/east`
    """
    console = _console(json)
    with busy(console, "starting"):
        from wattswarm.command.train import Order, train_task

    order = Order(task, algorithm, seeds, steps, tuple(settings or ()), region, data, quick, out)
    train_task(order, json, console, sys.argv[1:])


@app.command()
def compare(
    site: Site = None,
    prices: Prices = None,
    sessions: SessionsFile = None,
    solar: SolarFile = None,
    load: LoadFile = None,
    days: Annotated[
        int | None, typer.Option(help="Days of a horizon of a site, 1 to 366; 2 by default.")
    ] = None,
    start: Start = None,
    seeds: Annotated[
        int | None,
        typer.Option(
            help="How many horizons of a site: one seed each, or with files one stretch after another; "
            "5 by default."
        ),
    ] = None,
    regime: Annotated[
        str | None, typer.Option(help="What is known of prices: RT, DAM, GATE or ORACLE; DAM by default.")
    ] = None,
    column: Column = None,
    unit: UnitName = None,
    timezone: Timezone = None,
    repair: Repair = None,
    rate: Rate = None,
    region: Annotated[
        str | None,
        typer.Option(
            help="Test days of a task (pool, hub, station ...) instead of a site: generated, east or west."
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the records of east or west.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few test days, to see that it works.")] = False,
    policy: Policies = None,
    out: Annotated[Path, typer.Option(help="Folder for compare.json.")] = Path("wattswarm-out"),
    json: Json = False,
) -> None:
    """Compare policies over several horizons: interquartile means with 95 % bootstrap intervals.

    Examples:

    - `wattswarm compare hub --policy solar-surplus --policy price-threshold --seeds 10`

    - `wattswarm compare --prices prices.csv --seeds 4 --days 7`

    - `wattswarm compare pool --region generated --policy wattswarm-out/pool-qmix --policy mpc-dayahead`
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
        days=2 if days is None else days,
        regime=parse_regime(regime or "DAM"),
        rate=rate,
    )
    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.compare import compare_policies
        from wattswarm.command.horizons import fixed_days

    place = fixed_days(
        inputs, region, data, quick, {"--days": days, "--start": start, "--seeds": seeds, "--regime": regime}
    )
    compare_policies(inputs, 5 if seeds is None else seeds, policy, out, json, console, place)


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


@app.command()
def study(
    name: Annotated[str, typer.Argument(help="pool (paper 002) or outside (public problems).")],
    quick: Annotated[bool, typer.Option("--quick", help="To see that it works.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the regions' records; without it a region is generated.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(help="Seeds of each way to train.")] = None,
    steps: Annotated[int | None, typer.Option(help="Environment steps of each seed.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="A way to train by its label. Repeatable; all by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; goes on with what is there.")] = None,
) -> None:
    """Run a paper's experiments: train everything, judge it beside the exact bound, write tables and figures.

    Examples:

    - `wattswarm study pool --quick`

    - `wattswarm study pool --data records --out study-pool`
    """
    console = _console(False)
    with busy(console, "starting"):
        from wattswarm.command.study import run_study

    run_study(name, quick, data, seeds, steps, only, out, console)


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

"""The command lines about sites and their files: `wattswarm run | compare | bound | doctor`.

Commands import what they need when they run, so that --help answers at once.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Json, Policies, Quick, Records, Timezone, options_of
from wattswarm.command.site.options import Inputs
from wattswarm.terminal import busy, console_for


@options_of(Inputs)
def run(
    inputs: Inputs,
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

    - `wattswarm run --prices prices.csv --policy mpc-forecast --forecast wattswarm-out/forecast`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.site.checks import check_inputs

    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.site.run import run_site

    run_site(inputs, policy, out, json, console, sys.argv[1:])


@options_of(Inputs, without=("carbon", "seed"))
def compare(
    inputs: Inputs,
    days: Annotated[
        int | None, typer.Option(help="Days of a horizon of a site, 1 to 366; 2 by default.")
    ] = None,
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
    region: Annotated[
        str | None,
        typer.Option(
            help="Test days of a task (pool, hub, station ...) instead of a site: generated, east or west."
        ),
    ] = None,
    data: Records = None,
    quick: Quick = False,
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
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.site.checks import check_inputs

    asked = {
        "--days": days,
        "--start": inputs.start,
        "--seeds": seeds,
        "--regime": regime,
        "--forecast": inputs.forecast,
    }
    inputs = replace(inputs, days=2 if days is None else days, regime=regime or "DAM")
    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.site.compare import compare_policies
        from wattswarm.command.site.horizons import fixed_days

    place = fixed_days(inputs, region, data, quick, asked)
    compare_policies(inputs, 5 if seeds is None else seeds, policy, out, json, console, place)


@options_of(Inputs, without=("carbon", "regime", "forecast"))
def bound(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option(help="Folder for the optimum and its schedule.")] = None,
    json: Json = False,
) -> None:
    """Solve the perfect-foresight optimum of a site and prove it by replaying it in the simulator.

    Examples:

    - `wattswarm bound pool --days 14`

    - `wattswarm bound hub --prices prices.csv --out optimum`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.site.checks import check_inputs

    check_inputs(inputs)
    with busy(console, "starting"):
        from wattswarm.command.site.bound import bound_site

    bound_site(replace(inputs, regime="ORACLE"), out, json, console)


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
    console = console_for(json)
    with busy(console, "reading"):
        from wattswarm.command.site.doctor import diagnose

        fit = diagnose(file, quantity, column, unit, timezone, json, console)
    if not fit:
        raise typer.Exit(2)

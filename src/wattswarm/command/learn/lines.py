"""The command lines about learners and speed: `wattswarm train | study | bench`.

Commands import what they need when they run, so that --help answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Json, Quick, Records, options_of
from wattswarm.command.learn.options import Order
from wattswarm.terminal import busy, console_for


@options_of(Order)
def train(order: Order, json: Json = False) -> None:
    """Train a learner on a task and judge it on days it never saw, beside no flexibility and the exact bound.

    The same command goes on with a training that was stopped; Ctrl-C stops after the block at hand, and where
    plans teach (dagger, values) after the seed at hand.

    Examples:

    - `wattswarm train pool qmix --quick`

    - `wattswarm train pool dhqmix --region east --data records --set hidden=32 --out runs/east`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.learn.train import train_task

    train_task(order, json, console, sys.argv[1:])


def study(
    name: Annotated[
        str,
        typer.Argument(
            help="pool (paper 002), station and tuning (001), city (000), contracts (004), fusion (003), "
            "outside (public problems), epf (published forecasts) or markets (all forecasters)."
        ),
    ],
    quick: Quick = False,
    data: Records = None,
    seeds: Annotated[int | None, typer.Option(help="Seeds of each way to train or tune.")] = None,
    steps: Annotated[int | None, typer.Option(help="Environment steps of each seed.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="A way to train, such as qmix. Repeatable; all by default.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; goes on with what is there.")] = None,
) -> None:
    """Run a paper's experiments: train everything, judge it beside the exact bound, write tables and figures.

    Without records the pool and the station live on generated prices. The same command goes on with a
    stopped study.

    Examples:

    - `wattswarm study pool --quick`

    - `wattswarm study pool --data records --out study-pool`
    """
    console = console_for(False)
    with busy(console, "starting"):
        from wattswarm.command.learn.study import run_study

    run_study(name, quick, data, seeds, steps, only, out, console)


def bench(
    case: Annotated[list[str] | None, typer.Option(help="A case to run. Repeatable; all by default.")] = None,
    repeats: Annotated[int, typer.Option(help="Runs of each case; the median is quoted.")] = 5,
    quick: Quick = False,
    out: Annotated[Path | None, typer.Option(help="Folder for bench.json.")] = None,
) -> None:
    """Measure the simulator, the bound and MPC: work per CPU-second, with versions, load and spread.

    Examples:

    - `wattswarm bench --quick`

    - `wattswarm bench --case world-1024 --out measured`
    """
    from wattswarm.command.learn.bench import run_cases

    run_cases(case, repeats, quick, out, console_for(False))

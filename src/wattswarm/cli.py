"""The command line: `wattswarm run | forecast | train | compare | bound | clear | game | study | ...`."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from wattswarm import __version__
from wattswarm.command import COMMANDS
from wattswarm.errors import InputError
from wattswarm.terminal import interruptible, say

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Forecast, price, control, trade and settle the energy of electric-vehicle charging.",
)

for _line in COMMANDS:
    app.command()(_line)


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; mistakes in input exit with code 2 and one clear message, Ctrl-C with 130.

    Args:
        arguments: the words after `wattswarm`, None for those of the process.
    """
    # Libraries and traced programs stay: to look for garbage among them again and again finds none.
    gc.set_threshold(50_000)
    # Nor is it looked for when all is given back to the system anyway.
    atexit.register(gc.freeze)
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

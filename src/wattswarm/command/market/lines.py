"""The command line about markets: `wattswarm clear | game`.

Commands import what they need when they run, so that --help answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Json, options_of
from wattswarm.command.market.options import Market, Night
from wattswarm.terminal import busy, console_for


@options_of(Market)
def clear(
    market: Market,
    out: Annotated[Path | None, typer.Option(help="Folder for trades.csv and clearing.json.")] = None,
    json: Json = False,
) -> None:
    """Clear an auction of orders: who gets what at which price, and how far that is from the best there is.

    Examples:

    - `wattswarm clear orders.csv`

    - `wattswarm clear orders.csv --mechanism trade-reduction --out cleared`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.market.clear import clear_file

    clear_file(market, out, json, console)


@options_of(Night)
def game(
    night: Night,
    out: Annotated[
        Path | None, typer.Option(help="Folder for schedules.csv, hours.csv and game.json.")
    ] = None,
    json: Json = False,
) -> None:
    """Settle a charging game: who charges when if each answers the price that all make together.

    Examples:

    - `wattswarm game vehicles.csv hours.csv`

    - `wattswarm game vehicles.csv hours.csv --alpha 1 --limit 12 --out night`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.market.game import play_file

    play_file(night, out, json, console)

"""The command line about markets: `wattswarm clear | game`.

Commands import what they need when they run, so that --help answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Json
from wattswarm.terminal import busy, console_for


def clear(
    orders: Annotated[
        Path, typer.Argument(help="Orders: CSV or Parquet with side (buy, sell), price, kwh; area, name.")
    ],
    mechanism: Annotated[
        str,
        typer.Option(
            help="uniform, mid-market, supply-ratio, mcafee, trade-reduction, muda, continuous, vcg, slots "
            "or progressive."
        ),
    ] = "uniform",
    feed_in: Annotated[float, typer.Option(help="What the grid pays, the lowest price allowed.")] = 0.06,
    grid_price: Annotated[float, typer.Option(help="What the grid charges, the highest allowed.")] = 0.30,
    cap: Annotated[
        float | None, typer.Option(help="Most that a bid for a slot counts; 1.5 times the grid price.")
    ] = None,
    charges: Annotated[
        Path | None, typer.Option(help="Network charges: from, to, charge for every pair of areas.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the lots that muda and slots draw.")] = None,
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
        from wattswarm.command.market.clear import Market, clear_file

    clear_file(Market(orders, mechanism, feed_in, grid_price, cap, charges, seed), out, json, console)


def game(
    vehicles: Annotated[
        Path,
        typer.Argument(
            help="Vehicles: CSV or Parquet with arrives, leaves (steps), kw, kwh; name; to give back also "
            "back_kw, stored_kwh, capacity_kwh; least_kwh, efficiency."
        ),
    ],
    hours: Annotated[Path, typer.Argument(help="A row a step: CSV or Parquet with price, load_kw.")],
    alpha: Annotated[float, typer.Option(help="Weight of congestion in the price, 0 to 1.")] = 0.5,
    limit: Annotated[float | None, typer.Option(help="What the transformer carries either way, kW.")] = None,
    step: Annotated[float, typer.Option(help="Length of a step in hours.")] = 1.0,
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
        from wattswarm.command.market.game import Night, play_file

    play_file(Night(vehicles, hours, alpha, limit, step), out, json, console)

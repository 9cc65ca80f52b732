"""The options of `wattswarm clear` and `wattswarm game`, each stated once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True)
class Market:
    """The auction that the user asked for; prices in currency per kWh."""

    orders: Annotated[
        Path, typer.Argument(help="Orders: CSV or Parquet with side (buy, sell), price, kwh; area, name.")
    ]
    mechanism: Annotated[
        str,
        typer.Option(
            help="uniform, mid-market, supply-ratio, mcafee, trade-reduction, muda, continuous, vcg, slots "
            "or progressive."
        ),
    ] = "uniform"
    feed_in: Annotated[float, typer.Option(help="What the grid pays, the lowest price allowed.")] = 0.06
    grid_price: Annotated[float, typer.Option(help="What the grid charges, the highest allowed.")] = 0.30
    cap: Annotated[
        float | None, typer.Option(help="Most that a bid for a slot counts; 1.5 times the grid price.")
    ] = None
    charges: Annotated[
        Path | None, typer.Option(help="Network charges: from, to, charge for every pair of areas.")
    ] = None
    seed: Annotated[int | None, typer.Option(help="Of the lots that muda and slots draw.")] = None


@dataclass(frozen=True)
class Night:
    """The charging game that the user asked for."""

    vehicles: Annotated[
        Path,
        typer.Argument(
            help="Vehicles: CSV or Parquet with arrives, leaves (steps), kw, kwh; name; to give back also "
            "back_kw, stored_kwh, capacity_kwh; least_kwh, efficiency."
        ),
    ]
    hours: Annotated[Path, typer.Argument(help="A row a step: CSV or Parquet with price, load_kw.")]
    alpha: Annotated[float, typer.Option(help="Weight of congestion in the price, 0 to 1.")] = 0.5
    limit: Annotated[float | None, typer.Option(help="What the transformer carries either way, kW.")] = None
    step: Annotated[float, typer.Option(help="Length of a step in hours.")] = 1.0

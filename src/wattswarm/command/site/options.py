"""The options of the commands about a site, each stated once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Column, Repair, Seed, Timezone, UnitName


@dataclass(frozen=True)
class Inputs:
    """The site, the files and the horizon that the user asked for."""

    site: Annotated[
        str | None, typer.Argument(help="Site file (YAML) or the name of an example: hub, workplace, pool.")
    ] = None
    prices: Annotated[Path | None, typer.Option(help="Wholesale prices (CSV or Parquet of an operator).")] = (
        None
    )
    sessions: Annotated[
        Path | None, typer.Option(help="Charging sessions (ACN-Data JSON, CSV or Parquet).")
    ] = None
    solar: Annotated[Path | None, typer.Option(help="Measured output of a solar array.")] = None
    load: Annotated[Path | None, typer.Option(help="Measured base load.")] = None
    carbon: Annotated[Path | None, typer.Option(help="Carbon intensity of the grid.")] = None
    days: Annotated[int, typer.Option(help="Days of the horizon, 1 to 366.")] = 7
    start: Annotated[
        str | None,
        typer.Option(help="First day, YYYY-MM-DD; by default the first Monday that fits the files."),
    ] = None
    seed: Seed = 0
    regime: Annotated[str, typer.Option(help="What is known of prices: RT, DAM, GATE or ORACLE.")] = "DAM"
    column: Column = None
    unit: UnitName = None
    timezone: Timezone = None
    repair: Repair = None
    rate: Annotated[
        float | None, typer.Option(help="Units of the prices' currency per unit of the site's currency.")
    ] = None
    forecast: Annotated[
        Path | None, typer.Option(help="Folder of wattswarm forecast, whose model mpc-forecast plans by.")
    ] = None

    def files(self) -> dict[str, Path]:
        """Return the files of data by the option that names each."""
        named = {
            "--prices": self.prices,
            "--sessions": self.sessions,
            "--solar": self.solar,
            "--load": self.load,
            "--carbon": self.carbon,
        }
        return {option: path for option, path in named.items() if path is not None}

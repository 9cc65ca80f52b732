"""Arguments and options that several commands share: how each is written and what --help says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Site = Annotated[
    str | None, typer.Argument(help="Site file (YAML) or the name of an example: hub, workplace, pool.")
]
Prices = Annotated[Path | None, typer.Option(help="Wholesale prices (CSV or Parquet of an operator).")]
SessionsFile = Annotated[Path | None, typer.Option(help="Charging sessions (ACN-Data JSON, CSV or Parquet).")]
SolarFile = Annotated[Path | None, typer.Option(help="Measured output of a solar array.")]
LoadFile = Annotated[Path | None, typer.Option(help="Measured base load.")]
CarbonFile = Annotated[Path | None, typer.Option(help="Carbon intensity of the grid.")]
Days = Annotated[int, typer.Option(help="Days of the horizon, 1 to 366.")]
Start = Annotated[
    str | None, typer.Option(help="First day, YYYY-MM-DD; by default the first Monday that fits the files.")
]
Seed = Annotated[int, typer.Option(help="Seed of everything that is generated.")]
RegimeName = Annotated[
    str, typer.Option("--regime", help="What is known of prices: RT, DAM, GATE or ORACLE.")
]
Column = Annotated[str | None, typer.Option(help="Column, node or zone of the price file.")]
UnitName = Annotated[
    str | None, typer.Option("--unit", help="Unit of the prices where the file states none: EUR/MWh.")
]
Timezone = Annotated[
    str | None, typer.Option(help="IANA zone of times that state no offset: Europe/Amsterdam.")
]
Repair = Annotated[
    list[str] | None,
    typer.Option(help="A repair you allow: gaps, duplicates, range, missing, overlaps. Repeatable."),
]
Rate = Annotated[
    float | None, typer.Option(help="Units of the prices' currency per unit of the site's currency.")
]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--forecast", help="Folder of wattswarm forecast, whose model mpc-forecast plans by."),
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A policy to run; all that suit by default. Repeatable."),
]
Records = Annotated[Path | None, typer.Option("--data", help="Folder of the records of east and west.")]
Quick = Annotated[bool, typer.Option("--quick", help="Little of everything, to see that it works.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and all else on stderr.")]

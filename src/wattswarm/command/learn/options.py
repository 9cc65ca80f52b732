"""The options of `wattswarm train`, each stated once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from wattswarm.command.arguments import Quick, Records


@dataclass(frozen=True)
class Order:
    """The task and the learner that the user asked for."""

    task: Annotated[
        str,
        typer.Argument(
            help="pool, pool-advised, pool-beliefs, pool-literal, hub, station or station-literal."
        ),
    ]
    algorithm: Annotated[
        str,
        typer.Argument(
            help="tabular, mappo, dhqmix, qmix, vdn, iql, dqn, maddpg, iac, ippo, ppo-continuous, apg, "
            "dagger or values."
        ),
    ]
    seeds: Annotated[
        int | None, typer.Option(help="How many, side by side; 10 by default, 2 with --quick.")
    ] = None
    steps: Annotated[
        int | None, typer.Option(help="Environment steps of a seed; 300,000 by default, few with --quick.")
    ] = None
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the learner, field=value. Repeatable.")
    ] = None
    region: Annotated[str, typer.Option(help="Where the pool stands: generated, east or west.")] = "generated"
    data: Records = None
    quick: Quick = False
    out: Annotated[
        Path | None, typer.Option(help="Folder of the files; wattswarm-out/TASK-ALGORITHM by default.")
    ] = None

    @property
    def folder(self) -> Path:
        return self.out or Path("wattswarm-out") / f"{self.task}-{self.algorithm}"

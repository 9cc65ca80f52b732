"""`wattswarm study`: a paper's experiments, theirs beside ours; what is done is not done again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console

from wattswarm.terminal import check_out, say


def run_study(
    name: str,
    quick: bool,
    data: Path | None,
    seeds: int | None,
    steps: int | None,
    only: Sequence[str] | None,
    out: Path | None,
    console: Console,
) -> None:
    """Run a study, or what is left of it, in wattswarm-out/study-NAME where no folder is named.

    Raises:
        InputError: no such study, options that it does not use, too few seeds or steps, records that are
            missing, or a folder that cannot be written or holds another study.
    """
    # Nothing but the command line knows studies, and it knows them by name.
    catalogue: Any = import_module("wattswarm.papers.catalogue")
    options = catalogue.Options(
        out=out or Path("wattswarm-out") / f"study-{name}",
        data=data,
        quick=quick,
        seeds=seeds,
        steps=steps,
        only=tuple(only or ()),
        tell=lambda line: say(console, line),
    )
    catalogue.check(name, options)
    check_out(options.out)
    catalogue.run_study(name, options)

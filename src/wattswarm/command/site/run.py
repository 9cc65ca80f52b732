"""`wattswarm run`: simulate a site, weigh every policy against the optimum, write the report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from wattswarm.command.site.expected import check_forecast
from wattswarm.command.site.inputs import read_scenario
from wattswarm.command.site.options import Inputs
from wattswarm.command.site.panel import run_panel
from wattswarm.command.site.show import show_comparison, show_scenario
from wattswarm.control import as_seen, check_names, default_names
from wattswarm.report import Meta, compare_runs, summary_json, write_report
from wattswarm.runtime import prepare, versions
from wattswarm.terminal import busy, check_out, say


def run_site(
    inputs: Inputs,
    names: Sequence[str] | None,
    out: Path,
    json: bool,
    console: Console,
    command: Sequence[str],
) -> None:
    """Run policies through a scenario and write what came out.

    Args:
        names: policies, None for the panel that suits the scenario.
        json: whether to print the summary as JSON on standard output.

    Raises:
        InputError: an option, a file or the folder has to be mended first.
    """
    check_names(names or ())
    check_forecast(inputs, names or ())
    check_out(out)
    prepare()
    with busy(console, "reading"):
        scenario = as_seen(read_scenario(inputs), names or ())
    show_scenario(scenario, console)
    runs, bound = run_panel(scenario, names or default_names(scenario), console)
    comparison = compare_runs(runs, bound)
    meta = Meta(
        created=datetime.now(UTC),
        command=shlex.join(["wattswarm", *command]),
        seeds={"generator": inputs.seed},
        versions=versions(),
        provenance=scenario.sources,
        notes=scenario.notes,
    )
    with busy(console, "drawing the report"):
        paths = write_report(out, comparison, meta)
    if json:
        print(summary_json(comparison, meta).decode())
    show_comparison(comparison, console)
    say(console, f"report: {next(path for path in paths if path.suffix == '.html')}")

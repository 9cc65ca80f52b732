"""`wattswarm run`: simulate a site, weigh every policy against the optimum, write the report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from wattswarm.command.inputs import Inputs, read_scenario
from wattswarm.command.panel import default_names, run_panel
from wattswarm.command.runtime import prepare, versions
from wattswarm.report import Comparison, Meta, compare_runs, summary_json, write_report
from wattswarm.world import Scenario


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
        inputs: what the user asked for.
        names: policies, None for the panel that suits the scenario.
        out: folder of the report.
        json: whether to print the summary as JSON on standard output.
        console: where people read.
        command: the words of the command, for the record.
    """
    prepare()
    scenario = read_scenario(inputs)
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
    paths = write_report(out, comparison, meta)
    if json:
        print(summary_json(comparison, meta).decode())
    show_comparison(comparison, console)
    console.print(f"report: {next(path for path in paths if path.suffix == '.html')}", highlight=False)


def show_scenario(scenario: Scenario, console: Console) -> None:
    """Say what is about to be simulated."""
    arrays, days = scenario.arrays, scenario.steps * scenario.arrays.dt_h / 24
    console.print(
        f"[bold]{scenario.site.name}[/]: {arrays.port_count} ports, {arrays.storage_count} storages, "
        f"{arrays.solar_count} solar arrays; {len(scenario.schedule)} stays in {days:.0f} days "
        f"from {scenario.times[0]}Z; prices known as {scenario.regime.value}",
        highlight=False,
    )
    for note in scenario.notes:
        console.print(f"  note: {note}", style="dim", highlight=False)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print the comparison, best policy first, the bound on top."""
    currency = comparison.scenario.site.currency
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("policy")
    for title in (f"profit {currency}", f"gain {currency}", "F", "peak kW", "unmet kWh", "V2G kWh"):
        table.add_column(title, justify="right")
    bound = comparison.bound
    if bound:
        peak = f"{bound.measures.peak_import_kw:.1f}" if bound.measures else ""
        unmet = f"{bound.measures.unmet_kwh:.1f}" if bound.measures else ""
        v2g = f"{bound.measures.v2g_kwh:.0f}" if bound.measures else ""
        table.add_row(
            "perfect foresight",
            f"{bound.profit:.2f}",
            f"{bound.gain:.2f}",
            "1.000",
            peak,
            unmet,
            v2g,
            style="dim",
        )
    for row in comparison.rows:
        score = "" if row.score is None else f"{row.score:.3f}"
        measures = row.measures
        table.add_row(
            row.policy,
            f"{measures.profit:.2f}",
            f"{row.gain:.2f}",
            score,
            f"{measures.peak_import_kw:.1f}",
            f"{measures.unmet_kwh:.1f}",
            f"{measures.v2g_kwh:.0f}",
        )
    console.print(table)
    for warning in comparison.warnings:
        console.print(f"warning: {warning}", style="yellow", highlight=False)

"""What commands print for people: paragraphs, what is at work, the scenario and the comparison."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    # Printing an error or a help page must not wait for the simulator to load.
    from wattswarm.report import Comparison
    from wattswarm.report.measures import Measures
    from wattswarm.world import Scenario

_COLUMNS = ("profit\n{}", "gain\n{}", "F\n", "peak\nkW", "unmet\nkWh", "V2G\nkWh")


def console_for(json: bool) -> Console:
    """Return where people read: standard output, or standard error when JSON goes to the former."""
    return Console(stderr=json)


def say(console: Console, text: str, *, indent: int = 4, style: str | None = None) -> None:
    """Print one paragraph as it stands: on a terminal wrapped to its width, elsewhere on one line.

    Args:
        console: where people read.
        text: no markup.
        indent: columns by which the second and later lines stand in.
        style: of the whole paragraph.
    """
    lines = [text]
    if console.is_terminal and len(text) > console.width:
        lines = textwrap.wrap(
            text,
            console.width,
            initial_indent=text[: len(text) - len(text.lstrip())],
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    for line in lines:
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def busy(console: Console, text: str) -> AbstractContextManager[object]:
    """Return a context that shows on a terminal what is at work, and nothing elsewhere."""
    return console.status(text) if console.is_terminal else nullcontext()


def show_scenario(scenario: Scenario, console: Console) -> None:
    """Say what is about to be simulated."""
    arrays, days = scenario.arrays, scenario.steps * scenario.arrays.dt_h / 24
    held = ", ".join(
        _count(number, noun)
        for number, noun in (
            (arrays.port_count, "port"),
            (arrays.storage_count, "storage"),
            (arrays.solar_count, "solar array"),
        )
    )
    stays, horizon = _count(len(scenario.schedule), "stay"), _count(round(days), "day")
    say(
        console,
        f"{scenario.site.name}: {held}; {stays} in {horizon} "
        f"from {scenario.times[0]}Z; prices known as {scenario.regime.value}",
        style="bold",
    )
    for note in scenario.notes:
        say(console, f"  note: {note}", indent=8, style="dim")


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print the comparison, the bound on top, then policies from best to worst; 80 columns hold it."""
    currency = comparison.scenario.site.currency
    table = policy_table([title.format(currency) for title in _COLUMNS])
    bound = comparison.bound
    if bound:
        cells = _cells(bound.measures) if bound.measures else ["", "", ""]
        table.add_row(
            "perfect foresight", money(bound.profit), money(bound.gain), "1.000", *cells, style="dim"
        )
    for row in comparison.rows:
        score = "" if row.score is None else f"{row.score:.3f}"
        profit, gain = money(row.measures.profit), money(row.gain)
        table.add_row(row.policy, profit, gain, score, *_cells(row.measures))
    console.print(table)
    for warning in comparison.warnings:
        say(console, f"warning: {warning}", style="yellow")


def policy_table(titles: list[str]) -> Table:
    """Return an empty table with a policy a row, whose names are never cut short."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1))
    table.add_column("policy", overflow="fold")
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def money(amount: float) -> str:
    """Return an amount in at most eight signs up to ten millions: cents only where they tell something."""
    return f"{amount:.2f}" if abs(amount) < 10_000 else f"{amount:.0f}"


def _cells(measures: Measures) -> list[str]:
    return [f"{measures.peak_import_kw:.1f}", f"{measures.unmet_kwh:.1f}", f"{measures.v2g_kwh:.0f}"]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""How a scenario and a comparison are printed for people."""

from __future__ import annotations

from rich.console import Console

from wattswarm.report import Comparison, Measures
from wattswarm.terminal import money, policy_table, say
from wattswarm.world import Scenario

_COLUMNS = ("profit\n{}", "gain\n{}", "F\n", "peak\nkW", "unmet\nkWh", "V2G\nkWh")


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
    stays, horizon = _count(len(scenario.stays), "stay"), _count(round(days), "day")
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
        ends = money(bound.profit), money(bound.gain), _score(bound.score)
        table.add_row("perfect foresight", *ends, *cells, style="dim")
    for row in comparison.rows:
        profit, gain = money(row.measures.profit), money(row.gain)
        table.add_row(row.policy, profit, gain, _score(row.score), *_cells(row.measures))
    console.print(table)
    for warning in comparison.warnings:
        say(console, f"warning: {warning}", style="yellow")


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.3f}"


def _cells(measures: Measures) -> list[str]:
    return [f"{measures.peak_import_kw:.1f}", f"{measures.unmet_kwh:.1f}", f"{measures.v2g_kwh:.0f}"]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

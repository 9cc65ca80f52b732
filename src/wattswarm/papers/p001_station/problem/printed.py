"""What paper 001 prints: Table 3, its headline figures, and what each headline comes to against every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scipy import stats

from wattswarm.papers.experiment import table


@dataclass(frozen=True)
class PrintedRow:
    """A row of Table 3."""

    method: str
    rmse: float | None
    """Of the price forecast [INR/kWh], None where none is made."""
    mae: float | None
    """Of the price forecast [INR/kWh]."""
    cost: float
    """Of charging [INR]."""
    satisfaction: float
    """Of the state of charge [%]."""
    time_s: float
    """Of scheduling 24 hours."""


PROPOSED = "proposed"
TABLE_3 = (
    PrintedRow("GA", None, None, 11850, 86, 3.24),
    PrintedRow("PSO", None, None, 11600, 87, 2.89),
    PrintedRow("MARL", None, None, 10950, 89, 2.15),
    PrintedRow("LSTM", 0.88, 0.71, 10500, 90, 2.04),
    PrintedRow("BiLSTM", 0.79, 0.62, 9950, 92, 1.87),
    PrintedRow("persistence", 1.23, 0.98, 12100, 84, 1.75),
    PrintedRow("ARIMA", 0.95, 0.75, 10800, 88, 1.92),
    PrintedRow(PROPOSED, 0.68, 0.53, 9200, 95, 1.69),
)
"""The only full numbers of the paper."""
TEXT_RMSE = 0.74
"""RMSE of the manually tuned BiLSTM in the text [INR/kWh]; Table 3 prints another."""


@dataclass(frozen=True)
class Headline:
    """A figure that the abstract and the conclusion print."""

    name: str
    printed: float
    unit: str
    compute: Callable[[PrintedRow, PrintedRow], float | None]
    """Returns it against a row, None where the row has no such number."""
    digits: int = 2
    """After the point, as printed."""


def _less(ours: float | None, theirs: float | None) -> float | None:
    """Return by how much ours is less [%]."""
    return None if ours is None or theirs is None else 100.0 * (theirs - ours) / theirs


HEADLINES = (
    Headline("cost saved", 12.34, "%", lambda ours, row: _less(ours.cost, row.cost)),
    Headline(
        "SoC satisfaction gained",
        10.25,
        "%",
        lambda ours, row: 100.0 * (ours.satisfaction - row.satisfaction) / row.satisfaction,
    ),
    Headline("time saved", 0.456, "s", lambda ours, row: row.time_s - ours.time_s, digits=3),
    Headline("RMSE saved", 8.46, "%", lambda ours, row: _less(ours.rmse, row.rmse)),
)


def against_every_row(headline: Headline) -> dict[str, float]:
    """Return what a headline comes to against each row of the paper's own table that has the number."""
    ours = next(row for row in TABLE_3 if row.method == PROPOSED)
    found = {row.method: headline.compute(ours, row) for row in TABLE_3 if row is not ours}
    return {method: value for method, value in found.items() if value is not None}


def nearest_row(headline: Headline) -> str:
    """Return the row against which a headline comes nearest to what is printed."""
    found = against_every_row(headline)
    return min(found, key=lambda method: abs(found[method] - headline.printed))


def headline_table() -> str:
    """Return every headline against every row, the nearest in bold, as Markdown."""
    rows = [row.method for row in TABLE_3 if row.method != PROPOSED]
    cells = []
    for each in HEADLINES:
        found, nearest = against_every_row(each), nearest_row(each)
        values = [_cell(found.get(row), each.digits, bold=row == nearest) for row in rows]
        cells.append((f"{each.name} [{each.unit}]", f"{each.printed}", *values))
    return table(("headline", "printed", *rows), cells)


def rmse_against_text() -> Mapping[str, float]:
    """Return the RMSE headline against the BiLSTM of the text [%], and the RMSE it would need [INR/kWh]."""
    ours = next(row.rmse for row in TABLE_3 if row.method == PROPOSED)
    assert ours is not None  # the proposed row has one
    printed = next(each.printed for each in HEADLINES if each.name == "RMSE saved")
    return {"saved": 100.0 * (TEXT_RMSE - ours) / TEXT_RMSE, "needed": ours / (1.0 - printed / 100.0)}


PRINTED_P, PRINTED_D, PRINTED_RUNS = 0.018, 0.82, 10
"""The paper's paired t-test: two-sided p, Cohen's d of the differences, runs."""


def paired_t_that_fits() -> Mapping[str, float]:
    """Return the p-value that the printed effect has over the printed runs, and the effect that p needs.

    Source:
        Paired t: t = d sqrt(n), n - 1 degrees of freedom.
    """
    t = PRINTED_D * PRINTED_RUNS**0.5
    freedom = PRINTED_RUNS - 1
    return {
        "t": t,
        "p": float(2.0 * stats.t.sf(t, freedom)),
        "d": float(stats.t.isf(PRINTED_P / 2.0, freedom)) / PRINTED_RUNS**0.5,
    }


def _cell(value: float | None, digits: int, *, bold: bool) -> str:
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return f"**{text}**" if bold else text

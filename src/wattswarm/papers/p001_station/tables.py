"""The study's tables in Markdown: standings, value of forecasts, noise, sizes, weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wattswarm.evaluate import score_interval
from wattswarm.papers.experiment import interval_words, table
from wattswarm.papers.p001_station.problem.days import Day, profits, share_met
from wattswarm.papers.p001_station.problem.printed import TABLE_3
from wattswarm.papers.p001_station.problem.weights import (
    PAPER_WEIGHTS,
    Weights,
    loading,
    mean_cost,
    pareto,
    selected,
)

Judged = Sequence[Sequence[Day]]
"""Days by seed; one seed for policies without chance."""


@dataclass(frozen=True)
class Row:
    """One policy at one place."""

    policy: str
    judged: Judged
    knows: str = ""
    """What it knows beforehand, in words."""


def standings(rows: Sequence[Row], idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return the table of a place, the cheapest first; `idle` and `bound` are its days at both ends of F."""
    heads = (
        "policy",
        "knows",
        "INR a day",
        "fines",
        "saving %",
        "F",
        "targets met %",
        "short kWh",
        "peak kW",
    )
    nothing = -_mean([idle], "profit")
    cells = []
    for row in sorted(rows, key=lambda row: -_mean(row.judged, "profit")):
        days = [day for seed in row.judged for day in seed]
        cost, paid = _mean(row.judged, "cost"), -_mean(row.judged, "profit")
        cells.append(
            (
                row.policy,
                row.knows,
                f"{cost:,.0f}",
                f"{max(paid - cost, 0.0):,.0f}",
                f"{100 * (1 - paid / nothing):.1f}",
                score_words(row.judged, idle, bound),
                f"{100 * share_met(days):.1f}",
                f"{np.mean([day.short_kwh for day in days]):.1f}",
                f"{max(day.peak_kw for day in days):.0f}",
                str(sum(day.peak_kw > day.limit_kw * (1 + 1e-6) for day in days)),
                online_words(row.judged),
            )
        )
    return table((*heads, "over limit", "online s"), cells, "ll")


def score_words(judged: Judged, idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return F with its 95 % interval over days and seeds, in words."""
    table = np.array([profits(seed) for seed in judged])
    return interval_words(score_interval(table, profits(idle), profits(bound)), nothing="nothing to save")


def online_s(judged: Judged) -> float:
    """Return the mean processor time of 24 hours, forecasts included [s]; NaN where it was not measured."""
    days = [day for seed in judged for day in seed]
    decided = np.array([day.decided_s for day in days])
    measured = decided[~np.isnan(decided)]
    if not measured.any():
        return math.nan
    return float(measured.mean() + np.mean([day.forecast_s for day in days]))


def online_words(judged: Judged) -> str:
    """Return the mean processor time of 24 hours where it was measured."""
    seconds = online_s(judged)
    return "" if math.isnan(seconds) else f"{seconds:.3f}"


def beside_the_paper(ours: Mapping[str, Judged]) -> str:
    """Return Table 3 with ours beside it, days by the paper's name of the method."""
    rows = []
    for row in TABLE_3:
        theirs = (row.method, f"{row.cost:,.0f}", f"{row.satisfaction:.0f}", f"{row.time_s:.2f}")
        if row.method not in ours:
            rows.append((*theirs, "not run", "", "", ""))
            continue
        judged = ours[row.method]
        days = [day for seed in judged for day in seed]
        energy = sum(day.charged_kwh - day.given_kwh for day in days)
        per_kwh = sum(day.cost for day in days) / max(energy, 1e-9)
        met, time_s = f"{100 * share_met(days):.1f}", online_words(judged)
        rows.append((*theirs, f"{mean_cost(days):,.0f}", f"{per_kwh:.2f}", met, time_s))
    theirs = ("method", "theirs: INR", "targets %", "s")
    return table((*theirs, "ours: INR a day", "INR a kWh charged", "targets %", "s"), rows)


def by_belief(judged: Mapping[str, Mapping[str, Judged]], idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return cost and F of each policy under each belief; `idle` and `bound` are days at both ends of F."""
    policies = list(dict.fromkeys(name for row in judged.values() for name in row))
    heads = [head for name in policies for head in (f"{name}: INR a day", "F")]
    rows = []
    for belief, row in judged.items():
        cells = [belief, _error_words(row)]
        for name in policies:
            cells += _cost_and_score(row[name], idle, bound) if name in row else ("", "")
        rows.append(cells)
    return table(("what is believed of prices", "RMSE, 4 h", *heads), rows)


def _cost_and_score(judged: Judged, idle: Sequence[Day], bound: Sequence[Day]) -> tuple[str, str]:
    return f"{_mean(judged, 'cost'):,.0f}", score_words(judged, idle, bound)


def _error_words(row: Mapping[str, Judged]) -> str:
    """Return the root mean squared error of the forecasts behind a row [INR/kWh], if there are any."""
    errors = np.array([day.rmse for judged in row.values() for seed in judged for day in seed])
    found = errors[~np.isnan(errors)]
    return f"{np.sqrt(np.mean(found**2)):.3f}" if found.size else ""


def weights_table(judged: Mapping[Weights, Sequence[Day]]) -> str:
    """Return cost and loading of every setting of (19), and what the paper's rule chooses."""
    points = {own: (mean_cost(days), loading(days)[0]) for own, days in judged.items()}
    best, chosen = pareto(points), selected(judged)
    rows = []
    for own, days in sorted(judged.items(), key=lambda each: points[each[0]]):
        worst, usual = loading(days)
        notes = ["Pareto"] if own in best else []
        notes += ["chosen by the paper's rule"] if own == chosen else []
        notes += ["the paper's"] if own == PAPER_WEIGHTS else []
        weights = ", ".join(f"{weight:g}" for weight in own)
        rows.append((weights, f"{points[own][0]:,.0f}", f"{worst:.3f}", f"{usual:.3f}", ", ".join(notes)))
    heads = ("cost, peak, loading", "INR a day", "worst loading", "95 % of daily peaks", "")
    return table(heads, rows, "lrrrl")


def _mean(judged: Judged, name: str) -> float:
    return float(np.mean([getattr(day, name) for seed in judged for day in seed]))

"""The study's tables in Markdown: standings, value of forecasts, noise, sizes, weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wattswarm.evaluate import score_interval
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
    """One policy at one place.

    Args:
        policy: its name.
        judged: days by seed.
        knows: what it knows beforehand, in words.
    """

    policy: str
    judged: Judged
    knows: str = ""


def standings(rows: Sequence[Row], idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return the table of a place, the cheapest first.

    Args:
        rows: policies.
        idle: days without flexibility.
        bound: days of perfect foresight.
    """
    lines = [
        "| policy | knows | INR a day | fines | saving % | F | targets met % | short kWh | peak kW | "
        "over limit | online s |",
        "|---|---|" + "---:|" * 9,
    ]
    nothing = -_mean([idle], "profit")
    for row in sorted(rows, key=lambda row: -_mean(row.judged, "profit")):
        days = [day for seed in row.judged for day in seed]
        cost, paid = _mean(row.judged, "cost"), -_mean(row.judged, "profit")
        over = sum(day.peak_kw > day.limit_kw * (1 + 1e-6) for day in days)
        lines.append(
            f"| {row.policy} | {row.knows} | {cost:,.0f} | {max(paid - cost, 0.0):,.0f} | "
            f"{100 * (1 - paid / nothing):.1f} | {score_words(row.judged, idle, bound)} | "
            f"{100 * share_met(days):.1f} | {np.mean([day.short_kwh for day in days]):.1f} | "
            f"{max(day.peak_kw for day in days):.0f} | {over} | {online_words(row.judged)} |"
        )
    return "\n".join(lines)


def score_words(judged: Judged, idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return F with its 95 % interval over days and seeds, in words."""
    table = np.array([profits(seed) for seed in judged])
    score = score_interval(table, profits(idle), profits(bound))
    if np.isnan(score.value):
        return "nothing to save"
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


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
    """Return Table 3 with ours beside it.

    Args:
        ours: days by the paper's name of the method.
    """
    lines = [
        "| method | theirs: INR | targets % | s | ours: INR a day | INR a kWh charged | targets % | s |",
        "|---|" + "---:|" * 7,
    ]
    for row in TABLE_3:
        told = f"| {row.method} | {row.cost:,.0f} | {row.satisfaction:.0f} | {row.time_s:.2f} |"
        if row.method not in ours:
            lines.append(f"{told} not run | | | |")
            continue
        judged = ours[row.method]
        days = [day for seed in judged for day in seed]
        energy = sum(day.charged_kwh - day.given_kwh for day in days)
        per_kwh = sum(day.cost for day in days) / max(energy, 1e-9)
        met, time_s = 100 * share_met(days), online_words(judged)
        lines.append(f"{told} {mean_cost(days):,.0f} | {per_kwh:.2f} | {met:.1f} | {time_s} |")
    return "\n".join(lines)


def by_belief(judged: Mapping[str, Mapping[str, Judged]], idle: Sequence[Day], bound: Sequence[Day]) -> str:
    """Return cost and F of each policy under each belief.

    Args:
        judged: days by belief and policy.
        idle: days without flexibility.
        bound: days of perfect foresight.
    """
    policies = list(dict.fromkeys(name for row in judged.values() for name in row))
    heads = " | ".join(f"{name}: INR a day | F" for name in policies)
    lines = [
        f"| what is believed of prices | RMSE, 4 h | {heads} |",
        "|---|---:|" + "---:|" * (2 * len(policies)),
    ]
    for belief, row in judged.items():
        cells = []
        for name in policies:
            if name not in row:
                cells.append("| ")
                continue
            cells.append(f"{_mean(row[name], 'cost'):,.0f} | {score_words(row[name], idle, bound)}")
        lines.append(f"| {belief} | {_error_words(row)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _error_words(row: Mapping[str, Judged]) -> str:
    """Return the root mean squared error of the forecasts behind a row [INR/kWh], if there are any."""
    errors = np.array([day.rmse for judged in row.values() for seed in judged for day in seed])
    told = errors[~np.isnan(errors)]
    return f"{np.sqrt(np.mean(told**2)):.3f}" if told.size else ""


def weights_table(judged: Mapping[Weights, Sequence[Day]]) -> str:
    """Return cost and loading of every setting of (19), and what the paper's rule chooses."""
    points = {own: (mean_cost(days), loading(days)[0]) for own, days in judged.items()}
    best, chosen = pareto(points), selected(judged)
    lines = [
        "| cost, peak, loading | INR a day | worst loading | 95 % of daily peaks | |",
        "|---|---:|---:|---:|---|",
    ]
    for own, days in sorted(judged.items(), key=lambda each: points[each[0]]):
        worst, usual = loading(days)
        notes = ["Pareto"] if own in best else []
        notes += ["chosen by the paper's rule"] if own == chosen else []
        notes += ["the paper's"] if own == PAPER_WEIGHTS else []
        told = ", ".join(f"{weight:g}" for weight in own)
        lines.append(f"| {told} | {points[own][0]:,.0f} | {worst:.3f} | {usual:.3f} | {', '.join(notes)} |")
    return "\n".join(lines)


def _mean(judged: Judged, name: str) -> float:
    return float(np.mean([getattr(day, name) for seed in judged for day in seed]))

"""The study's tables in Markdown: all policies, weightings, fronts, alpha, beliefs, sizes, ageing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from wattswarm.evaluate import Interval
from wattswarm.papers.p003_fusion.findings import Findings, Judged, Lead
from wattswarm.papers.p003_fusion.layers.outcome import Night, mean, reduction, share_met


def standings(found: Findings) -> str:
    """Return every policy under the usual weights, the best first."""
    idle, _ = found.ends()
    lines = [
        f"| policy | F | cost % | peak-valley % | wear {found.currency} | waiting h | targets met % | "
        "online s |",
        "|---|---|" + "---:|" * 6,
    ]
    scored = [(row, found.score(row.judged)) for row in found.rows()]
    for row, score in sorted(scored, key=lambda each: -each[1].value):
        every = [night for seed in row.judged for night in seed]
        lines.append(
            f"| {row.policy} | {words(score)} | {_change(every, idle, 'cost')} | "
            f"{_change(every, idle, 'difference_kw')} | {mean(every, 'wear'):.1f} | "
            f"{mean(every, 'waiting_h'):.1f} | {100 * share_met(every):.1f} | {_online(row.judged)} |"
        )
    return "\n".join(lines)


def by_weight(found: Findings) -> str:
    """Return F under each weighting of what learned or planned for it."""
    told = found.weighed()
    prices = [place.weights.difference for place in found.contest.places()]
    lines = ["| policy | " + " | ".join(f"w_d {price:g}" for price in prices) + " |"]
    lines.append("|---|" + "---|" * len(prices))
    for name, scores in told.items():
        lines.append(f"| {name} | " + " | ".join(words(scores[price]) for price in prices) + " |")
    return "\n".join(lines)


def leads_table(leads: Sequence[Lead], currency: str) -> str:
    """Return how far fused control lies beyond each single layer's front."""
    lines = [f"| layer | w_d | cheaper by, {currency} a night | at least |", "|---|---:|---:|---:|"]
    for lead in leads:
        lines.append(f"| {lead.layer} | {lead.difference:g} | {_usd(lead.value)} | {_usd(lead.low)} |")
    return "\n".join(lines)


def by_alpha(found: Findings) -> str:
    """Return what the paper's game comes to at every alpha."""
    idle, _ = found.ends()
    lines = ["| alpha | F | cost % | peak-valley % | waiting h |", "|---:|---|---:|---:|---:|"]
    for alpha, nights in found.alphas().items():
        lines.append(
            f"| {alpha:g} | {words(found.score([nights]))} | {_change(nights, idle, 'cost')} | "
            f"{_change(nights, idle, 'difference_kw')} | {mean(nights, 'waiting_h'):.1f} |"
        )
    return "\n".join(lines)


def by_belief(found: Findings) -> str:
    """Return what MPC comes to by what it believes."""
    lines = ["| belief | F of MPC |", "|---|---|"]
    lines += [f"| {belief} | {words(found.score(row.judged))} |" for belief, row in found.beliefs().items()]
    return "\n".join(lines)


def by_size(told: Mapping[int, Mapping[str, Interval]]) -> str:
    """Return F of each policy by number of vehicles."""
    names = list(next(iter(told.values())))
    lines = ["| vehicles | " + " | ".join(names) + " |", "|---:|" + "---|" * len(names)]
    for count, scores in told.items():
        lines.append(f"| {count} | " + " | ".join(words(scores[name]) for name in names) + " |")
    return "\n".join(lines)


def by_ageing(told: Mapping[str, tuple[Sequence[Night], Sequence[Night]]], currency: str) -> str:
    """Return what a price of wear changes."""
    lines = [f"| policy | wear counts | cost {currency} | peak-valley kW | through batteries kWh |"]
    lines.append("|---|---|---:|---:|---:|")
    for name, both in told.items():
        for counts, nights in zip(("yes", "no"), both, strict=True):
            lines.append(
                f"| {name} | {counts} | {mean(nights, 'cost'):.1f} | {mean(nights, 'difference_kw'):.1f} | "
                f"{mean(nights, 'through_kwh'):,.0f} |"
            )
    return "\n".join(lines)


def words(score: Interval) -> str:
    """Return F with its interval."""
    if math.isnan(score.value):
        return "nothing to gain"
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def _change(nights: Sequence[Night], idle: Sequence[Night], name: str) -> str:
    """Return the change against no control in per cent, below 0 where it is less."""
    return f"{0.0 - 100 * reduction(nights, idle, name):+.1f}"


def _online(judged: Judged) -> str:
    decided = np.array([night.decided_s for seed in judged for night in seed])
    measured = decided[~np.isnan(decided)]
    return f"{measured.mean():.3f}" if measured.size else ""


def _usd(value: float) -> str:
    return "out of its reach" if math.isinf(value) else f"{value:+.1f}"

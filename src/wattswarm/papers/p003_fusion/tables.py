"""The study's tables in Markdown: all policies, weightings, fronts, alpha, beliefs, sizes, ageing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from wattswarm.evaluate import Interval
from wattswarm.papers.experiment import interval_words, table
from wattswarm.papers.p003_fusion.findings import Findings, Judged, Lead
from wattswarm.papers.p003_fusion.layers.outcome import Night, mean, reduction, share_met


def standings(found: Findings) -> str:
    """Return every policy under the usual weights, the best first."""
    idle, _ = found.ends()
    rows = []
    scored = [(name, judged, found.score(judged)) for name, judged in found.standings().items()]
    for name, judged, score in sorted(scored, key=lambda each: -each[2].value):
        every = [night for seed in judged for night in seed]
        rows.append(
            (
                name,
                interval_words(score),
                _change(every, idle, "cost"),
                _change(every, idle, "difference_kw"),
                f"{mean(every, 'wear'):.1f}",
                f"{mean(every, 'waiting_h'):.1f}",
                f"{100 * share_met(every):.1f}",
                _online(judged),
            )
        )
    heads = ("policy", "F", "cost %", "peak-valley %", f"wear {found.currency}", "waiting h")
    return table((*heads, "targets met %", "online s"), rows, "ll")


def by_weight(found: Findings) -> str:
    """Return F under each weighting of what learned or planned for it."""
    prices = [place.weights.difference for place in found.design.places()]
    rows = [
        (name, *(interval_words(scores[price]) for price in prices))
        for name, scores in found.weighed().items()
    ]
    return table(("policy", *(f"w_d {price:g}" for price in prices)), rows, "l" * (1 + len(prices)))


def leads_table(leads: Sequence[Lead], currency: str) -> str:
    """Return how far fused control lies beyond each single layer's front."""
    rows = [(lead.layer, f"{lead.difference:g}", _usd(lead.value), _usd(lead.low)) for lead in leads]
    return table(("layer", "w_d", f"cheaper by, {currency} a night", "at least"), rows)


def by_alpha(found: Findings) -> str:
    """Return what the paper's game comes to at every alpha."""
    idle, _ = found.ends()
    rows = [
        (
            f"{alpha:g}",
            interval_words(found.score([nights])),
            _change(nights, idle, "cost"),
            _change(nights, idle, "difference_kw"),
            f"{mean(nights, 'waiting_h'):.1f}",
        )
        for alpha, nights in found.alphas().items()
    ]
    return table(("alpha", "F", "cost %", "peak-valley %", "waiting h"), rows, "rl")


def by_belief(found: Findings) -> str:
    """Return what MPC comes to by what it believes."""
    rows = [(belief, interval_words(found.score(judged))) for belief, judged in found.beliefs().items()]
    return table(("belief", "F of MPC"), rows, "ll")


def by_size(scores: Mapping[int, Mapping[str, Interval]]) -> str:
    """Return F of each policy by number of vehicles."""
    names = list(next(iter(scores.values())))
    rows = [(f"{count}", *(interval_words(row[name]) for name in names)) for count, row in scores.items()]
    return table(("vehicles", *names), rows, "r" + "l" * len(names))


def by_ageing(nights: Mapping[str, tuple[Sequence[Night], Sequence[Night]]], currency: str) -> str:
    """Return what a price of wear changes."""
    rows = [
        (
            name,
            counts,
            f"{mean(each, 'cost'):.1f}",
            f"{mean(each, 'difference_kw'):.1f}",
            f"{mean(each, 'through_kwh'):,.0f}",
        )
        for name, both in nights.items()
        for counts, each in zip(("yes", "no"), both, strict=True)
    ]
    heads = ("policy", "wear counts", f"cost {currency}", "peak-valley kW", "through batteries kWh")
    return table(heads, rows, "ll")


def _change(nights: Sequence[Night], idle: Sequence[Night], name: str) -> str:
    """Return the change against no control in per cent, below 0 where it is less."""
    return f"{0.0 - 100 * reduction(nights, idle, name):+.1f}"


def _online(judged: Judged) -> str:
    decided = np.array([night.decided_s for seed in judged for night in seed])
    measured = decided[~np.isnan(decided)]
    return f"{measured.mean():.3f}" if measured.size else ""


def _usd(value: float) -> str:
    return "out of its reach" if math.isinf(value) else f"{value:+.1f}"

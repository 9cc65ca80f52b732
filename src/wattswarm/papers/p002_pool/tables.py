"""The study's tables: every policy beside the bound, and the paper's figures beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from wattswarm.evaluate import BOUND, NO_FLEXIBILITY, flexibility_scores
from wattswarm.papers.experiment import seeds_words, table
from wattswarm.papers.p002_pool.design import PAPER_PROFIT

Profits = Float[np.ndarray, "seed month"]


@dataclass(frozen=True)
class Row:
    """One policy over the test months of a region."""

    policy: str
    profit: Profits
    """Of every seed and month; one seed for policies without chance."""
    env_steps: int = 0
    """Trained for, 0 for none."""
    cpu_s: float = 0.0


def standings(rows: Sequence[Row], baselines: Sequence[Mapping[str, float]]) -> str:
    """Return the table of a region, best first: mean profit, % of bound and F (IQM with 95 % interval)."""
    bound = np.array([each[BOUND] for each in baselines])
    idle = np.array([each[NO_FLEXIBILITY] for each in baselines])
    cells = []
    for row in sorted(rows, key=lambda row: -row.profit.mean()):
        share = seeds_words(100 * row.profit / bound, ".1f")
        score = seeds_words(flexibility_scores(row.profit, idle, bound), ".3f")
        trained = (f"{row.env_steps:,}", f"{row.cpu_s:.0f}") if row.env_steps else ("", "")
        profit = f"{row.profit.mean():,.0f}"
        cells.append((row.policy, f"{len(row.profit)}", profit, share, score, *trained))
    heads = ("policy", "seeds", "profit a month", "% of bound", "F", "env steps", "CPU-s a seed")
    return table(heads, cells, "lllllll")


def beside_the_paper(region: str, rows: Sequence[Row], baselines: Sequence[Mapping[str, float]]) -> str:
    """Return what the paper printed and what we measured, each in % of its own bound."""
    printed = PAPER_PROFIT[region]
    bound = np.array([each[BOUND] for each in baselines])
    ours = {row.policy: seeds_words(100 * row.profit / bound, ".1f") for row in rows}
    cells = [
        (name, f"{profit:,.2f}", f"{100 * profit / printed[BOUND]:.1f}", ours.get(name, "not trained"))
        for name, profit in printed.items()
        if name != BOUND
    ]
    cells.append(("bound", f"{printed[BOUND]:,.2f}", "100", f"100 ({bound.mean():,.0f} $)"))
    return table(("", "paper, $ a month", "paper, % of bound", "ours, % of bound"), cells, "llll")

"""What each policy earns above no flexibility, against what perfect foresight would."""

from __future__ import annotations

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import (
    INK,
    Chart,
    colours,
    figure,
    hide_frame,
    plain_text,
    ranked,
    ranked_note,
)
from wattswarm.report.words import number, signed


def draw_gain(comparison: Comparison) -> Chart:
    """Draw a bar a policy and the bound as a line."""
    rows, bound, paint = ranked(comparison), comparison.bound, colours(comparison)
    currency = comparison.scenario.site.currency
    drawing = figure(1.1 + 0.46 * len(rows))
    axes = drawing.add_subplot()
    reach = [row.gain for row in rows] + ([bound.gain] if bound else []) + [0.0]
    high = max(reach)
    # One hopeless policy may not flatten all others: its bar is cut, its label tells the figure.
    low = max(min(reach), -high) if high > 0 else min(reach)
    span = (high - low) or 1.0
    for at, row in enumerate(rows):
        axes.barh(at, row.gain, height=0.42, color=paint[row.policy])
        axes.plot([0.0, 0.0], [at - 0.24, at + 0.24], color=INK, linewidth=1.0)
        score = "" if row.score is None else f",  F {number(row.score, 2)}"
        label = f"{plain_text(row.policy)}:  {signed(row.gain)} {currency}{score}"
        axes.text(low, at - 0.27, label, va="bottom")
    if bound:
        axes.axvline(bound.gain, color=INK, linestyle="--", linewidth=1.4)
        side = "right" if bound.gain > low + 0.5 * span else "left"
        axes.text(bound.gain, -0.95, f" perfect foresight {signed(bound.gain)} ", ha=side, va="bottom")
    axes.set_ylim(len(rows) - 0.6, -1.0)
    axes.set_xlim(low - 0.02 * span, high + 0.03 * span)
    axes.set_xlabel(f"profit above {plain_text(comparison.baseline)} [{currency}]")
    hide_frame(axes)
    caption = (
        f"Each bar is what a policy earns more (right) or less (left) than {comparison.baseline} over the "
        "whole horizon. "
    )
    caption += (
        "The dashed line is what perfect foresight would earn; F is the share of the way to it."
        if bound
        else "No bound was computed, so nobody knows how much more there was to earn."
    )
    return Chart("gain", "Profit above no flexibility", caption + ranked_note(comparison), drawing)

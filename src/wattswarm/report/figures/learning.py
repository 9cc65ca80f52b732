"""How a learner got better: greedy episodes of validation over the steps played, a line a seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattswarm.report.figures.chart import INK, PLAIN, POLICY_COLOURS, Chart, figure, plain_text, style


def draw_learning(title: str, unit: str, steps: Sequence[int], scores: Sequence[Sequence[float]]) -> Chart:
    """Draw a faint line a seed and their mean.

    Args:
        steps: steps of one seed at each point.
        scores: of every seed at each point.
    """
    values = np.asarray(scores, np.float64)
    with style():
        drawing = figure(2.8)
        axes = drawing.add_subplot()
        for seed in values.T:
            axes.plot(steps, seed, color=PLAIN, linewidth=0.8, alpha=0.6)
        axes.plot(steps, values.mean(axis=1), color=POLICY_COLOURS[0], linewidth=2.0)
        best = int(np.argmax(values.mean(axis=1)))
        axes.plot(steps[best], values.mean(axis=1)[best], marker="o", color=INK, markersize=4.0)
        axes.set_xlabel("environment steps of a seed")
        axes.set_ylabel(f"mean score of an episode [{unit}]")
        axes.set_title(plain_text(title))
    caption = (
        "Greedy episodes on the validation days after each block of training: a faint line a seed, their "
        "mean in colour, its best block marked. The policies kept are each seed's own best."
    )
    return Chart("learning", title, caption, drawing)

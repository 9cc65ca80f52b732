"""What the figures of studies share: a canvas, and curves with the range of their seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from wattswarm.report.figures import PLAIN, POLICY_COLOURS, figure, style


@dataclass(frozen=True)
class Curve:
    """A line over something."""

    label: str
    at: Sequence[float]
    """Where, shape [point]."""
    values: Float[np.ndarray, "seed point"]
    """Shape [seed, point]."""


@contextmanager
def canvas(height: float, rows: int = 1, **how: Any) -> Iterator[tuple[Any, Any]]:
    """Yield a figure of a height [inches] in the report's style, and its axes or an array of them in rows."""
    with style():
        drawn = figure(height)
        yield drawn, drawn.subplots(rows, 1, sharex=True, **how)


def draw_curves(axes: Axes, curves: Sequence[Curve], per: float = 1.0, **how: Any) -> None:
    """Draw the mean of each curve and, as an area, the range of its seeds.

    Args:
        curves: as many as there are colours are told apart.
        per: of the horizontal axis, for one unit of it.
        how: further arguments of the lines.
    """
    for at, curve in enumerate(curves):
        colour = POLICY_COLOURS[at] if at < len(POLICY_COLOURS) else PLAIN
        across = np.asarray(curve.at) / per
        axes.plot(across, curve.values.mean(axis=0), color=colour, label=curve.label, **how)
        low, high = curve.values.min(axis=0), curve.values.max(axis=0)
        axes.fill_between(across, low, high, color=colour, alpha=0.15, lw=0)

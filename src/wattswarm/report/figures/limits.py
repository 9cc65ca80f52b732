"""How near each board, transformer and cable came to its limit."""

from __future__ import annotations

import numpy as np

from wattswarm.control import Run
from wattswarm.data import Floats
from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import INK, Chart, colours, figure, hide_frame, plain_text

MOST_LIMITS = 8


def draw_limits(comparison: Comparison) -> Chart:
    """Draw the loading of the busiest limits: a line from median to maximum, a dot at the maximum."""
    runs, paint, names = comparison.chosen, colours(comparison), comparison.scenario.arrays.limit_names
    loadings = [100.0 * loading(run) for run in runs]
    busiest = np.argsort(-np.max([each.max(axis=0) for each in loadings], axis=0), kind="stable")[
        :MOST_LIMITS
    ]
    drawing = figure(1.1 + (0.3 + 0.16 * len(runs)) * len(busiest))
    axes = drawing.add_subplot()
    slot = 0.6 / len(runs)
    for place, limit in enumerate(busiest):
        axes.text(0.0, place - 0.12, plain_text(names[limit]), va="bottom")
        for at, (run, values) in enumerate(zip(runs, loadings, strict=True)):
            y, label = place + at * slot, plain_text(run.policy) if place == 0 else None
            middle, most = float(np.median(values[:, limit])), float(values[:, limit].max())
            axes.plot([middle, most], [y, y], color=paint[run.policy], linewidth=2.0, solid_capstyle="butt")
            axes.plot([most], [y], "o", color=paint[run.policy], markersize=5, label=label)
    axes.axvline(100.0, color=INK, linestyle="--", linewidth=1.2)
    axes.set_xlim(0.0, max(106.0, 1.04 * max(float(each.max()) for each in loadings)))
    axes.set_ylim(len(busiest) - 0.25, -0.55)
    axes.set_xlabel("loading [% of the limit]")
    hide_frame(axes)
    drawing.legend(loc="outside lower left", ncols=2, handlelength=1.0)
    hidden = len(names) - len(busiest)
    more = f" The {hidden} less loaded limits are left out." if hidden else ""
    caption = (
        "Each line runs from the median to the highest loading of a limit, import or export whichever is "
        "nearer. Dots on the dashed line are limits that held a policy back; beyond it would be a "
        f"violation.{more}"
    )
    return Chart("limits", "Loading of boards and grid connection", caption, drawing)


def loading(run: Run) -> Floats:
    """Return the share of each limit in use, 0 where a limit is 0 and nothing flows, shape [step, limit]."""
    arrays, power = run.scenario.arrays, np.asarray(run.flows.limit_kw, np.float64)
    shares = [
        np.divide(flow, limit, out=np.zeros_like(flow), where=np.broadcast_to(limit > 1e-9, flow.shape))
        for flow, limit in ((power, arrays.import_limit_kw), (-power, arrays.export_limit_kw))
    ]
    return np.asarray(np.maximum(np.maximum(shares[0], shares[1]), 0.0), np.float64)

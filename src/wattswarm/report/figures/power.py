"""Power at the grid connection against its limits, a panel a policy."""

from __future__ import annotations

import numpy as np

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import INK, Chart, colours, figure, plain_text
from wattswarm.report.figures.clock import draw_steps, local_axis, step_borders, window, window_note


def draw_power(comparison: Comparison) -> Chart:
    """Draw import upwards, export downwards and both limits."""
    runs, paint, shown = comparison.chosen, colours(comparison), window(comparison)
    arrays = comparison.scenario.arrays
    root = int(np.argmax(arrays.level))
    most, least = float(arrays.import_limit_kw[root]), -float(arrays.export_limit_kw[root])
    borders = step_borders(comparison)
    drawing = figure(0.6 + 1.25 * len(runs))
    panels = drawing.subplots(len(runs), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    powers = [np.asarray(run.flows.import_kw - run.flows.export_kw, np.float64)[shown] for run in runs]
    top, bottom = max(float(p.max()) for p in powers), min(float(p.min()) for p in powers)
    for axes, run, power in zip(panels, runs, powers, strict=True):
        draw_steps(axes, power, borders, fill=True, color=paint[run.policy], alpha=0.35, linewidth=0)
        draw_steps(axes, power, borders, color=paint[run.policy], linewidth=1.1)
        for limit in (most, least):
            axes.axhline(limit, color=INK, linestyle="--", linewidth=1.0)
        axes.axhline(0.0, color=INK, linewidth=0.6)
        axes.set_title(plain_text(run.policy))
    room = 0.08 * max(top - bottom, 1.0)
    # A limit far away would flatten everything: it then lies outside and the caption names it.
    panels[0].set_ylim(
        (least if least > 2 * bottom - room else bottom) - room,
        (most if most < 2 * top + room else top) + room,
    )
    local_axis(panels[-1], comparison)
    drawing.supylabel("power at the grid connection [kW]", fontsize=10)
    caption = (
        "Import is above zero, export below. The dashed lines are the limits of "
        f"{arrays.limit_names[root]}: {most:,.0f} kW in, {-least:,.0f} kW out; no policy may cross them; "
        f"far away they are out of sight. Local time.{window_note(comparison)}"
    )
    return Chart("power", "Power at the grid connection", caption, drawing)

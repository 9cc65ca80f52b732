"""Prices, and when each policy charges and discharges."""

from __future__ import annotations

import numpy as np

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import INK, Chart, colours, figure, plain_text
from wattswarm.report.figures.clock import draw_steps, local_axis, step_borders, window, window_note


def draw_prices(comparison: Comparison) -> Chart | None:
    """Draw the import price above the net power of ports and storages; None where nothing can charge."""
    scenario, runs, paint = comparison.scenario, comparison.chosen, colours(comparison)
    if scenario.arrays.port_count + scenario.arrays.storage_count == 0:
        return None
    shown, borders = window(comparison), step_borders(comparison)
    price = scenario.import_price[shown]
    drawing = figure(1.8 + 1.05 * len(runs))
    panels = drawing.subplots(len(runs) + 1, 1, sharex=True, height_ratios=[1.3] + [1.0] * len(runs))
    draw_steps(panels[0], price, borders, color=INK, linewidth=1.2)
    panels[0].axhline(0.0, color=INK, linewidth=0.6)
    panels[0].set_title(f"import price [{scenario.site.currency}/kWh]")
    nets = [
        np.asarray(run.flows.dispatch.charge_kw - run.flows.dispatch.discharge_kw, np.float64)[shown].sum(
            axis=1
        )
        for run in runs
    ]
    top, bottom = max(float(net.max()) for net in nets), min(float(net.min()) for net in nets)
    for axes, run, net in zip(panels[1:], runs, nets, strict=True):
        draw_steps(axes, net, borders, fill=True, color=paint[run.policy], linewidth=0)
        axes.axhline(0.0, color=INK, linewidth=0.6)
        axes.set_ylim(min(bottom * 1.08, 0.0), max(top * 1.08, 1.0))
        axes.set_title(f"{plain_text(run.policy)} [kW]")
    for axes in panels:
        for first, last in _stretches(price < 0):
            axes.axvspan(borders[first], borders[last], color="#e69f00", alpha=0.22, linewidth=0)
    local_axis(panels[-1], comparison)
    negative = float((price < 0).mean() * len(price) * scenario.arrays.dt_h)
    shading = f"The {negative:.0f} hours with a negative price are shaded. " if negative else ""
    caption = (
        "Above, what a bought kWh costs; below, what vehicles and storages charge (up) and discharge "
        f"(down). {shading}A good policy is tall where the price is low. Local "
        f"time.{window_note(comparison)}"
    )
    return Chart("prices", "Prices, and when each policy charges", caption, drawing)


def _stretches(inside: np.ndarray) -> list[tuple[int, int]]:
    """Return begin and end of each unbroken stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int64)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]

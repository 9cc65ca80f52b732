"""Voltages along the feeder, from the lowest to the highest of the horizon at every bus."""

from __future__ import annotations

import numpy as np

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import INK, Chart, colours, figure, plain_text

MOST_LABELS = 17


def draw_voltages(comparison: Comparison) -> Chart | None:
    """Draw the range of each bus's AC voltage, a band a policy, and its limits; None without a feeder."""
    feeder, buses = comparison.scenario.site.feeder, comparison.scenario.arrays.bus_names
    if feeder is None:
        return None
    paint, places = colours(comparison), np.arange(len(buses))
    drawing = figure(3.2)
    axes = drawing.add_subplot()
    for run in comparison.chosen:
        voltage = np.asarray(run.flows.voltage_pu, np.float64)
        low, high = voltage.min(axis=0), voltage.max(axis=0)
        axes.fill_between(places, low, high, color=paint[run.policy], alpha=0.15, linewidth=0)
        axes.plot(places, low, color=paint[run.policy], linewidth=1.4, label=plain_text(run.policy))
        axes.plot(places, high, color=paint[run.policy], linewidth=0.8)
    for limit in (feeder.minimum_pu, feeder.maximum_pu):
        axes.axhline(limit, color=INK, linestyle="--", linewidth=1.0)
    each = -(-len(buses) // MOST_LABELS)
    axes.set_xticks(places[::each], [plain_text(name) for name in buses[::each]])
    axes.set_xlabel("bus of the feeder")
    axes.set_ylabel("voltage [pu]")
    drawing.legend(loc="outside lower left", ncols=2, handlelength=1.0)
    caption = (
        "Each band runs from the lowest (thick line) to the highest AC voltage of the horizon. "
        "The dashed lines are the limits of the site; planners and the projection hold them by a linear "
        f"model that leaves out losses, with a margin of {feeder.margin_pu:g} pu."
    )
    return Chart("voltages", "Voltages along the feeder", caption, drawing)

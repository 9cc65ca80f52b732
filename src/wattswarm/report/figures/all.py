"""Every figure of a report, in the order of reading."""

from __future__ import annotations

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.batteries import draw_storages, draw_vehicles
from wattswarm.report.figures.chart import Chart, lay_out, style
from wattswarm.report.figures.gain import draw_gain
from wattswarm.report.figures.limits import draw_limits
from wattswarm.report.figures.money import draw_money
from wattswarm.report.figures.power import draw_power
from wattswarm.report.figures.prices import draw_prices
from wattswarm.report.figures.service import draw_service
from wattswarm.report.figures.voltages import draw_voltages

FIGURES = (
    draw_gain,
    draw_money,
    draw_power,
    draw_prices,
    draw_vehicles,
    draw_storages,
    draw_service,
    draw_limits,
    draw_voltages,
)


def draw_figures(comparison: Comparison) -> list[Chart]:
    """Draw every figure that has something to show, in the order of reading."""
    with style():
        charts = [chart for draw in FIGURES if (chart := draw(comparison)) is not None]
        for chart in charts:
            lay_out(chart)
    return charts

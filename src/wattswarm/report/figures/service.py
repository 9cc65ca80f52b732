"""What drivers and the grid feel: energy missing at departure and the highest import."""

from __future__ import annotations

from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import INK, Chart, colours, figure, hide_frame, plain_text


def draw_service(comparison: Comparison) -> Chart:
    """Draw unmet energy and peak import side by side, a bar each a policy.

    Args:
        comparison: policies side by side.

    Returns:
        The chart.
    """
    rows, paint = comparison.rows, colours(comparison)
    drawing = figure(1.2 + 0.46 * len(rows))
    left, right = drawing.subplots(1, 2, sharey=True)
    for axes, name, unit in ((left, "unmet_kwh", "kWh"), (right, "peak_import_kw", "kW")):
        values = [float(getattr(row.measures, name)) for row in rows]
        axes.barh(range(len(rows)), values, height=0.42, color=[paint[row.policy] for row in rows])
        for at, (row, value) in enumerate(zip(rows, values, strict=True)):
            label = f"{plain_text(row.policy)}: " if axes is left else ""
            axes.text(0.0, at - 0.27, f"{label}{value:,.1f} {unit}", va="bottom", fontsize=9)
        axes.set_xlim(0.0, max(max(values) * 1.05, 1.0))
        axes.axvline(0.0, color=INK, linewidth=0.8)
        hide_frame(axes)
    left.set_ylim(len(rows) - 0.6, -0.8)
    left.set_xlabel("unmet energy [kWh]")
    right.set_xlabel("peak import [kW]")
    caption = (
        "Left, what drivers had asked for, could have had and did not get; right, the highest import of the "
        "horizon. Savings that leave drivers short are none."
    )
    return Chart("service", "Unmet energy and peak import", caption, drawing)

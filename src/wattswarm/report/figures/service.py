"""What drivers and the grid feel: energy missing at departure and the highest import."""

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
from wattswarm.report.words import number

SHOWN_KWH = 0.05
"""Unmet energy below this everywhere is not drawn."""


def draw_service(comparison: Comparison) -> Chart:
    """Draw unmet energy and peak import side by side, a bar each a policy."""
    rows, paint = ranked(comparison), colours(comparison)
    told = [("peak_import_kw", "peak import", "kW")]
    if any(row.measures.unmet_kwh >= SHOWN_KWH for row in rows):
        told.insert(0, ("unmet_kwh", "unmet energy", "kWh"))
    drawing = figure(1.2 + 0.46 * len(rows))
    panels = drawing.subplots(1, len(told), sharey=True, squeeze=False)[0]
    for panel, (axes, (name, title, unit)) in enumerate(zip(panels, told, strict=True)):
        values = [float(getattr(row.measures, name)) for row in rows]
        axes.barh(range(len(rows)), values, height=0.42, color=[paint[row.policy] for row in rows])
        for at, (row, value) in enumerate(zip(rows, values, strict=True)):
            policy = "" if panel else f"{plain_text(row.policy)}: "
            axes.text(0.0, at - 0.27, f"{policy}{number(value, 1)} {unit}", va="bottom", fontsize=9)
        axes.set_xlim(0.0, max(max(values) * 1.05, 1.0))
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"{title} [{unit}]")
        hide_frame(axes)
    panels[0].set_ylim(len(rows) - 0.6, -0.8)
    if len(told) == 1:
        caption = "The highest mean import of a step."
        if len(comparison.scenario.stays):
            caption += " No policy shown left a driver short of anything."
        return Chart("service", "Peak import", caption + ranked_note(comparison), drawing)
    caption = (
        "Left, what drivers had asked for, could have had and did not get; right, the highest import of the "
        "horizon. Savings that leave drivers short are none."
    )
    return Chart("service", "Unmet energy and peak import", caption + ranked_note(comparison), drawing)

"""Where each policy's profit comes from: incomes to the right, costs to the left."""

from __future__ import annotations

from matplotlib.patches import Patch

from wattswarm.report.comparison import BOUND_NAME, Comparison
from wattswarm.report.figures.chart import INK, Chart, figure, hide_frame, plain_text, ranked, ranked_note
from wattswarm.report.words import number

COSTS = {
    "import_cost": ("energy bought", "#0072b2"),
    "demand_charge": ("demand charge", "#56b4e9"),
    "peak_valley_charge": ("peak-valley charge", "#332288"),
    "wear": ("battery wear", "#8a8f98"),
    "v2g_reward": ("V2G rewards", "#cc79a7"),
    "unmet_penalty": ("unmet energy", "#d55e00"),
}
INCOMES = {
    "customer_income": ("drivers", "#009e73"),
    "service_income": ("service", "#66c2a5"),
    "export_income": ("energy sold", "#e69f00"),
}


def draw_money(comparison: Comparison) -> Chart:
    """Stack every item of the bill, a bar a policy."""
    bars = [(row.policy, row.measures) for row in ranked(comparison)]
    if comparison.bound and comparison.bound.measures:
        bars.insert(0, (BOUND_NAME, comparison.bound.measures))
    currency = comparison.scenario.site.currency
    largest = max(max(map(abs, measures.money.values())) for _, measures in bars) or 1.0
    drawing = figure(1.6 + 0.5 * len(bars))
    axes = drawing.add_subplot()
    shown: dict[str, str] = {}
    for at, (_, measures) in enumerate(bars):
        ends = {1.0: 0.0, -1.0: 0.0}
        for items, sign in ((INCOMES, 1.0), (COSTS, -1.0)):
            for item, (label, colour) in items.items():
                amount = sign * measures.money[item]
                if abs(amount) < 1e-3 * largest:
                    continue
                # A negative price turns a cost into an income: it then stands on the other side.
                side = 1.0 if amount > 0 else -1.0
                axes.barh(at, amount, left=ends[side], height=0.42, color=colour)
                ends[side] += amount
                shown[label] = colour
        axes.plot([0.0, 0.0], [at - 0.24, at + 0.24], color=INK, linewidth=1.0)
        axes.plot([measures.profit] * 2, [at - 0.25, at + 0.25], color=INK, linewidth=2.5)
    left = axes.get_xlim()[0]
    for at, (policy, measures) in enumerate(bars):
        axes.text(
            left,
            at - 0.28,
            f"{plain_text(policy)}:  profit {number(measures.profit)} {currency}",
            va="bottom",
        )
    axes.set_ylim(len(bars) - 0.6, -0.8)
    axes.set_xlim(left=left)
    axes.set_xlabel(f"costs  ←  [{currency}]  →  incomes")
    hide_frame(axes)
    keys = [Patch(color=colour, label=label) for label, colour in shown.items()]
    if keys:
        drawing.legend(handles=keys, loc="outside lower left", ncols=3, handlelength=1.0, columnspacing=1.0)
    caption = (
        "Every item of the bill, incomes to the right and costs to the left of zero; the upright mark is "
        "what is left. Look for the item in which two policies differ: that is where the money is made."
    )
    return Chart("money", "Where the money comes from and goes", caption + ranked_note(comparison), drawing)

"""The study's figures, after the paper's 6 to 13: fronts, alpha, sizes, learning, inputs, a night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wattswarm.evaluate import Interval
from wattswarm.papers.experiment import Curve, canvas, draw_curves
from wattswarm.papers.p003_fusion.findings import Point
from wattswarm.papers.p003_fusion.layers.front import floor_of
from wattswarm.papers.p003_fusion.layers.outcome import Night, reduction
from wattswarm.report.figures import INK, PLAIN, POLICY_COLOURS, Chart

_MARKS = "osD^vP"


def fronts(
    points: Mapping[str, Sequence[Point]], optima: Sequence[tuple[float, Point]], idle: Point, currency: str
) -> Chart:
    """Draw money against peak-valley difference, a mean night, with the exact front.

    Args:
        points: of each layer, by what it was told to weigh.
        optima: price of the difference and the corner of the exact front under it.
    """
    with canvas(4.9) as (drawn, axes):
        spread = [point[1] for _, point in optima]
        at = np.linspace(min(spread), max(spread), 200)
        least = floor_of([(price, money + price * kw) for price, (money, kw) in optima], at)
        axes.plot(at, least, color=INK, linewidth=1.4, label="exact front")
        for (name, found), colour, mark in zip(points.items(), POLICY_COLOURS, _MARKS, strict=False):
            money, difference = np.array(sorted(found, key=lambda point: point[1])).T
            axes.plot(difference, money, color=colour, marker=mark, markersize=4, linewidth=0.9, label=name)
        axes.plot(idle[1], idle[0], color=PLAIN, marker="x", linestyle="none", label="uncontrolled")
        axes.set_xlabel("peak-valley difference, kW")
        axes.set_ylabel(f"money, {currency} a night")
        drawn.legend(loc="outside lower center", ncols=3, fontsize=8)
    return Chart(
        "fronts",
        "Money against peak and valley",
        "Mean test night; down and left is better, nothing lies below the exact front.",
        drawn,
    )


def alpha_sweep(by_alpha: Mapping[float, Sequence[Night]], idle: Sequence[Night]) -> Chart:
    """Draw what the game saves, against no control, over the weight of congestion, the paper's figure 9."""
    shown = {"cost": "cost", "peak-valley difference": "difference_kw"}
    with canvas(3.2) as (drawn, axes):
        for (label, name), colour in zip(shown.items(), POLICY_COLOURS, strict=False):
            saved = [100 * reduction(nights, idle, name) for nights in by_alpha.values()]
            axes.plot(list(by_alpha), saved, color=colour, marker="o", markersize=4, label=label)
        axes.axhline(0.0, color=PLAIN, linewidth=1.0)
        axes.set_xlabel("alpha, weight of congestion")
        axes.set_ylabel("reduction, %")
        axes.legend()
    return Chart(
        "alpha", "The paper's price", "More weight on congestion flattens the load and costs money.", drawn
    )


def sizes(scores: Mapping[int, Mapping[str, Interval]]) -> Chart:
    """Draw F over the number of vehicles, the paper's figure 6."""
    with canvas(3.0) as (drawn, axes):
        counts = list(scores)
        for name, colour in zip(next(iter(scores.values())), POLICY_COLOURS, strict=False):
            found = [scores[count][name] for count in counts]
            axes.plot(counts, [each.value for each in found], color=colour, marker="o", label=name)
            low, high = [each.low for each in found], [each.high for each in found]
            axes.fill_between(counts, low, high, color=colour, alpha=0.15, lw=0)
        axes.set_xscale("log")
        axes.set_xticks(counts, [str(count) for count in counts])
        axes.minorticks_off()
        axes.set_xlabel("vehicles")
        axes.set_ylabel("F")
        axes.legend()
    return Chart(
        "sizes",
        "Fleets of other sizes",
        "Fused control learned with 100 vehicles and is carried over.",
        drawn,
    )


def learning(curves: Sequence[Curve]) -> Chart:
    """Draw F of validation nights over environment steps."""
    with canvas(4.4) as (drawn, axes):
        draw_curves(axes, curves, per=1000)
        axes.axhline(1.0, color=INK, linewidth=1.0)
        axes.set_ylim(bottom=max(-0.5, axes.get_ylim()[0]), top=1.05)
        axes.set_xlabel("environment steps, thousands")
        axes.set_ylabel("F, validation nights")
        drawn.legend(loc="outside lower center", ncols=2, fontsize=8)
    return Chart("learning", "Learning", "Mean and range over seeds; 1 is perfect foresight.", drawn)


def inputs(lost: Mapping[str, float], currency: str, most: int = 12) -> Chart:
    """Draw what fused control loses a night where an input is another night's, the largest on top."""
    shown = sorted(lost.items(), key=lambda item: item[1])[-most:]
    with canvas(0.3 * len(shown) + 0.8) as (drawn, axes):
        axes.barh([name for name, _ in shown], [value for _, value in shown], color=POLICY_COLOURS[0])
        axes.set_xlabel(f"loss, {currency} a night")
        axes.grid(axis="y", visible=False)
    return Chart(
        "inputs",
        "What fused control lives by",
        "Loss where one input is that of the next night at the same hour.",
        drawn,
    )


def a_night(net: Mapping[str, Sequence[float]], price: Sequence[float], currency: str) -> Chart:
    """Draw the net load [kW] of the first test night by policy, and the market's price [currency/kWh]."""
    hours = np.arange(len(price))
    colours = {"uncontrolled": PLAIN, "perfect foresight": INK}
    others = iter(POLICY_COLOURS)
    with canvas(4.6, 2, height_ratios=(3, 1)) as (drawn, (above, below)):
        for name, load in net.items():
            colour = colours.get(name) or next(others)
            above.step(hours, load, where="post", color=colour, linewidth=1.2, label=name)
        above.set_ylabel("net load, kW")
        above.legend(fontsize=8)
        below.step(hours, price, where="post", color=INK, linewidth=1.0)
        below.set_ylabel(f"{currency}/kWh")
        below.set_ylim(bottom=0.0)
        below.set_xticks(range(0, len(price), 4), [str((12 + hour) % 24) for hour in range(0, len(price), 4)])
        below.set_xlabel("hour of the day")
    return Chart("night", "A night", "First test night, fleet and households together.", drawn)

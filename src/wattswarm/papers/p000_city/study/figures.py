"""The study's figures: the paper's figure 2, when trade is calm, a day beside its bound, cost by size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from wattswarm.data import Floats
from wattswarm.papers.experiment import canvas
from wattswarm.papers.p000_city.study.convergence import rolling_mean
from wattswarm.papers.p000_city.study.judging import Judged
from wattswarm.papers.p000_city.study.scale import Cost
from wattswarm.papers.p000_city.study.simulation import CaseResult
from wattswarm.report.figures import INK, PLAIN, POLICY_COLOURS, Chart

AT_STATIONS = ("trades at stations", "trades of V2G")
"""Trades of vehicles with stations, as in the paper; those of neighbours follow the sun."""
TRADES = (*AT_STATIONS, "trades of neighbours")
ENERGY = ("kwh at stations", "kwh of V2G", "kwh of neighbours")
PROFITS = ("profit of residential", "profit of workplace", "profit of fleet")
Read = Callable[[CaseResult], Floats]


def total(case: CaseResult, names: Sequence[str]) -> Floats:
    """Return the sum of some figures of every day."""
    return np.asarray(np.sum([case[name] for name in names], axis=0))


def figure_two(years: Mapping[str, CaseResult], vehicles: int, stations: int) -> Chart:
    """Draw the paper's figure 2, for each way to pay: trades, energy, and profits of agents over the year."""
    panels: tuple[tuple[str, Read], ...] = (
        ("trades a day", lambda case: total(case, TRADES)),
        ("MWh traded a day", lambda case: total(case, ENERGY) / 1000.0),
        ("profit of a vehicle, EUR a day", lambda case: total(case, PROFITS) / vehicles),
        ("sales less purchases of a station, EUR a day", lambda case: case["margin of stations"] / stations),
    )
    with canvas(7.0, len(panels)) as (drawn, rows):
        for axes, (title, read) in zip(rows, panels, strict=True):
            for at, (name, case) in enumerate(years.items()):
                days = read(case)
                axes.plot(days, color=POLICY_COLOURS[at], linewidth=0.4, alpha=0.35)
                axes.plot(rolling_mean(days), color=POLICY_COLOURS[at], linewidth=1.5, label=name)
            axes.set_title(title)
        rows[-1].set_xlabel("day")
        drawn.legend(*rows[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return Chart(
        "year",
        "The paper's figure 2 by way to pay",
        "Every day (faint) and the mean of 14 days; the first seed.",
        drawn,
    )


def calm(
    sound: Mapping[float, tuple[CaseResult, int | None]],
    printed: Mapping[float, tuple[CaseResult, int | None]],
) -> Chart:
    """Draw trades over the year by how fast exploring fades, and the day from which they are calm."""
    with canvas(4.6, 2) as (drawn, rows):
        for axes, title, cases in zip(rows, ("sound rewards", "as printed"), (sound, printed), strict=True):
            for at, (factor, (case, day)) in enumerate(cases.items()):
                days = rolling_mean(total(case, AT_STATIONS))
                axes.plot(days, color=POLICY_COLOURS[at], linewidth=1.5, label=f"{factor:g} a day")
                if day is not None:
                    axes.plot([day], [days[day]], "o", color=POLICY_COLOURS[at], markersize=6)
                faint = np.log(0.05) / np.log(factor)
                axes.axvline(faint, color=POLICY_COLOURS[at], linewidth=0.8, linestyle=":")
            axes.set_title(f"trades at stations a day, {title}")
            axes.set_ylim(bottom=0)
        rows[-1].set_xlabel("day")
        drawn.legend(*rows[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Chart(
        "calm",
        "When trade is calm, by how fast exploring fades",
        "Mean of 14 days. Dotted: exploring reaches its last 5 %. Dot: calm from here on (within 5 %).",
        drawn,
    )


def a_day(policies: Mapping[str, Judged]) -> Chart:
    """Draw what vehicles of the small city draw and give by hour of the day, the bound first."""
    with canvas(4.4, 2) as (drawn, rows):
        for axes, title, field in zip(
            rows, ("charged, kWh an hour", "given, kWh an hour"), ("charge_kwh", "discharge_kwh"), strict=True
        ):
            for at, (name, judged) in enumerate(policies.items()):
                colour = INK if at == 0 else POLICY_COLOURS[at - 1]
                axes.step(range(24), getattr(judged, field), where="mid", color=colour, label=name)
            axes.set_title(title)
            _shade_slots(axes)
        rows[-1].set_xlabel("hour of the day")
        drawn.legend(*rows[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return Chart(
        "day",
        "A mean day of 40 vehicles",
        "Weeks that judge, first seed. Shaded dark: the peak tariff; light: off-peak.",
        drawn,
    )


def flexibility(scores: Mapping[str, Sequence[float]]) -> Chart:
    """Draw F of every policy on small cities, the best first, a dot a seed."""
    with canvas(0.34 * len(scores) + 0.9) as (drawn, axes):
        names = list(scores)[::-1]
        for at, name in enumerate(names):
            axes.plot(
                scores[name], [at] * len(scores[name]), "o", color=POLICY_COLOURS[0], markersize=4, alpha=0.7
            )
            axes.plot([np.mean(scores[name])] * 2, [at - 0.3, at + 0.3], color=INK)
        axes.set_yticks(range(len(names)), names)
        axes.axvline(0.0, color=PLAIN, linewidth=1.0)
        axes.axvline(1.0, color=INK, linewidth=1.0)
        axes.set_xlabel("F: 0 charges at once, 1 foresees all")
        axes.set_xlim(right=1.03)
    return Chart(
        "flexibility",
        "Share of what flexibility could earn",
        "40 vehicles, weeks that nobody learned from. A dot a seed; the bar is the mean.",
        drawn,
    )


def cost_by_size(timed: Sequence[Cost]) -> Chart:
    """Draw what an hour of an agent costs by the number of vehicles."""
    with canvas(2.6) as (drawn, axes):
        for label, colour, own in (
            ("districts of 1,000", POLICY_COLOURS[0], [each for each in timed if "districts" in each.label]),
            ("one market", POLICY_COLOURS[1], [each for each in timed if "one market" in each.label]),
        ):
            if own:
                across, up = [each.vehicles for each in own], [each.microseconds for each in own]
                axes.plot(across, up, "o-", color=colour, label=label)
        axes.set_xscale("log")
        axes.set_ylim(0.0, 1.15 * max(each.microseconds for each in timed))
        axes.set_xlabel("vehicles")
        axes.set_title("CPU microseconds of a step of an agent")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.legend(loc="lower right")
    return Chart("cost", "Cost by size", "Markets, outages and learning; compiling left out.", drawn)


def _shade_slots(axes: Axes) -> None:
    for first, last, dark in ((-0.5, 6.5, 0.06), (16.5, 20.5, 0.18), (22.5, 23.5, 0.06)):
        axes.axvspan(first, last, color=PLAIN, alpha=dark, linewidth=0)
    axes.set_xlim(-0.5, 23.5)

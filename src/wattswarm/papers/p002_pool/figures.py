"""The study's figures: learning curves, a day of three stations, overestimation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from wattswarm.control import Run
from wattswarm.evaluate import BOUND, NO_FLEXIBILITY
from wattswarm.market import pool_trade
from wattswarm.papers.experiment import Curve, canvas, draw_curves
from wattswarm.papers.p002_pool.judging import station_need_kwh
from wattswarm.report.figures import INK, PLAIN, POLICY_COLOURS, Chart

_LINES = ((BOUND, INK, "-"), ("MPC, day-ahead prices", INK, "--"), ("MPC, climatology + AR(1)", INK, ":"))


def learning_curves(region: str, curves: Sequence[Curve], baselines: Mapping[str, float]) -> Chart:
    """Draw validation profit over environment steps, beside the mean profit of the bound and the planners."""
    with canvas(4.4) as (drawn, axes):
        shares = [replace(each, values=100 * each.values / baselines[BOUND]) for each in curves]
        draw_curves(axes, shares, per=1000, linewidth=1.6)
        for name, colour, dashes in (*_LINES, (NO_FLEXIBILITY, PLAIN, "-")):
            level = 100 * baselines[name] / baselines[BOUND]
            axes.axhline(level, color=colour, linestyle=dashes, linewidth=1.2, label=name)
        axes.set_ylim(bottom=100 * baselines[NO_FLEXIBILITY] / baselines[BOUND] - 6)
        axes.set_xlabel("environment steps, thousands")
        axes.set_ylabel("% of the bound, validation weeks")
        drawn.legend(loc="outside lower center", ncols=2, fontsize=7.5)
    return Chart(
        f"learning-{region}",
        f"Learning, {region}",
        "Profit of greedy weeks that were not trained on; mean and range over seeds.",
        drawn,
    )


def a_day(region: str, run: Run, first: int, steps: int = 24) -> Chart:
    """Draw what three stations do in 24 hours: price and sun, storage, state of charge, trade."""
    scenario, dispatch = run.scenario, run.flows.dispatch
    day = slice(first, first + steps)
    hours = np.arange(steps)
    shared = np.asarray(pool_trade(jnp.asarray(station_need_kwh(run))).shared_kwh)[day]
    capacity = scenario.arrays.storage_capacity_kwh
    names = [station.name for station in scenario.site.stations]
    with canvas(6.2, len(names) + 1) as (drawn, rows):
        axes: Axes = rows[0]
        axes.step(hours, 1000 * scenario.import_price[day], where="mid", color=INK)
        axes.set_ylabel(f"{scenario.site.currency}/MWh")
        sun = axes.twinx()
        sun.fill_between(hours, scenario.solar_kw[day].sum(axis=1), color=POLICY_COLOURS[4], alpha=0.3)
        sun.set_ylabel("sun, kW")
        sun.grid(visible=False)
        axes.set_title("price (line) and sun (area)")
        for at, name in enumerate(names):
            axes = rows[at + 1]
            power = dispatch.charge_kw[day, at] - dispatch.discharge_kw[day, at]
            axes.bar(hours, power, color=POLICY_COLOURS[0], label="storage, kW (above 0: charging)")
            axes.step(
                hours, shared[:, at], where="mid", color=POLICY_COLOURS[2], label="shared with others, kW"
            )
            axes.set_title(f"{name}")
            soc = axes.twinx()
            soc.plot(hours, run.flows.energy_kwh[day, at] / capacity[at], color=POLICY_COLOURS[1])
            soc.set_ylim(0, 1)
            soc.set_ylabel("charge")
            soc.grid(visible=False)
        drawn.legend(*rows[1].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
        rows[-1].set_xlabel(f"hours from {scenario.times[first]}Z")
    return Chart(
        f"day-{region}",
        f"24 hours of {run.policy}, {region}",
        "Blue bars: storage power; orange: state of charge; green: energy given to other stations.",
        drawn,
    )


def overestimation(bias: Mapping[str, Float[np.ndarray, " seed"]], unit: str) -> Chart:
    """Draw by how much each learner believed its start worth more than it then earned."""
    with canvas(2.6) as (drawn, axes):
        for at, (label, values) in enumerate(bias.items()):
            axes.scatter(values, np.full(len(values), at), color=POLICY_COLOURS[at], s=18, alpha=0.7)
            axes.plot([np.mean(values)] * 2, [at - 0.3, at + 0.3], color=INK)
            axes.annotate(label, (0.0, at + 0.34), xycoords=("axes fraction", "data"), fontsize=9)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks([])
        axes.set_ylim(-0.6, len(bias) - 0.2)
        axes.set_xlabel(f"value believed minus return realised, {unit}")
    return Chart("overestimation", "Overestimation", "One dot a seed; the bar is the mean.", drawn)

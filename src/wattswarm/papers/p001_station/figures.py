"""The study's figures, after the paper's 6 to 16: cost, learning, three vehicles, noise, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from wattswarm.control import Run
from wattswarm.evaluate import flexibility_scores
from wattswarm.papers.experiment import Curve, canvas, draw_curves
from wattswarm.papers.p001_station.problem.weights import PAPER_WEIGHTS, Weights
from wattswarm.report.figures import INK, PLAIN, POLICY_COLOURS, Chart

_LOWEST, _HIGHEST = -1.0, 1.1
"""Of F in figures: far below 0 one policy would hide all others."""


def cost_bars(costs: Mapping[str, float]) -> Chart:
    """Draw the mean cost of a day of each policy [INR], the cheapest on top."""
    names = sorted(costs, key=lambda name: -costs[name])
    with canvas(0.34 * len(names) + 0.7) as (drawn, axes):
        axes.barh(names, [costs[name] for name in names], color=POLICY_COLOURS[0])
        for at, name in enumerate(names):
            axes.annotate(f" {costs[name]:,.0f}", (costs[name], at), va="center", fontsize=8)
        axes.set_xlim(left=0, right=1.15 * max(costs.values()))
        axes.set_xlabel("INR a day, mean of the test days")
        axes.grid(axis="y", visible=False)
    return Chart("costs", "Cost", "The sun and the auxiliary load are in it for all alike.", drawn)


def learning(curves: Sequence[Curve], idle: float, bound: float) -> Chart:
    """Draw F of greedy validation days over environment steps.

    Args:
        curves: validation profit [INR a day] over steps, at most six.
        idle: mean profit without flexibility [INR a day].
        bound: mean profit of perfect foresight [INR a day].
    """
    with canvas(3.4) as (drawn, axes):
        scores = [replace(each, values=flexibility_scores(each.values, idle, bound)) for each in curves]
        draw_curves(axes, scores, per=1000)
        axes.axhline(1.0, color=INK, linewidth=1.0)
        axes.axhline(0.0, color=PLAIN, linewidth=1.0)
        axes.set_ylim(max(_LOWEST, axes.get_ylim()[0]), _HIGHEST)
        axes.set_xlabel("environment steps, thousands")
        axes.set_ylabel("F, validation days")
        axes.legend()
    caption = (
        f"Mean and range over seeds; 1 is perfect foresight, 0 uncontrolled, nothing shown below {_LOWEST:g}."
    )
    return Chart("learning", "Learning", caption, drawn)


def three_vehicles(run: Run) -> Chart:
    """Draw powers and state of charge of the three stays that move most energy, over 24 hours."""
    scenario, dispatch = run.scenario, run.flows.dispatch
    stays, hours = scenario.stays, scenario.arrays.dt_h
    power = dispatch.charge_kw - dispatch.discharge_kw
    moved = [np.abs(power[begin:end, port]).sum() for begin, end, port in _spans(run)]
    chosen = np.argsort(moved)[::-1][:3]
    clock = np.arange(scenario.steps) * hours
    with canvas(5.6, len(chosen) + 1) as (drawn, rows):
        rows[0].step(clock, scenario.import_price, where="post", color=INK)
        rows[0].set_title("price, INR/kWh")
        for axes, at, name in zip(
            rows[1:], sorted(chosen, key=lambda at: stays.begin[at]), "123", strict=False
        ):
            stay = slice(int(stays.begin[at]), int(stays.end[at]))
            port = int(stays.port[at])
            axes.bar(clock[stay], power[stay, port], hours, align="edge", color=POLICY_COLOURS[0])
            axes.set_title(f"EV{name}: power, kW (bars), and state of charge (line)")
            charge = axes.twinx()
            held = run.flows.energy_kwh[stay, port] / stays.capacity_kwh[at]
            charge.plot(clock[stay] + hours, held, color=POLICY_COLOURS[1])
            charge.set_ylim(0, 1)
            charge.grid(visible=False)
        rows[-1].set_xlim(0, 24)
        rows[-1].set_xlabel("hour of the day")
    return Chart(
        "vehicles", f"Three vehicles of {run.policy}", "Those that moved most energy that day.", drawn
    )


def noise_sweep(curves: Sequence[Curve]) -> Chart:
    """Draw F of MPC over the level of each kind of noise, a share."""
    with canvas(2.9) as (drawn, axes):
        draw_curves(axes, curves, per=0.01, marker="o")
        axes.set_xlabel("standard deviation of the errors, % of the price")
        axes.set_ylabel("F of MPC")
        axes.legend()
    return Chart("noise", "Errors of forecasts", "Mean and range over seeds of the noise.", drawn)


def weights_and_loading(points: Mapping[Weights, tuple[float, float]]) -> Chart:
    """Draw mean cost [INR a day] over worst loading of every setting of (19), the paper's marked."""
    with canvas(3.0) as (drawn, axes):
        for own, (cost, load) in points.items():
            mine = own == PAPER_WEIGHTS
            axes.scatter(100 * load, cost, color=POLICY_COLOURS[1 if mine else 0], s=40 if mine else 16)
        axes.set_xlabel("worst loading of the transformer, %")
        axes.set_ylabel("INR a day")
    return Chart("weights", "Weights of (19)", "Exact optimum of each setting; orange is the paper's.", drawn)


def by_size(saved: Sequence[Curve], spent: Sequence[Curve]) -> Chart:
    """Draw F and online time of 24 hours [s] over the number of vehicles."""
    with canvas(4.6, 2) as (drawn, (above, below)):
        for axes, curves in ((above, saved), (below, spent)):
            draw_curves(axes, curves, marker="o")
        above.set_ylim(max(_LOWEST, above.get_ylim()[0]), _HIGHEST)
        above.set_ylabel("F")
        above.legend()
        below.set_yscale("log")
        below.set_ylabel("s for 24 hours")
        below.set_xscale("log")
        below.set_xlabel("vehicles a day")
    caption = f"MPC without the world, compiled policies with it; F below {_LOWEST:g} is not shown."
    return Chart("sizes", "Number of vehicles", caption, drawn)


def searches(histories: Mapping[str, Float[np.ndarray, " round"]], bound: float) -> Chart:
    """Draw what planners by search think a day costs over their rounds.

    Args:
        histories: best cost so far of each search [INR], one test day.
        bound: cost of that day with perfect foresight [INR].
    """
    with canvas(2.9) as (drawn, axes):
        for (name, history), colour in zip(histories.items(), POLICY_COLOURS, strict=False):
            axes.plot(np.arange(1, len(history) + 1), history, color=colour, label=name)
        axes.axhline(bound, color=INK, label="perfect foresight")
        axes.set_xlabel("round")
        axes.set_ylabel("INR, one test day")
        axes.legend()
    return Chart("searches", "Planners by search", "All start from least laxity first.", drawn)


def _spans(run: Run) -> list[tuple[int, int, int]]:
    stays = run.scenario.stays
    return list(zip(stays.begin.tolist(), stays.end.tolist(), stays.port.tolist(), strict=True))

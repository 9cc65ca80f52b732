"""The weights of eq. (19) as prices: what each setting does at best, and which the paper's rule chooses.

With hard targets and a hard transformer limit, (19) weighs the money of a step against the power through the
transformer. A weight on power is a surcharge on every kWh bought or sold, so the optimum of each setting is
the exact bound under another tariff: no training on these weights can do better by them. The weight on
loading beyond the limit changes nothing, because nothing goes beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from wattswarm.control import rule, simulate
from wattswarm.papers.p001_station.problem.days import Day
from wattswarm.world import Scenario

Weights = tuple[float, float, float]
"""Of cost, peak and loading; they add up to 1."""
PAPER_WEIGHTS: Weights = (0.5, 0.3, 0.2)
_MARGIN = 0.9


def grid_of_weights() -> tuple[Weights, ...]:
    """Return the paper's grid: 0.2 to 0.7 on cost, the rest divided in steps of 0.1."""
    return tuple(
        (cost / 10, peak / 10, (10 - cost - peak) / 10) for cost in range(2, 8) for peak in range(11 - cost)
    )


def weighed(scenario: Scenario, weights: Weights) -> Scenario:
    """Return the day under a tariff whose bill is the cost and peak terms of (19), in money.

    Args:
        scenario: a day.
        weights: of cost, peak and loading; the first above 0.

    Returns:
        The scenario; divided by the weight and the scale of the cost, its bill is (19) without loading.
    """
    cost, peak, _ = weights
    money = simulate(scenario, [rule("uncontrolled")])[0].flows.money
    highest = float(np.max(np.asarray(money.import_cost) - np.asarray(money.export_income)))
    limit, hours = float(scenario.arrays.import_limit_kw[-1]), scenario.arrays.dt_h
    surcharge = peak / cost * highest / (limit * hours)
    tariff = scenario.site.tariff
    changed = tariff.model_copy(
        update={
            "import_adder_per_kwh": tariff.import_adder_per_kwh + surcharge,
            "export_fee_per_kwh": tariff.export_fee_per_kwh + surcharge,
        }
    )
    return replace(scenario, site=scenario.site.model_copy(update={"tariff": changed}))


def loading(days: Sequence[Day]) -> tuple[float, float]:
    """Return the worst loading of the transformer and the 95 % quantile of its daily peaks, as shares."""
    ratios = [day.peak_kw / day.limit_kw for day in days]
    return max(ratios), float(np.quantile(ratios, 0.95))


def pareto(points: Mapping[Weights, tuple[float, float]]) -> list[Weights]:
    """Return the settings that no other beats in cost and loading both, the cheapest first."""
    kept = [
        own
        for own, (cost, load) in points.items()
        if not any(c <= cost and w <= load and (c, w) != (cost, load) for c, w in points.values())
    ]
    return sorted(kept, key=lambda own: points[own])


def selected(judged: Mapping[Weights, Sequence[Day]]) -> Weights | None:
    """Return what the paper's rule chooses: of the Pareto set, the cheapest setting that is safe.

    Safe is a worst loading of at most 1 and a 95 % quantile of daily peaks of at most 0.9.

    Source:
        Paper 001, section 4.5.
    """
    points = {own: (mean_cost(days), loading(days)[0]) for own, days in judged.items()}
    for own in pareto(points):
        worst, usual = loading(judged[own])
        if worst <= 1.0 + 1e-9 and usual <= _MARGIN:
            return own
    return None


def mean_cost(days: Sequence[Day]) -> float:
    """Return the mean cost of a day [INR]."""
    return float(np.mean([day.cost for day in days]))

"""The study's page: tables, figures and what they are of, in Markdown."""

from __future__ import annotations

import numpy as np

from wattswarm.evaluate import months_of
from wattswarm.papers.experiment import made_with, table, training_times
from wattswarm.papers.p001_station.baselines import MPC
from wattswarm.papers.p001_station.design import CONGESTED, PAPER, REAL_TIME
from wattswarm.papers.p001_station.figures import (
    by_size,
    cost_bars,
    learning,
    noise_sweep,
    searches,
    three_vehicles,
    weights_and_loading,
)
from wattswarm.papers.p001_station.findings import Findings
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.printed import (
    PRINTED_D,
    PRINTED_P,
    PRINTED_RUNS,
    TEXT_RMSE,
    headline_table,
    paired_t_that_fits,
    rmse_against_text,
)
from wattswarm.papers.p001_station.problem.weights import loading, mean_cost
from wattswarm.papers.p001_station.tables import Judged, beside_the_paper, by_belief, standings, weights_table
from wattswarm.report.figures import Chart

_BELIEVED = {
    "MARL": "now",
    "LSTM": "lstm",
    "BiLSTM": "bilstm",
    "persistence": "persistence",
    "ARIMA": "arima",
}
"""What the paper's other rows believe of prices, in our words."""


def page(found: Findings) -> list[str]:
    """Return the page's sections but the figures."""
    design = found.design
    idle, bound = found.ends(PAPER)
    return [
        "# Paper 001: the anticipatory station on exchange prices",
        f"{len(design.days)} test days; {design.seeds} seeds of each learner, {design.steps:,} steps each "
        f"({made_with()}).",
        "F is what a policy saves over all test days together, divided by what perfect foresight saves:\n"
        "0 is uncontrolled charging, 1 the exact bound. Intervals are 95 % bootstrap over days and seeds.\n"
        "Fines are 30 INR for each kWh missing at departure, and count. Targets met is the share of\n"
        "departures with their state of charge. Online time is processor time\n"
        "of 24 hours after compiling; of compiled policies with the world, of MPC and searches without it.",
        "## Prices and days",
        _prices(found),
        "## All policies at the paper's station",
        "40 vehicles a day, prices published a day ahead, arrivals unknown except where said.",
        standings(found.rows(PAPER), idle, bound),
        training_times(found.training_cpu_s()),
        "### Theirs beside ours",
        "Their prices are of 2024 and their arrivals are not printed in full, so cost a day cannot be\n"
        "matched: 9,200 INR for 40 vehicles would take at least 46 kWh each at 5 INR/kWh, more than 7.2 kW\n"
        "give in 4 hours. Read the order, and cost by kWh.",
        beside_the_paper(_by_their_names(found)),
        "## What a forecast is worth",
        "The same days with prices that nobody publishes beforehand (RT): the same MPC, the same rule and\n"
        "the same learner with different beliefs of the hours ahead. `usual` is the hour's mean of four\n"
        "weeks with a fading deviation, `now` the price of now for all hours as `persistence` has it,\n"
        "`perfect` the truth.",
        by_belief(found.beliefs(), *found.ends(REAL_TIME)),
        "## Errors of forecasts",
        "The truth times one plus an error, for MPC; the paper adds noise of 0 to 50 %.",
        by_belief({name: {"MPC": days} for name, days in found.noise_met().items()}, *found.ends(REAL_TIME)),
        *_places(found),
        "## Weights of the reward",
        "With hard targets and a hard limit the reward (19) is a linear program, so each setting of its\n"
        "weights has an exact optimum; training on them can only come near it. The paper's rule chooses,\n"
        "of the Pareto set, the cheapest setting with worst loading of at most 1 and a 95 % quantile of\n"
        "daily peaks of at most 0.9.",
        weights_table(found.weights()),
        "## The paper's headlines against its own table",
        headline_table(),
        _arithmetic(),
    ]


def charts(found: Findings) -> list[Chart]:
    """Return the study's figures."""
    costs = {row.policy: float(np.mean([d.cost for s in row.judged for d in s])) for row in found.rows(PAPER)}
    points = {own: (mean_cost(days), loading(days)[0]) for own, days in found.weights().items()}
    return [
        cost_bars(costs),
        learning(found.curves(), *found.validation_ends()),
        three_vehicles(found.a_day()),
        noise_sweep(found.noise()),
        by_size(*found.sizes()),
        weights_and_loading(points),
        searches(*found.searches()),
    ]


def _prices(found: Findings) -> str:
    prices = found.study.inputs().prices
    at_cap = 100.0 * float((prices.values >= 10.0 - 1e-6).mean())
    months = [(role, ", ".join(months_of(role))) for role in ("training", "validation", "test")]
    return "\n".join(
        [
            f"{prices.name} of {prices.provenance.source.rsplit('/', 1)[-1]}: {prices.start} to "
            f"{prices.end} UTC, {len(prices.values):,} steps of {prices.step_s // 60} minutes, mean "
            f"{prices.values.mean():.2f} {prices.unit}, {at_cap:.1f} % of them at the cap of 10.",
            "Vehicles of every date are drawn once: Poisson arrivals, stays of 1.5 to 4 hours, 40 to 60 kWh, "
            "20 to 70 % on arrival, target 80 % as far as reachable.",
            "",
            table(("role", "months"), months, "ll"),
        ]
    )


def _by_their_names(found: Findings) -> dict[str, Judged]:
    ours = {row.policy: row.judged for row in found.rows(PAPER)}
    names = {"GA": "GA", "PSO": "PSO", "proposed": found.design.champion.label}
    values = {theirs: ours[own] for theirs, own in names.items() if own in ours}
    beliefs, learner = found.beliefs(), found.design.learners[-1][0]
    for theirs, belief in _BELIEVED.items():
        row = beliefs.get(belief, {})
        if row:
            values[theirs] = row[learner] if learner in row else row[MPC]
    return values


def _places(found: Findings) -> list[str]:
    parts = ["## Without V2G, other sizes, congestion"]
    for place in found.design.places():
        idle, bound = found.ends(place)
        parts += [f"### {_title(place)}", standings(found.rows(place), idle, bound)]
    return parts


def _title(place: Place) -> str:
    if place == CONGESTED:
        return f"{place.count} vehicles in a rush behind 500 kW"
    return f"{place.count} vehicles" + ("" if place.v2g else ", no V2G")


def _arithmetic() -> str:
    rmse, test = rmse_against_text(), paired_t_that_fits()
    return (
        f"No two headlines lean on the same row. The RMSE headline is told against a BiLSTM of {TEXT_RMSE}, "
        f"which Table 3 does not hold: that would be {rmse['saved']:.2f} %; the printed figure needs "
        f"{rmse['needed']:.4f}. An effect of d = {PRINTED_D} over {PRINTED_RUNS} paired runs is t = "
        f"{test['t']:.2f}, p = {test['p']:.3f}; the printed p = {PRINTED_P} needs d = {test['d']:.2f}."
    )

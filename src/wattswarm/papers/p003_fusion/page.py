"""The study's page: tables, figures, and what the layers can and cannot do together, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wattswarm.evaluate import Interval
from wattswarm.papers.experiment import bullets, interval_words, made_with, training_times, wrap
from wattswarm.papers.p003_fusion import figures
from wattswarm.papers.p003_fusion.design import HOME
from wattswarm.papers.p003_fusion.findings import Findings, Lead
from wattswarm.papers.p003_fusion.layers.outcome import mean
from wattswarm.papers.p003_fusion.tables import (
    by_ageing,
    by_alpha,
    by_belief,
    by_size,
    by_weight,
    leads_table,
    standings,
)
from wattswarm.report.figures import Chart

_MEANING = """F is what a policy saves of the objective over all test nights together, divided by what
perfect foresight saves: 0 is charging on arrival, 1 the exact bound of the same weighting. The objective is
the paper's eq. (11) as money: the vehicles' bill, w_d times the highest less the lowest net load of the
night, wear by throughput, and a fine for what is missing at departure. Intervals are 95 % bootstrap over
nights and seeds. Waiting is from arrival until a vehicle is ready for good. Online time is processor time
of a night's decisions, of compiled policies with the world, of planners without it; the forecasts and the
game that a policy sees come on top, and the operator's price costs what MPC does."""
_PUBLISHED = """Everywhere else on this page nobody publishes prices, as the paper has it. The exchange does
publish them, tomorrow's at 13:00, so that from then on load and arrivals alone are forecast: the rows called
published."""
_LAYERS = """The forecast layer is a rule: charge where forecast price and load are low, give where both are
high. The game layer is the Nash equilibrium of the paper's price, (1 - alpha) of the market's and alpha of
congestion, settled anew every hour on the forecasts. Control alone learns by the gradient through the
simulator and sees nothing of the hours ahead but departures. Fused control sees forecasts and a game, and
what it does is told as a change of its part of the equilibrium. Its game is the operator's price: what one
more kWh costs the site in the cheapest plan on the forecasts, peak and valley included; plan and price are
an equilibrium of price takers. The row with the paper's price sees the composite one instead."""


def charts(found: Findings) -> list[Chart]:
    """Return the study's figures."""
    (idle, _), seen = found.ends(), found.close_look()
    at_rest = (mean(idle, "money"), mean(idle, "difference_kw"))
    return [
        figures.fronts(found.fronts(), found.optima(), at_rest, found.currency),
        figures.alpha_sweep(found.alphas(), idle),
        figures.sizes(found.sizes()),
        figures.learning(found.curves()),
        figures.inputs(seen.lost, found.currency),
        figures.a_night(seen.net, seen.price, found.currency),
    ]


def page(found: Findings) -> list[str]:
    """Return the page's sections but the figures."""
    design, leads = found.design, found.leads()
    prices = found.study.inputs().records.prices
    return [
        "# Paper 003: forecasts, a game of prices and learned control of a fleet, alone and fused",
        f"{HOME.count} vehicles and as many households from noon to noon, prices of "
        f"{prices.provenance.source.rsplit('/', 1)[-1]} ({prices.name}) that nobody "
        f"publishes beforehand; {len(design.nights)} test nights, {design.seeds} seeds of "
        f"{design.steps:,} steps ({made_with()}).",
        _MEANING,
        _LAYERS,
        "## What came of it",
        _verdicts(found, leads),
        "## All policies, w_d = 0.3",
        standings(found),
        wrap(training_times(found.training_cpu_s())),
        "## Every weighting",
        by_weight(found),
        _PUBLISHED,
        "## Beyond every single layer?",
        "How much cheaper fused control is than the front of a layer at the same peak-valley difference,\n"
        "mixtures of the layer's settings included; the last column is the lower end of a 95 % interval.",
        leads_table(leads, found.currency),
        "## The paper's price",
        by_alpha(found),
        "## What a forecast is worth",
        by_belief(found),
        "## Fleets of other sizes",
        by_size(found.sizes()),
        "## Ageing in the objective and not",
        by_ageing(found.ageing(), found.currency),
    ]


def _verdicts(found: Findings, leads: Sequence[Lead]) -> str:
    weighed, money = found.weighed(), found.currency
    idle, _ = found.ends()
    cheapest = min(point for _, point in found.optima())
    rest = (mean(idle, "money"), mean(idle, "difference_kw"))
    said = [
        f"Fused control has F = {_of(weighed['fused'])}.",
        f"MPC on the same forecasts has F = {_of(weighed['MPC'])}.",
        f"Where prices are published at 13:00, fused control has F = {_of(weighed['fused, published'])}; MPC "
        f"has {_of(weighed['MPC, published'])}.",
        f"{_beyond(leads, money)} {_rival(*found.rival(), money)}",
        f"The cheapest night there is costs {cheapest[0]:.0f} {money} and has a peak-valley difference of "
        f"{cheapest[1]:.0f} kW, against {rest[0]:.0f} {money} and {rest[1]:.0f} kW without control: all "
        "vehicles follow one price. Money and flatness pull apart, so no policy is best on both, as the "
        "paper's fused one is said to be; it can only be on the front.",
        f"Of the paper's price, alpha = {found.alpha:g} was best on validation nights.",
    ]
    return bullets(said)


def _of(scores: dict[float, Interval]) -> str:
    return "; ".join(f"{interval_words(score)} at w_d {price:g}" for price, score in scores.items())


def _beyond(leads: Sequence[Lead], money: str) -> str:
    behind = [each for each in leads if each.value < 0]
    unsure = [each for each in leads if each.value >= 0 > each.low]
    if not behind:
        close = f"; {len(unsure)} of them within chance" if unsure else ""
        return f"It lies on or beyond the front of every single layer at all {len(leads)} comparisons{close}."
    names = ", ".join(
        f"{each.layer} at w_d {each.difference:g} by {-each.value:.1f} {money}" for each in behind
    )
    reached = [each for each in leads if math.isinf(each.value)]
    return (
        f"It lies on or beyond the front of a single layer in {len(leads) - len(behind)} of {len(leads)} "
        f"comparisons ({len(reached)} at differences that the layer never reaches) and behind that of "
        f"{names}."
    )


def _rival(layer: str, behind: float, money: str) -> str:
    if behind >= 0:
        return f"No setting of a layer is ahead of it: the nearest ({layer}) is {behind:.1f} {money} dearer."
    found = f"is {-behind:.1f} {money} cheaper" if math.isfinite(behind) else "is flatter than all of it"
    return f"But a setting of a layer ({layer}) {found}."

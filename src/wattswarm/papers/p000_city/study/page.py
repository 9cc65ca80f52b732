"""The study's page: tables, figures, and what follows from them, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from wattswarm.papers.experiment import image, made_with, wrap
from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.study.claims import (
    beside,
    on_calm,
    on_cost,
    on_fees,
    on_flexibility,
    on_idle,
    on_outages,
)
from wattswarm.papers.p000_city.study.convergence import convergence_day
from wattswarm.papers.p000_city.study.design import Case
from wattswarm.papers.p000_city.study.figures import (
    AT_STATIONS,
    a_day,
    calm,
    cost_by_size,
    figure_two,
    flexibility,
    total,
)
from wattswarm.papers.p000_city.study.findings import Findings
from wattswarm.papers.p000_city.study.judging import BOUND, NO_FLEXIBILITY
from wattswarm.papers.p000_city.study.simulation import CaseResult
from wattswarm.papers.p000_city.study.tables import (
    calm_table,
    fees_table,
    flexibility_table,
    limits_table,
    money_table,
    scenarios,
    scores,
    sizes_table,
    variants_table,
)
from wattswarm.report.figures import Chart

_MEANING = """The paper gives 1000 vehicles (200 residential, 700 at workplaces, 100 in a fleet), 60 stations,
floors,
rates of learning, the share of payments that succeed, two fees, and outages in 5 % of the hours. All else
(tariff, trips, ports, buffers, what V2G is paid) is ours: `wattswarm.papers.p000_city.settings`. A year is
365 days of 24 steps; every vehicle and station learns in a table of its own while it acts. Sound rewards
are net of income, fine trips that fail, and count what is held; as printed, eq. (2), they are costs alone.
Intervals are 95 % bootstrap intervals of interquartile means over seeds."""
_CALM = """Calm from a day on means that the 14-day mean stays within 5 % of the mean of the last 60 days.
Ranges are over seeds."""
_BOUND = """40 vehicles and 6 stations without buffers, outages, hubs and fees: there the best plan, with all
trips, sun and loads foreseen, is an exact mixed-integer program, which earns its value in the simulator to
1e-6 or the study stops. F is the share of the way from charging at once (0) to that plan (1). Tables learn
for a year and are followed greedily in weeks under another sky and other luck."""
_QUICK = "Made with `--quick`: little of everything. It shows that all works, not what comes of it."


def charts(found: Findings) -> list[Chart]:
    """Return the study's figures."""
    design, city = found.design, paper()
    years = {name: found.of(cases[0]) for name, cases in design.fees().items()}
    sound = {fading: _with_day(found, cases[0]) for fading, cases in design.fadings().items()}
    printed = {fading: _with_day(found, cases[0]) for fading, cases in design.printed().items()}
    judged = {**found.rules[0], **{name: group[0] for name, group in found.tables.items()}}
    shown = (BOUND, next(iter(found.tables)), "off-peak, sell at peak", NO_FLEXIBILITY)
    told = {name: values for name, values in scores(found).items() if name != BOUND}
    return [
        figure_two(years, city.vehicles, city.stations),
        calm(sound, printed),
        a_day({name: judged[name] for name in shown}),
        flexibility(told),
        cost_by_size(found.sizes),
    ]


def page(found: Findings, drawn: Sequence[Chart]) -> list[str]:
    """Return the page's sections, figures among them."""
    design = found.design
    figures = {chart.name: image(chart) for chart in drawn}
    seeds = f"{design.years} seeds of the large city, {design.seeds} of the small one"
    return [
        "# Paper 000: a city of 1000 vehicles and 60 stations that learn by tables",
        wrap(f"{design.days} days; {seeds} ({made_with()})."),
        *([_QUICK] if design.quick else []),
        wrap(_MEANING),
        "## The paper's claims",
        beside(found),
        "## What fees change",
        fees_table(found),
        money_table(found),
        wrap(on_fees()),
        figures["year"],
        "## When it is calm",
        wrap(_CALM),
        calm_table(found),
        wrap(on_calm(found)),
        figures["calm"],
        "## Rewards, states, tables",
        variants_table(found),
        wrap(on_idle(found)),
        "## The five scenarios of Table I",
        scenarios(found),
        wrap(on_outages(found)),
        "## How far from the best",
        wrap(_BOUND),
        flexibility_table(found),
        wrap(on_flexibility(found)),
        figures["flexibility"],
        figures["day"],
        "## What it costs",
        sizes_table(found),
        wrap(on_cost(found)),
        figures["cost"],
        "## What never happened",
        limits_table(found),
    ]


def _with_day(found: Findings, case: Case) -> tuple[CaseResult, int | None]:
    year = found.of(case)
    return year, convergence_day(total(year, AT_STATIONS))

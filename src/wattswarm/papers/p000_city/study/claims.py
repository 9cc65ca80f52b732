"""What the study says in words: the paper's claims beside ours, and what each table means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattswarm.market import break_even, lightning, percent
from wattswarm.papers.experiment import table
from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.study.convergence import BAND, LAST, convergence_day
from wattswarm.papers.p000_city.study.design import AS_PRINTED, OWN, SCENARIO_RULES, SHARED, TABLES, Case
from wattswarm.papers.p000_city.study.figures import AT_STATIONS, PROFITS, TRADES, Read, total
from wattswarm.papers.p000_city.study.findings import MARKET_YEAR, Findings
from wattswarm.papers.p000_city.study.judging import BOUND, share_of_flexibility
from wattswarm.papers.p000_city.study.merits import served
from wattswarm.papers.p000_city.study.simulation import CaseResult
from wattswarm.papers.p000_city.study.tables import against_percent, days_told, failed_share

_GOAL_VEHICLES, _GOAL_MINUTES, _GOAL_GB = 100_000, 10.0, 8.0
"""Wanted of so large a city: by the clock and in memory for 30 days on two cores."""


def beside(found: Findings) -> str:
    """Return the table of the paper's claims, what the study found, and why they differ."""
    city, usual = paper(), _usual(found)
    margin, standing, vehicle = (
        _mean(usual, read)
        for read in (
            lambda year: year["margin of stations"] / city.stations,
            lambda year: year["profit of stations"] / city.stations,
            lambda year: total(year, PROFITS) / city.vehicles,
        )
    )
    hours = float(np.mean([year["outages"].sum() for year in usual]))
    rows = [
        (
            "over Lightning significantly more volume than at 2.3 %",
            f"trades {_against(found, TRADES)} %, V2G {_against(found, ('kwh of V2G',))} %",
            "a share of the value moves one price a little; a fixed sum stops small payments",
        ),
        (
            "calm within about two months",
            f"as printed {_calm(found.design.printed()[0.95], found)}, "
            f"sound {_calm(found.design.fadings()[0.95], found)}, "
            f"within 10 % {_calm(found.design.fadings()[0.95], found, 2.0 * BAND)}",
            "the day follows how exploring fades, which the paper does not print",
        ),
        (
            "stations' profit settles above 0",
            f"sales less purchases {margin:+.1f} EUR a day each, {standing:+.1f} after standing costs",
            "costs of storage and operation are ours, and too high for so few customers",
        ),
        (
            "vehicles' profit is near 0",
            f"{vehicle:+.2f} EUR a day each",
            "what they drive has to be bought; near 0 by eq. (2) are those who idle and miss trips",
        ),
        (
            "98.2 % of payments go through",
            f"{100.0 * (1.0 - failed_share(usual)):.2f} %",
            "an input, there as here",
        ),
        (
            "outages in 5 % of hours, 50 kWh each, met by vehicles",
            f"{100.0 * float(np.mean([served(year) for year in usual])):.2f} % met in {hours:.0f} hours",
            "50 kWh is what five vehicles give in an hour",
        ),
    ]
    if not found.design.quick:
        cases = found.design.scenarios()["emergency"]
        drawn, back = (
            {who: found.of(case).mean(name) / 1000.0 for who, case in cases.items()}
            for name in ("grid kwh", "exported kwh")
        )
        rows.append(
            (
                "the grid's load falls substantially",
                f"{drawn[TABLES]:.1f} MWh a day drawn, {back[TABLES]:.1f} given back; if all charge at once "
                f"{drawn[SCENARIO_RULES[1]]:.1f} and {back[SCENARIO_RULES[1]]:.1f}",
                "V2G moves load in time, and loses a tenth on its way through the battery",
            )
        )
    return table(("paper 000", "here", "why"), rows, "lll")


def on_fees() -> str:
    """Return what fees change, with the arithmetic of the break-even price."""
    city = paper()
    battery, cheapest = city.battery, min(city.tariff.slots)
    trip = {"round_trip": battery.efficiency**2, "wear": battery.wear}
    light, dear = (float(break_even(cheapest, fees, **trip)) for fees in (lightning(), percent()))
    return (
        f"V2G pays above (p (1 + f) / {battery.efficiency**2:.4f} + {battery.wear:g}) / (1 - f), p = "
        f"{cheapest:g} being the cheapest slot and f the fee as a share: {light:.4f} EUR/kWh over Lightning, "
        f"{dear:.4f} at 2.3 %, {100.0 * (dear / light - 1.0):.1f} % more, and stations pay "
        f"{city.tariff.v2g:g}. So such a fee takes nearly all that V2G leaves, and tables hardly see so "
        "small a difference. A fixed sum does what the paper says of high fees: with 0.30 EUR a payment, or "
        "a transaction in a block, an hour of V2G at full power loses money. Payments count once an hour. "
        f"Figures are means of a day over the last {LAST} days and over seeds, money in EUR."
    )


def on_calm(found: Findings) -> str:
    """Return when trade is calm, and after what."""
    design = found.design
    days = ", ".join(
        f"{_calm(cases, found)} where exploring fades by {fading:g}"
        for fading, cases in design.printed().items()
    )
    every = [case for cases in design.fadings().values() for case in cases]
    return (
        f"As printed, trade with stations is calm {days}. Who has learned to idle trades by chance alone, so "
        "trade is calm soon after chance is: the two months are those of a schedule that the paper does not "
        "print (ours, 0.95, reaches its last 5 % on day 59). With sound rewards it is calm "
        f"{_calm(every, found)}, over all schedules and seeds, and within 10 % "
        f"{_calm(every, found, 2.0 * BAND)}: tables that visit a state for a few hours a week learn on for "
        "months, and trade creeps up with them. Trade among neighbours follows the sun, so that all trades "
        "together are calm late in the year or never."
    )


def on_idle(found: Findings) -> str:
    """Return what tables of the printed reward do when they are followed."""
    words = (
        "Means of the last 60 days of the first seed, EUR a day. A station's margin is its sales less its "
        "purchases; worth to all leaves out what one pays another."
    )
    if found.market:
        words += (
            f" Market prices are Dutch ones of {MARKET_YEAR}: stations buy V2G only in hours in which the "
            f"market pays at least the {paper().tariff.v2g:g} EUR/kWh that they pay themselves."
        )
    if AS_PRINTED not in found.tables:
        return words
    group = found.tables[AS_PRINTED]
    charged = 7.0 * float(np.mean([sum(each.charge_kwh) for each in group]))
    at_once = 7.0 * float(np.mean([sum(rules["charge at once"].charge_kwh) for rules in found.rules]))
    return (
        f"{words} **As printed all fall idle**: no action can pay more than the 0 of idling. Followed "
        f"without chance, 40 vehicles with such tables charge {charged:,.0f} kWh a week, where "
        f"{at_once:,.0f} are needed: the energy in the row above is what the remaining 5 % of chance moves."
    )


def on_flexibility(found: Findings) -> str:
    """Return how far tables come, and what they miss."""
    own = found.tables[OWN]
    best = [rules[BOUND] for rules in found.rules]
    given, could = (7.0 * float(np.mean([sum(each.discharge_kwh) for each in who])) for who in (own, best))
    shares = share_of_flexibility(own, found.rules)
    words = (
        f"Own tables earn {100.0 * float(np.mean(shares)):.0f} % of what flexibility could: they give "
        f"{given:,.0f} kWh a week where the best plan gives {could:,.0f}, and miss trips. The rule that "
        "charges off-peak and sells at peak down to the floor is told the tariff and needs no learning."
    )
    if SHARED not in found.tables:
        return words
    apart = share_of_flexibility(found.tables[SHARED], found.rules)
    return (
        f"{words} To know the hour instead of the slot spares missed trips more than it adds to F. One table "
        f"for a group may beat all others or be worth nothing: {min(apart):.2f} to {max(apart):.2f} over "
        "seeds."
    )


def on_outages(found: Findings) -> str:
    """Return how critical load fared."""
    stress = found.of(found.design.scenarios()["emergency"][TABLES])
    share = float(np.mean([served(year) for year in _usual(found)]))
    return (
        f"The mixed city of 1000 is scenario 5 with one critical site of 50 kWh: {100 * share:.2f} % of its "
        f"need was served. With 60 sites (3 MWh an hour) it is {100 * served(stress):.2f} %. Rules run the "
        "same year; days are those of the last four weeks, counts of all. Prices at hubs are by the kWh: "
        "bidders want a port now, the more the emptier they are."
    )


def on_cost(found: Findings) -> str:
    """Return what a year and the largest city take."""
    years = [found.of(case) for cases in found.design.fees().values() for case in cases]
    cpu_s = float(np.median([year.cpu_s for year in years]))
    compiling = float(np.median([size.compile_cpu_s for size in found.sizes]))
    most = max(found.sizes, key=lambda size: size.vehicles)
    goal = ""
    if most.vehicles >= _GOAL_VEHICLES:
        met = most.wall_s / 60.0 <= _GOAL_MINUTES and most.memory_gb <= _GOAL_GB
        goal = f" The goal was {_GOAL_MINUTES:g} minutes and {_GOAL_GB:g} GB: {'met' if met else 'missed'}."
    return (
        f"{found.design.days} days of 1000 vehicles and 60 stations take {cpu_s:.1f} CPU seconds (median of "
        f"{len(years)} cases). Sizes run {most.days} days; compiling, {compiling:.0f} CPU seconds, counts "
        f"by the clock alone. {most.vehicles:,} vehicles and {most.stations:,} stations took "
        f"{most.wall_s / 60.0:.1f} minutes and {most.memory_gb:.1f} GB on two cores that other work "
        f"shared.{goal}"
    )


def _usual(found: Findings) -> list[CaseResult]:
    return [found.of(case) for case in found.design.fees()["Lightning"]]


def _mean(years: Sequence[CaseResult], read: Read) -> float:
    return float(np.mean([read(year)[-LAST:].mean() for year in years]))


def _against(found: Findings, names: Sequence[str]) -> str:
    return against_percent(found, lambda year: total(year, names))


def _calm(cases: Sequence[Case], found: Findings, band: float = BAND) -> str:
    """Return from when on the trade of some cases with stations is calm."""
    days = days_told([convergence_day(total(found.of(case), AT_STATIONS), band) for case in cases])
    return "on no day" if days == "never" else f"from day {days} on"

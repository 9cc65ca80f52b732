"""The study's tables: fees, calm, variants, scenarios with figures of their own, F, sizes, limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattswarm.papers.experiment import seeds_words, table
from wattswarm.papers.p000_city.presets import paper
from wattswarm.papers.p000_city.study.convergence import BAND, LAST, convergence_day, hour_of_v2g, v2g_margin
from wattswarm.papers.p000_city.study.design import FEES, Case
from wattswarm.papers.p000_city.study.figures import AT_STATIONS, ENERGY, PROFITS, TRADES, Read, total
from wattswarm.papers.p000_city.study.findings import MARKET_YEAR, Findings
from wattswarm.papers.p000_city.study.judging import BOUND, NO_FLEXIBILITY, Judged, share_of_flexibility
from wattswarm.papers.p000_city.study.merits import MERITS, missed
from wattswarm.papers.p000_city.study.simulation import CaseResult


def fees_table(found: Findings) -> str:
    """Return what each way to pay leaves of a kWh sold, and how much is traded."""
    city = paper()
    reads: dict[str, tuple[Read, str]] = {
        "trades": (lambda year: total(year, TRADES), ",.0f"),
        "MWh": (lambda year: total(year, ENERGY) / 1000.0, ".1f"),
        "of V2G": (lambda year: year["kwh of V2G"] / 1000.0, ".2f"),
        "of neighbours": (lambda year: year["kwh of neighbours"] / 1000.0, ".2f"),
    }
    rows = []
    for name, years in _years(found):
        margins = (f"{v2g_margin(city, FEES[name]):+.4f}", f"{hour_of_v2g(city, FEES[name]):+.2f}")
        rows.append((name, *margins, *(format(_over(years, read), form) for read, form in reads.values())))
    return table(("paid by", "a kWh of V2G leaves", "an hour of it", *reads), rows)


def money_table(found: Findings) -> str:
    """Return what each way to pay leaves vehicles and stations, in EUR a day, means over the last 60 days."""
    city = paper()
    reads: dict[str, tuple[Read, str]] = {
        "fees of all": (lambda year: year["fees"], ",.0f"),
        "profit of a vehicle": (lambda year: total(year, PROFITS) / city.vehicles, "+.2f"),
        "margin of a station": (lambda year: year["margin of stations"] / city.stations, "+.1f"),
        "after standing costs": (lambda year: year["profit of stations"] / city.stations, "+.1f"),
        "worth to all": (lambda year: year["welfare"], ",.0f"),
    }
    rows = [
        (name, *(format(_over(years, read), form) for read, form in reads.values()))
        for name, years in _years(found)
    ]
    return table(("paid by", *reads), rows)


def against_percent(found: Findings, read: Read) -> str:
    """Return the change from 2.3 % to Lightning [%], seeds paired, with its interval."""
    fees = found.design.fees()
    changes = [
        100.0 * float(read(found.of(light))[-LAST:].mean() / read(found.of(dear))[-LAST:].mean() - 1.0)
        for light, dear in zip(fees["Lightning"], fees["2.3 %"], strict=True)
    ]
    return seeds_words(np.array(changes)[:, None], "+.1f")


def calm_table(found: Findings) -> str:
    """Return the days from which figures are calm, of every seed, by how fast exploring fades."""
    reads: dict[str, tuple[Read, float]] = {
        "trades at stations": (lambda year: total(year, AT_STATIONS), BAND),
        "within 10 %": (lambda year: total(year, AT_STATIONS), 2.0 * BAND),
        "kWh of V2G": (lambda year: year["kwh of V2G"], BAND),
        "all trades": (lambda year: total(year, TRADES), BAND),
    }
    kinds = {"sound": found.design.fadings(), "as printed": found.design.printed()}
    rows = []
    for kind, groups in kinds.items():
        for fading, cases in groups.items():
            reached = int(np.ceil(np.log(0.05) / np.log(fading)))
            cells = [
                days_told([convergence_day(read(found.of(case)), band) for case in cases])
                for read, band in reads.values()
            ]
            rows.append((kind, f"{fading:g}", str(reached), *cells))
    return table(("rewards", "exploring fades by", "reaches 5 % on day", *reads), rows)


def variants_table(found: Findings) -> str:
    """Return what other rewards, states and tables come to in the same city."""
    cases = found.design.variants()
    if found.market:
        cases["stations pay market prices"] = Case(days=found.design.days, market=MARKET_YEAR)
    rows = [(name, *_merits(found.of(case))) for name, case in cases.items()]
    head = (
        *("city of 1000", "MWh charged", "of it at peak", "MWh of V2G", "trips missed"),
        *("EUR a vehicle", "margin of a station", "worth to all"),
    )
    return table(head, rows)


def scenarios(found: Findings) -> str:
    """Return a table for each scenario of Table I, with figures of its own."""
    parts = []
    for name, cases in found.design.scenarios().items():
        merits = MERITS[name]
        rows = [(who, *(read(found.of(case)) for read in merits.values())) for who, case in cases.items()]
        parts.append(f"### {name[0].upper()}{name[1:]}\n\n" + table(("decide", *merits), rows))
    return "\n\n".join(parts)


def scores(found: Findings) -> dict[str, list[float]]:
    """Return F of every seed by name, the best mean first."""
    shares = {name: share_of_flexibility(group, found.rules) for name, group in found.tables.items()}
    for name in found.rules[0]:
        shares[name] = share_of_flexibility([rules[name] for rules in found.rules], found.rules)
    return dict(sorted(shares.items(), key=lambda item: -float(np.mean(item[1]))))


def flexibility_table(found: Findings) -> str:
    """Return F, worth, energy and missed trips of every policy on small cities."""
    groups: dict[str, Sequence[Judged]] = {**found.tables}
    groups |= {name: [rules[name] for rules in found.rules] for name in found.rules[0]}
    rows = []
    for name, values in scores(found).items():
        own = groups[name]
        weeks, every = len(own[0].worth), np.array(values)[:, None]
        rows.append(
            (
                name,
                f"{np.mean(values):.3f}" if name in (BOUND, NO_FLEXIBILITY) else seeds_words(every, ".3f"),
                f"{np.mean([np.mean(each.worth) for each in own]):,.0f}",
                f"{7 * np.mean([sum(each.charge_kwh) for each in own]):,.0f}",
                f"{7 * np.mean([sum(each.discharge_kwh) for each in own]):,.0f}",
                f"{np.mean([each.unmet_kwh for each in own]) / weeks:,.1f}",
                str(sum(each.dips for each in own)),
            )
        )
    head = ("40 vehicles", "F", "EUR a week", "kWh charged", "given", "of trips missed", "below a floor")
    return table(head, rows)


def sizes_table(found: Findings) -> str:
    least = min(each.microseconds for each in found.sizes)
    rows = [
        (
            each.label,
            f"{each.stations:,}",
            f"{each.cpu_s:,.1f}",
            f"{each.wall_s:,.0f}",
            f"{each.memory_gb:.1f}",
            f"{each.microseconds:.2f}",
            f"{each.microseconds / least:.2f}",
        )
        for each in found.sizes
    ]
    return table(("vehicles", "stations", "CPU s", "wall s", "GB", "us an agent-step", "over least"), rows)


def limits_table(found: Findings) -> str:
    """Return what must never be, and the payments that failed, counted over all cases."""
    cases = list(found.cases.values())
    days = sum(len(case.days) for case in cases)
    rows = [
        ("days simulated, all cities", f"{days:,}"),
        ("vehicle-hours below a floor while giving", f"{_sum(cases, 'dips below a floor'):,.0f}"),
        (
            "hours with a community price above the grid price",
            f"{_sum(cases, 'hours above grid price'):,.0f}",
        ),
        ("hub auctions above the cap of 150 %", f"{_sum(cases, 'hub price above cap'):,.0f}"),
        ("payments at stations that failed", f"{100 * failed_share(cases):.2f} %"),
    ]
    return table(("what", "count"), rows)


def failed_share(cases: Sequence[CaseResult]) -> float:
    failed = _sum(cases, "failed payments")
    return failed / (failed + _sum(cases, "trades at stations") + _sum(cases, "trades of V2G"))


def _merits(case: CaseResult) -> tuple[str, ...]:
    city = paper()
    charged = case.mean("charged kwh")
    return (
        f"{charged / 1000:.1f}",
        f"{100 * case.mean('charged kwh at peak') / max(charged, 1e-9):.0f} %",
        f"{case.mean('kwh of V2G') / 1000:.2f}",
        f"{missed(case):.1f} %",
        f"{sum(case.mean(name) for name in PROFITS) / city.vehicles:+.2f}",
        f"{case.mean('margin of stations') / city.stations:+.1f}",
        f"{case.mean('welfare'):,.0f}",
    )


def _years(found: Findings) -> list[tuple[str, list[CaseResult]]]:
    return [(name, [found.of(case) for case in cases]) for name, cases in found.design.fees().items()]


def _over(years: Sequence[CaseResult], read: Read) -> float:
    return float(np.mean([read(year)[-LAST:].mean() for year in years]))


def days_told(days: Sequence[int | None]) -> str:
    """Return from which days on several cases are calm, in a few words."""
    known = [day for day in days if day is not None]
    if not known:
        return "never"
    words = f"{min(known)} to {max(known)}" if min(known) < max(known) else str(known[0])
    return words if len(known) == len(days) else f"{words}, {len(days) - len(known)} never"


def _sum(cases: Sequence[CaseResult], name: str) -> float:
    return sum(float(case[name].sum()) for case in cases)

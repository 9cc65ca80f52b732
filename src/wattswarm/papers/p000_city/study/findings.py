"""All that the study computed, kept part by part: cases, small cities against their bound, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wattswarm.data import Floats, read_series
from wattswarm.errors import InputError
from wattswarm.papers.experiment import Tell, record_file
from wattswarm.papers.p000_city.study.design import WHOLESALE, Case, Design
from wattswarm.papers.p000_city.study.judging import Judged, judge_rules, judge_tables
from wattswarm.papers.p000_city.study.scale import Cost, cost, sizes
from wattswarm.papers.p000_city.study.simulation import CaseResult, result_of

MARKET_YEAR = "2023"


@dataclass(frozen=True, eq=False)
class Findings:
    """What came out."""

    design: Design
    cases: Mapping[Case, CaseResult]
    rules: Sequence[Mapping[str, Judged]]
    """Of every seed's small city, with the bound."""
    tables: Mapping[str, Sequence[Judged]]
    """On small cities, a case a seed, by who learned how."""
    sizes: Sequence[Cost]
    market: bool
    """Whether there are cases on real wholesale prices."""

    def of(self, case: Case) -> CaseResult:
        return self.cases[case]


def find(design: Design, prices: Floats | None, out: Path, tell: Tell) -> Findings:
    """Compute the study, or what is left of it."""
    market = "" if prices is None else MARKET_YEAR
    wanted = design.all_cases(market)
    cases: dict[Case, CaseResult] = {}
    for at, case in enumerate(wanted):
        cases[case] = result_of(case, out / "lives", prices)
        tell(f"[{at + 1}/{len(wanted)}] {_words(case)}: {cases[case].cpu_s:.1f} CPU s")
    rules = []
    for seed in range(design.seeds):
        rules.append(judge_rules(seed, design.weeks, out / "judged"))
        tell(f"bound and rules of small city {seed}: done")
    tables: dict[str, list[Judged]] = {}
    for name, group in design.small().items():
        tables[name] = [judge_tables(case, design.weeks, out / "judged") for case in group]
        tell(f"small cities, {name}: done")
    timed = []
    for size in sizes(design):
        timed.append(cost(size, out / "sizes"))
        tell(f"{size.label}: {timed[-1].microseconds:.2f} CPU microseconds an hour of an agent")
    return Findings(design, cases, rules, tables, timed, bool(market))


def wholesale(data: Path) -> Floats:
    """Return a year of hourly market prices from its first Monday on [EUR/kWh].

    Raises:
        InputError: there is no such record, or it lacks hours of the year.
    """
    path = record_file(data, WHOLESALE)
    series = read_series(path, repair=frozenset({"gaps"}))
    # Midnight of the city's clock, an hour ahead of UTC.
    monday = np.datetime64(f"{MARKET_YEAR}-01-01T23", "s")
    first = int(np.searchsorted(series.times, monday))
    year = series.values[first : first + 24 * 364]
    if len(year) < 24 * 364 or not np.isfinite(year).all():
        raise InputError(
            "hours are missing from the record", where=str(path), expected=f"every hour of {MARKET_YEAR}"
        )
    return np.asarray(year)


def _words(case: Case) -> str:
    """Return a case in a few words, for a line of progress."""
    usual = Case()
    found = [f"{case.days} days", case.rule or "tables", case.fees]
    found += [] if case.city == usual.city else [_city_words(case)]
    found += [f"{name} {value}" for name, value in _changes(case, usual).items()]
    return ", ".join(found)


def _city_words(case: Case) -> str:
    groups = " + ".join(f"{group.vehicles} {group.name}" for group in case.city.groups)
    stored = "" if case.city.stored else ", reward without what is held"
    return groups + stored + (", as printed" if case.city.literal else "")


def _changes(case: Case, usual: Case) -> dict[str, object]:
    fields = ("seed", "fading", "gamma", "hourly", "shared", "market")
    return {each: getattr(case, each) for each in fields if getattr(case, each) != getattr(usual, each)}

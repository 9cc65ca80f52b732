"""All that the study computed, kept part by part: lives, small cities against their bound, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wattswarm.data import Floats, read_series
from wattswarm.errors import InputError
from wattswarm.papers.experiment import Tell, record_file
from wattswarm.papers.p000_city.study.design import WHOLESALE, Design, Life
from wattswarm.papers.p000_city.study.judging import Judged, judge_rules, judge_tables
from wattswarm.papers.p000_city.study.living import Lived, lived
from wattswarm.papers.p000_city.study.scale import Cost, cost, sizes

MARKET_YEAR = "2023"


@dataclass(frozen=True, eq=False)
class Findings:
    """What came out.

    Args:
        rules: of every seed's small city, with the bound.
        tables: on small cities, a life a seed, by who learned how.
        market: whether there are lives on real wholesale prices.
    """

    design: Design
    lives: Mapping[Life, Lived]
    rules: Sequence[Mapping[str, Judged]]
    tables: Mapping[str, Sequence[Judged]]
    sizes: Sequence[Cost]
    market: bool

    def of(self, life: Life) -> Lived:
        return self.lives[life]


def find(design: Design, prices: Floats | None, out: Path, tell: Tell) -> Findings:
    """Compute the study, or what is left of it."""
    market = "" if prices is None else MARKET_YEAR
    wanted = design.all_lives(market)
    lives: dict[Life, Lived] = {}
    for at, life in enumerate(wanted):
        lives[life] = lived(life, out / "lives", prices)
        tell(f"[{at + 1}/{len(wanted)}] {_words(life)}: {lives[life].cpu_s:.1f} CPU s")
    rules = []
    for seed in range(design.seeds):
        rules.append(judge_rules(seed, design.weeks, out / "judged"))
        tell(f"bound and rules of small city {seed}: done")
    tables: dict[str, list[Judged]] = {}
    for name, group in design.small().items():
        tables[name] = [judge_tables(life, design.weeks, out / "judged") for life in group]
        tell(f"small cities, {name}: done")
    timed = []
    for size in sizes(design):
        timed.append(cost(size, out / "sizes"))
        tell(f"{size.label}: {timed[-1].microseconds:.2f} CPU microseconds an hour of an agent")
    return Findings(design, lives, rules, tables, timed, bool(market))


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
        raise InputError("the record lacks hours", where=str(path), expected=f"every hour of {MARKET_YEAR}")
    return np.asarray(year)


def _words(life: Life) -> str:
    """Return a life in a few words, for a line of progress."""
    usual = Life()
    found = [f"{life.days} days", life.rule or "tables", life.fees]
    found += [] if life.city == usual.city else [_city_words(life)]
    found += [f"{name} {value}" for name, value in _changes(life, usual).items()]
    return ", ".join(found)


def _city_words(life: Life) -> str:
    groups = " + ".join(f"{group.vehicles} {group.name}" for group in life.city.groups)
    stored = "" if life.city.stored else ", reward without what is held"
    return groups + stored + (", as printed" if life.city.literal else "")


def _changes(life: Life, usual: Life) -> dict[str, object]:
    fields = ("seed", "fading", "gamma", "hourly", "shared", "market")
    return {each: getattr(life, each) for each in fields if getattr(life, each) != getattr(usual, each)}

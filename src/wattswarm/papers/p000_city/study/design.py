"""What the study simulates: fees, ways to explore, rewards, scenarios, sizes; each a case of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wattswarm.market import PaymentFees, card, free, lightning, on_chain, percent
from wattswarm.papers.p000_city.presets import SCENARIOS, paper, small
from wattswarm.papers.p000_city.settings import Settings

FEES: Mapping[str, PaymentFees] = {
    "Lightning": lightning(),
    "2.3 %": percent(),
    "card": card(),
    "on-chain": on_chain(),
}
"""Ways to pay by name; the first two are the paper's."""
FADINGS = (0.90, 0.95, 0.98)
"""Share of exploration left from one day to the next."""
OWN, SHARED, AS_PRINTED = "own tables", "one a group", "own, as printed"
"""Learners of small cities: a table for each vehicle, for each group, and one of eq. (2) as it stands."""
TABLES = "tables"
"""Who decides where all learn."""
SCENARIO_RULES = ("off-peak, sell at peak", "charge at once")
"""Rules beside the tables in every scenario."""
WHOLESALE = "nl_dayahead_hourly_2015_2025.parquet"
"""Record of market prices that the study takes where there is one."""


@dataclass(frozen=True)
class Case:
    """Days of a city whose vehicles and stations learn, or act by a rule."""

    city: Settings = field(default_factory=paper)
    fees: str = "Lightning"
    """A name of `FEES`, or `free`."""
    days: int = 365
    seed: int = 0
    """Of people, sun and luck."""
    rule: str = ""
    """By which all act, empty where they learn."""
    fading: float = 0.95
    """Of exploration, from one day to the next."""
    gamma: float = 0.9
    hourly: bool = False
    """Whether vehicles know the hour, not the slot alone."""
    shared: bool = False
    """Whether all vehicles of a group write into one table."""
    market: str = ""
    """Whether stations pay real wholesale prices, of which year empty for none."""

    @property
    def payments(self) -> PaymentFees:
        return free() if self.fees == "free" else FEES[self.fees]

    @property
    def key(self) -> str:
        """All that the case is made of; it was once called Life, and folders from then are still found."""
        return f"Life{repr(self).removeprefix('Case')}{self.payments!r}"


@dataclass(frozen=True)
class Design:
    """All that the study computes."""

    days: int = 365
    years: int = 5
    """Cases of the large city that are compared, a seed each."""
    seeds: int = 10
    """Of small cities, which their bound judges."""
    scenario_days: int = 365
    districts: tuple[int, ...] = (1, 10, 100)
    """Sizes of the sweep, 1000 vehicles and 60 stations each."""
    scale_days: int = 30
    weeks: tuple[int, ...] = (14, 196)
    """Days at which the weeks begin that judge small cities by their bound."""
    quick: bool = False
    """Whether it only shows that all works."""

    def fees(self) -> dict[str, list[Case]]:
        """Return the year of the paper's city by the name of its fees, a case a seed."""
        return {
            name: [Case(fees=name, days=self.days, seed=seed) for seed in range(self.years)] for name in FEES
        }

    def fadings(self) -> dict[float, list[Case]]:
        """Return the year by how fast exploring fades."""
        return {
            fading: [Case(fading=fading, days=self.days, seed=seed) for seed in range(self.years)]
            for fading in FADINGS
        }

    def printed(self) -> dict[float, list[Case]]:
        """Return the year with rewards as printed, by how fast exploring fades."""
        literal = replace(paper(), literal=True)
        return {
            fading: [replace(case, city=literal) for case in cases]
            for fading, cases in self.fadings().items()
        }

    def variants(self) -> dict[str, Case]:
        """Return other rewards, states and tables of the same city."""
        net = replace(paper(), stored=False)
        cases = {
            "sound": Case(),
            "held not counted": Case(city=net),
            "as printed": Case(city=replace(paper(), literal=True)),
            "vehicles know the hour": Case(hourly=True),
            "an hour discounted by 0.99": Case(gamma=0.99),
            "one table a group": Case(shared=True),
        }
        kept = ("sound", "as printed") if self.quick else tuple(cases)
        return {name: replace(cases[name], days=self.days) for name in kept}

    def scenarios(self) -> dict[str, dict[str, Case]]:
        """Return, for each scenario of Table I, its case by who decides; in a quick study tables alone do."""
        rules = () if self.quick else SCENARIO_RULES
        found: dict[str, dict[str, Case]] = {}
        for name, make in SCENARIOS.items():
            learned = Case(city=make(), days=self.scenario_days)
            found[name] = {TABLES: learned} | {rule: replace(learned, rule=rule) for rule in rules}
        return found

    def small(self) -> dict[str, list[Case]]:
        """Return the learners of small cities that the bound judges, a case a seed."""
        net = replace(small(), stored=False)
        cases = {
            OWN: Case(),
            "own, know the hour": Case(hourly=True, gamma=0.99),
            SHARED: Case(shared=True),
            "one a group, know the hour": Case(shared=True, hourly=True, gamma=0.99),
            "own, held not counted": Case(city=net),
            AS_PRINTED: Case(city=replace(small(), literal=True)),
        }
        kept = (OWN,) if self.quick else tuple(cases)
        return {name: [_small(cases[name], self.days, seed) for seed in range(self.seeds)] for name in kept}

    def all_cases(self, market: str = "") -> list[Case]:
        """Return every case on the large city, those that share a program one after another."""
        cases: list[Case] = [case for group in self.fees().values() for case in group]
        cases += [case for group in self.fadings().values() for case in group]
        cases += [Case(days=self.days, market=market)] if market else []
        cases += self.variants().values()
        cases += [case for group in self.printed().values() for case in group]
        cases += [case for group in self.scenarios().values() for case in group.values()]
        return list(dict.fromkeys(cases))


def full_design() -> Design:
    return Design()


def quick_design() -> Design:
    """Return little of everything, to see that it works."""
    return Design(
        days=60, years=1, seeds=1, scenario_days=20, districts=(1,), scale_days=10, weeks=(14,), quick=True
    )


def _small(case: Case, days: int, seed: int) -> Case:
    city = case.city if case.city.vehicles == small().vehicles else small()
    return replace(case, city=city, fees="free", days=days, seed=seed)

"""The page tells the paper's claims beside what was found, and says met only where a goal was met.

Nobody computed what these tests read: every figure of a day is set by hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wattswarm.papers.p000_city.presets import SCENARIOS
from wattswarm.papers.p000_city.rules import RULES
from wattswarm.papers.p000_city.study.claims import on_calm, on_cost
from wattswarm.papers.p000_city.study.design import FEES, Design, full_design, quick_design
from wattswarm.papers.p000_city.study.findings import Findings
from wattswarm.papers.p000_city.study.judging import BOUND, NO_FLEXIBILITY, Judged, share_of_flexibility
from wattswarm.papers.p000_city.study.page import charts, page
from wattswarm.papers.p000_city.study.scale import Cost
from wattswarm.papers.p000_city.study.simulation import CaseResult
from wattswarm.papers.p000_city.study.tables import (
    against_percent,
    days_told,
    failed_share,
    flexibility_table,
    scores,
)

NAMES = (
    *("trades at stations", "trades at hubs", "trades of V2G", "trades of neighbours", "failed payments"),
    *("kwh at stations", "kwh of V2G", "kwh of neighbours", "charged kwh", "charged kwh at peak"),
    *(
        "discharged kwh at peak",
        "fees",
        "wear",
        "exported kwh",
        "margin of stations",
        "profit of stations",
        "grid kwh",
    ),
    *("kwh of houses", "community value", "community value at grid price", "hours above grid price"),
    *("hub value", "hub value at grid price", "hub auctions", "hub auctions at cap", "hub bidders"),
    *("hub price above cap", "outages", "critical kwh", "unserved kwh", "vehicles called"),
    *("dips below a floor", "driven kwh", "unmet kwh", "welfare", "peak_kw"),
    *("profit of residential", "profit of workplace", "profit of fleet"),
)
NEVER = ("dips below a floor", "hours above grid price", "hub price above cap", "unserved kwh")


def result_of(days: int, scale: float = 1.0, settles: int = 0) -> CaseResult:
    """Return a case of so many days, all figures 100 times a scale, and 0 before it settles."""
    told = np.full((days, len(NAMES)), 100.0 * scale)
    told[:settles] = 0.0
    told[:, [NAMES.index(name) for name in NEVER]] = 0.0
    return CaseResult(NAMES, told, cpu_s=7.0, compile_cpu_s=9.0, agents=1060)


def judged(*worth: float) -> Judged:
    """Return a policy of given worth in each week that moves a kWh an hour."""
    return Judged(worth, 0.0, 0, charge_kwh=(1.0,) * 24, discharge_kwh=(1.0,) * 24)


def cost(vehicles: int, wall_s: float, memory_gb: float) -> Cost:
    """Return what a size took."""
    label = f"{vehicles:,} in districts of 1,000"
    return Cost(label, vehicles, vehicles * 60 // 1000, 30, 60.0, 9.0, wall_s, memory_gb, 1.0)


def findings(design: Design, sizes: tuple[Cost, ...], market: bool = True) -> Findings:
    """Return findings in which Lightning has a tenth more of everything, and settles on day 100."""
    cases = {case: result_of(case.days) for case in design.all_cases("2023" if market else "")}
    for fees in ("Lightning", "2.3 %"):
        for case in design.fees()[fees]:
            cases[case] = result_of(
                case.days, 1.1 if fees == "Lightning" else 1.0, settles=87 if case.days > 200 else 0
            )
    rules = {name: judged(float(at), float(at)) for at, name in enumerate(RULES)}
    rules["charge at once"] = judged(0.0, 0.0)
    every = [{**rules, BOUND: judged(10.0, 10.0)} for _ in range(design.seeds)]
    tables = {
        name: [judged(8.0, 4.0 + 0.1 * seed) for seed, _ in enumerate(group)]
        for name, group in design.small().items()
    }
    return Findings(design, cases, every, tables, sizes, market)


SIZES = (cost(1_000, 10.0, 1.0), cost(100_000, 300.0, 4.0))


@pytest.fixture(scope="module")
def found() -> Findings:
    return findings(replace(full_design(), years=2, seeds=3), SIZES)


@pytest.mark.parametrize("design", [full_design(), quick_design()])
def test_every_life_that_the_page_tells_of_is_lived(design: Design) -> None:
    made = findings(replace(design, years=1, seeds=1), SIZES[:1], market=not design.quick)
    drawn = charts(made)
    text = "\n\n".join(page(made, drawn))
    assert all(f"({chart.name}.png)" in text for chart in drawn)
    assert all(f"### {name[0].upper()}{name[1:]}" in text for name in SCENARIOS)
    assert all(f"| {name} |" in text for name in FEES)
    assert "nan" not in text
    assert len(design.all_cases()) == len(set(design.all_cases()))


def test_lightning_has_a_tenth_more_than_percent(found: Findings) -> None:
    told = against_percent(found, lambda year: year["kwh of V2G"])
    assert told == "+10.0 [+10.0, +10.0]"


def test_the_day_of_calm_is_told_of_each_kind_of_reward(found: Findings) -> None:
    told = on_calm(found)
    # Lives of Lightning are those of the middle schedule, made to settle 14 days after day 86.
    assert "sound rewards it is calm from day 13 to 100 on" in " ".join(told.split())
    assert days_told([None, 7]) == "7, 1 never"
    assert days_told([None]) == "never"


def test_f_is_0_at_once_and_1_foreseen_and_counts_all_weeks() -> None:
    rules = [{NO_FLEXIBILITY: judged(1.0, 3.0), BOUND: judged(5.0, 9.0)}]
    assert share_of_flexibility([judged(4.0, 5.0)], rules) == pytest.approx([0.5])
    assert share_of_flexibility([rules[0][BOUND]], rules) == pytest.approx([1.0])
    assert share_of_flexibility([rules[0][NO_FLEXIBILITY]], rules) == pytest.approx([0.0])


def test_the_table_of_f_has_intervals_of_seeds(found: Findings) -> None:
    assert next(iter(scores(found))) == BOUND
    # Seeds reach 0.600, 0.605 and 0.610 of the way.
    assert "| own tables | 0.605 [0.600, 0.610] | 6 | 168 |" in flexibility_table(found)


@pytest.mark.parametrize(
    ("largest", "verdict"),
    [
        (cost(100_000, 300.0, 4.0), "8 GB: met."),
        (cost(100_000, 601.0, 4.0), "8 GB: missed."),
        (cost(100_000, 300.0, 8.1), "8 GB: missed."),
    ],
)
def test_the_goal_of_size_is_met_or_missed(found: Findings, largest: object, verdict: str) -> None:
    assert on_cost(replace(found, sizes=(SIZES[0], largest))).endswith(verdict)


def test_a_city_too_small_for_the_goal_is_not_judged_by_it(found: Findings) -> None:
    assert "goal" not in on_cost(replace(found, sizes=SIZES[:1]))


def test_a_share_of_all_payments_at_stations_failed(found: Findings) -> None:
    year = found.of(found.design.fees()["card"][0])
    assert failed_share([year]) == pytest.approx(1.0 / 3.0)

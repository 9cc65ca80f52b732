"""What counts in each scenario of Table I: figures of merit of its own, from the days of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wattswarm.papers.p000_city.settings import Battery, Outages
from wattswarm.papers.p000_city.study.simulation import CaseResult

Merit = Callable[[CaseResult], str]
LAST = 28
"""Days at the end of a case that a figure means."""


def served(case: CaseResult) -> float:
    """Return the share of critical load that vehicles served."""
    return 1.0 - float(case["unserved kwh"].sum() / max(case["critical kwh"].sum(), 1e-9))


def missed(case: CaseResult) -> float:
    """Return the share of the driving that batteries lacked [%]."""
    driven, missed = case.mean("driven kwh", LAST), case.mean("unmet kwh", LAST)
    return 100.0 * missed / max(driven + missed, 1e-9)


def _ratio(over: str, under: str) -> Merit:
    def read(case: CaseResult) -> str:
        below = case.mean(under, LAST)
        return f"{case.mean(over, LAST) / below:.2f}" if below > 0 else "none"

    return read


def _mean(name: str, scale: float = 1.0, digits: int = 1) -> Merit:
    return lambda case: f"{case.mean(name, LAST) / scale:,.{digits}f}"


def _most(name: str) -> Merit:
    return lambda case: f"{case[name].sum():,.0f}"


def _own_supply(case: CaseResult) -> str:
    need = case.mean("kwh of houses", LAST) + case.mean("driven kwh", LAST) / Battery().efficiency
    return f"{100.0 * (1.0 - case.mean('grid kwh', LAST) / need):.0f} %"


_TRIPS: Mapping[str, Merit] = {"trips missed": lambda case: f"{missed(case):.1f} %"}
MERITS: Mapping[str, Mapping[str, Merit]] = {
    "residential P2P": {
        "kWh among neighbours": _mean("kwh of neighbours", digits=0),
        "price over grid price": _ratio("community value", "community value at grid price"),
        "need met within": _own_supply,
        "EUR a house": _mean("profit of residential", 1000.0, 2),
        "above grid price": _most("hours above grid price"),
        "below 20 %": _most("dips below a floor"),
        **_TRIPS,
    },
    "workplace V2G": {
        "MWh sold at peak": _mean("discharged kwh at peak", 1000.0, 2),
        "share of charging at peak": _ratio("charged kwh at peak", "charged kwh"),
        "wear, EUR": _mean("wear"),
        "EUR a vehicle": _mean("profit of workplace", 1000.0, 2),
        "below 30 %": _most("dips below a floor"),
        **_TRIPS,
    },
    "fleet": {
        "MWh driven": _mean("driven kwh", 1000.0, 1),
        "MWh sold": _mean("kwh of V2G", 1000.0, 2),
        "EUR a van": _mean("profit of fleet", 1000.0, 2),
        "peak, MW": _mean("peak_kw", 1000.0, 2),
        "below 40 %": _most("dips below a floor"),
        **_TRIPS,
    },
    "public hubs": {
        "ports sold": _mean("trades at hubs", digits=0),
        "bidders a port": _ratio("hub bidders", "trades at hubs"),
        "price over grid price": _ratio("hub value", "hub value at grid price"),
        "auctions at the cap": _ratio("hub auctions at cap", "hub auctions"),
        "above the cap": _most("hub price above cap"),
        "EUR a vehicle": _mean("profit of workplace", 1000.0, 2),
        **_TRIPS,
    },
    "emergency": {
        "outages": _most("outages"),
        "MWh needed": lambda case: f"{case['critical kwh'].sum() / 1000:,.0f}",
        "served": lambda case: f"{100 * served(case):.2f} %",
        "vehicles called at a time": lambda case: (
            f"{case['vehicles called'].sum() / max(case['outages'].sum(), 1):,.0f}"
        ),
        "lost load, EUR": lambda case: f"{Outages().lost_load * case['unserved kwh'].sum():,.0f}",
        "below 10 %": _most("dips below a floor"),
        **_TRIPS,
    },
}
"""Figures of merit of each scenario; a day's means of the last four weeks, counts over all days."""

"""What counts in each scenario of Table I: figures of merit of its own, from the days of a life."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wattswarm.papers.p000_city.settings import Battery, Outages
from wattswarm.papers.p000_city.study.living import Lived

Merit = Callable[[Lived], str]
LAST = 28
"""Days at the end of a life that a figure means."""


def served(life: Lived) -> float:
    """Return the share of critical load that vehicles served."""
    return 1.0 - float(life["unserved kwh"].sum() / max(life["critical kwh"].sum(), 1e-9))


def missed(life: Lived) -> float:
    """Return the share of the driving that batteries lacked [%]."""
    driven, missed = life.mean("driven kwh", LAST), life.mean("unmet kwh", LAST)
    return 100.0 * missed / max(driven + missed, 1e-9)


def _ratio(over: str, under: str) -> Merit:
    def read(life: Lived) -> str:
        below = life.mean(under, LAST)
        return f"{life.mean(over, LAST) / below:.2f}" if below > 0 else "none"

    return read


def _mean(name: str, scale: float = 1.0, digits: int = 1) -> Merit:
    return lambda life: f"{life.mean(name, LAST) / scale:,.{digits}f}"


def _most(name: str) -> Merit:
    return lambda life: f"{life[name].sum():,.0f}"


def _own_supply(life: Lived) -> str:
    need = life.mean("kwh of houses", LAST) + life.mean("driven kwh", LAST) / Battery().efficiency
    return f"{100.0 * (1.0 - life.mean('grid kwh', LAST) / need):.0f} %"


_TRIPS: Mapping[str, Merit] = {"trips missed": lambda life: f"{missed(life):.1f} %"}
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
        "MWh needed": lambda life: f"{life['critical kwh'].sum() / 1000:,.0f}",
        "served": lambda life: f"{100 * served(life):.2f} %",
        "vehicles called at a time": lambda life: (
            f"{life['vehicles called'].sum() / max(life['outages'].sum(), 1):,.0f}"
        ),
        "lost load, EUR": lambda life: f"{Outages().lost_load * life['unserved kwh'].sum():,.0f}",
        "below 10 %": _most("dips below a floor"),
        **_TRIPS,
    },
}
"""Figures of merit of each scenario; a day's means of the last four weeks, counts over all days."""

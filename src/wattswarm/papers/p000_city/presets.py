"""The city of paper 000, its five scenarios of Table I each by itself, and a small one for the bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from wattswarm.papers.p000_city.settings import FLEET, RESIDENTIAL, WORKPLACE, Outages, Settings, Station


def paper() -> Settings:
    """Return the mixed city: 200 residential vehicles, 700 at workplaces, a fleet of 100, 60 stations."""
    return Settings()


def residential() -> Settings:
    """Return 1000 houses with a roof and a vehicle, which trade with each other."""
    return replace(Settings(), groups=(replace(RESIDENTIAL, vehicles=1000),))


def workplace() -> Settings:
    """Return 1000 commuters who sell at peak and keep 30 % for the way home."""
    return replace(Settings(), groups=(replace(WORKPLACE, vehicles=1000),))


def fleet() -> Settings:
    """Return 1000 delivery vans, which keep 40 % for the next day's route."""
    return replace(Settings(), groups=(replace(FLEET, vehicles=1000),))


def hubs() -> Settings:
    """Return 1000 commuters at 60 hubs of two ports, every one of which goes to the highest bidders."""
    return replace(workplace(), hubs=60, station=Station(ports=2))


def emergency() -> Settings:
    """Return the mixed city with 60 critical sites, 3 MWh in an hour of outage."""
    return replace(Settings(), outages=Outages(sites=60))


def scaled(districts: int) -> Settings:
    """Return so many districts of 1000 vehicles and 60 stations each."""
    return replace(Settings(), districts=districts)


def small() -> Settings:
    """Return 40 vehicles and 6 stations without buffers, outages or auctions: a linear program's city."""
    groups = (replace(RESIDENTIAL, vehicles=8), replace(WORKPLACE, vehicles=28), replace(FLEET, vehicles=4))
    return replace(
        Settings(),
        groups=groups,
        stations=6,
        hubs=0,
        station=Station(buffer_kwh=0.0),
        outages=Outages(chance=0.0),
    )


SCENARIOS: Mapping[str, Callable[[], Settings]] = MappingProxyType(
    {
        "residential P2P": residential,
        "workplace V2G": workplace,
        "fleet": fleet,
        "public hubs": hubs,
        "emergency": emergency,
    }
)
"""Table I of paper 000, a scenario a row."""

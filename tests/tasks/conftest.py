"""A small site with every kind of part, and its tasks, shared by all tests so that programs compile once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from wattswarm.site.schema import (
    BaseLoad,
    Location,
    Node,
    Ports,
    Site,
    Solar,
    Station,
    Storage,
    Tariff,
    Vehicle,
)
from wattswarm.tasks import Hub, Setting, setting
from wattswarm.world import Scenario, build_scenario


@pytest.fixture(scope="session")
def small_site() -> Site:
    """Three V2G ports, a storage, sun and load behind a tight limit, hourly."""
    return Site(
        name="small",
        step_minutes=60,
        location=Location(latitude=52.0, longitude=5.0, timezone="Europe/Amsterdam"),
        nodes=(Node(name="grid", import_limit_kw=25.0, export_limit_kw=15.0),),
        stations=(
            Station(
                name="yard",
                node="grid",
                ports=(Ports(count=3, power_kw=11.0, discharge_kw=11.0),),
                storage=Storage(capacity_kwh=30.0, power_kw=10.0),
                solar=Solar(peak_kw=20.0),
                base_load=BaseLoad(mean_kw=4.0),
            ),
        ),
        vehicles=(Vehicle(name="car", capacity_kwh=50.0, v2g=True, taper_from_soc=0.9),),
        tariff=Tariff(
            import_adder_per_kwh=0.05,
            export_share=0.8,
            demand_charge_per_kw=0.1,
            customer_price_per_kwh=0.3,
            v2g_reward_per_kwh=0.02,
        ),
    )


@pytest.fixture(scope="session")
def small_days(small_site: Site) -> list[Scenario]:
    """Four days of the small site."""
    days = [date(2024, 6, 3) + timedelta(days=at) for at in range(4)]
    return [build_scenario(small_site, start=day, days=1, seed=at) for at, day in enumerate(days)]


@pytest.fixture(scope="session")
def place(small_days: list[Scenario]) -> Setting:
    """The small site in single precision."""
    return setting(small_days)


@pytest.fixture(scope="session")
def hub(place: Setting) -> Hub:
    """The hub on the small site in single precision."""
    return Hub(place)


@pytest.fixture(scope="session")
def exact_hub(small_days: list[Scenario]) -> Hub:
    """The hub on the small site in double precision."""
    return Hub(setting(small_days, np.float64))

"""The charging station of paper 001: its site, its vehicles and its days, with the source of every figure.

| parameter | value | source |
|---|---|---|
| grid connection | 500 kW in and out | paper 001 |
| stress limit | 150 kW up to 200 vehicles, 500 kW beyond | ours: 500 kW binds only beyond 200 |
| ports | one for each vehicle | ours; up to 40 vehicles the same as min(N, 40) |
| charger | 7.2 kW AC, V2G with the same power | paper 001; share of V2G not printed |
| efficiency | 0.95 in, 0.95 out | ours: symbols only |
| state of charge | 0.10 to 0.95 | paper 001 |
| capacity | U(40, 60) kWh | paper 001 |
| arrivals | Poisson, mean gap 20 min at peak, 45 min else; rate times count/40 beyond 40 | paper 001; ours |
| peak hours | 08-12 and 16-22 | ours |
| stay | U(1.5, 4) h | paper 001 |
| state of charge on arrival, target | U(0.2, 0.7), 0.8 as far as reachable | ours |
| demonstration | 3 vehicles of 40, 50, 60 kWh at 40, 55, 70 %, present all day | paper 001; stay ours |
| solar, auxiliary load | 100 kWp, 10 kW | ours: figures only |
| price | day-ahead, mean 5 INR/kWh where no series is given | paper 001 (IEX); mean ours |
| export price | 0.8 of import, below it at any sign | ours: symbol only |
| unmet energy | 30 INR/kWh at departure | ours |
| wear, customer price | 0 | paper 001 bills neither |
| time | 96 steps of 15 min | paper 001 |
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np

from wattswarm.data import Provenance, Series, Sessions, local_midnight
from wattswarm.data.generate import generate_prices, poisson_day
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.site import BaseLoad, Location, Node, Ports, Site, Solar, Station, Tariff, Vehicle
from wattswarm.world import Scenario, build_scenario

Limits = Literal["paper", "stress"]
Arrivals = Literal["paper", "demo"]
Transformer = Literal["hard", "soft"]

STATION_LIMIT_KW = 500.0
STRESS_LIMIT_KW = 150.0
CHARGER_KW = 7.2
MEAN_PRICE_INR = 5.0
TARGET_SOC = 0.8
PAPER_VEHICLES = 40
_STRESS_VEHICLES = 200
_NO_LIMIT_KW = 1e6
_DEMO_SOC = (0.40, 0.55, 0.70)
_DEMO_KWH = (40.0, 50.0, 60.0)


def transformer_limit_kw(count: int, limits: Limits = "paper") -> float:
    """Return the rating of the station's transformer [kW] in a case of so many vehicles."""
    if limits == "stress" and count <= _STRESS_VEHICLES:
        return STRESS_LIMIT_KW
    return STATION_LIMIT_KW


def station_site(
    count: int,
    *,
    ports: int | None = None,
    limits: Limits = "paper",
    v2g: bool = True,
    transformer: Transformer = "hard",
) -> Site:
    """Describe the station of paper 001.

    Args:
        count: vehicles a day.
        ports: charging ports, None for one a vehicle.
        limits: "paper" for 500 kW, "stress" for a limit that binds.
        v2g: whether vehicles can feed back.
        transformer: "hard" holds the limit; "soft" leaves it to a penalty of the task, as printed.

    Returns:
        The site, in INR.

    Raises:
        InputError: fewer than one vehicle or port.

    Source:
        Paper 001 and models.md 3.1; see the table above.
    """
    count_ports = count if ports is None else ports
    if count < 1 or count_ports < 1:
        raise InputError(
            "the station is empty", where="count, ports", found=(count, ports), expected="1 or more of each"
        )
    limit = transformer_limit_kw(count, limits) if transformer == "hard" else _NO_LIMIT_KW
    row = Ports(
        count=count_ports, power_kw=CHARGER_KW, discharge_kw=CHARGER_KW if v2g else 0.0, efficiency=0.95
    )
    vehicle = Vehicle(
        name="car",
        capacity_kwh=50.0,
        ac_kw=CHARGER_KW,
        minimum_soc=0.1,
        maximum_soc=0.95,
        target_soc=TARGET_SOC,
        v2g=v2g,
        wear_price_per_kwh=0.0,
    )
    return Site(
        name=f"Station of paper 001, {count} vehicles",
        currency="INR",
        step_minutes=15,
        location=Location(latitude=28.61, longitude=77.21, altitude_m=216.0, timezone="Asia/Kolkata"),
        nodes=(Node(name="transformer", import_limit_kw=limit, export_limit_kw=limit),),
        stations=(
            Station(
                name="station",
                node="transformer",
                ports=(row,),
                solar=Solar(peak_kw=100.0),
                base_load=BaseLoad(mean_kw=10.0, shape="flat"),
            ),
        ),
        vehicles=(vehicle,),
        tariff=Tariff(export_share=0.8, unmet_penalty_per_kwh=30.0),
    )


def station_scenario(
    count: int,
    *,
    start: date,
    days: int = 1,
    seed: int = 0,
    prices: Series | None = None,
    solar: Series | None = None,
    ports: int | None = None,
    limits: Limits = "paper",
    v2g: bool = True,
    transformer: Transformer = "hard",
    arrivals: Arrivals = "paper",
    regime: Regime = Regime.DAM,
) -> Scenario:
    """Lay out days at the station of paper 001.

    Args:
        count: vehicles a day.
        start: first local date.
        days: number of local dates.
        seed: of arrivals, prices and clouds.
        prices: wholesale prices, None to generate them around 5 INR/kWh.
        solar: measured output of an array, None to simulate it.
        ports: charging ports, None for one a vehicle.
        limits, v2g, transformer: as in `station_site`.
        arrivals: "paper" draws vehicles, "demo" brings the three of the demonstration every day.
        regime: what is known of prices when.

    Returns:
        The scenario, 96 steps a day.

    Raises:
        InputError: an empty station, prices that do not cover the days, or a demonstration of other than 3.

    Source:
        Paper 001 and models.md 3.1.
    """
    site = station_site(count, ports=ports, limits=limits, v2g=v2g, transformer=transformer)
    zone = site.location.timezone
    if prices is None:
        prices = generate_prices(
            start=start,
            days=days,
            timezone=zone,
            step_s=900,
            currency=site.currency,
            mean=MEAN_PRICE_INR,
            negative_share=0.0,
            rng=np.random.default_rng([seed, 10]),
        )
    if arrivals == "demo":
        sessions = _demonstration(count, start, days, zone)
    else:
        sessions = poisson_day(
            start=start,
            timezone=zone,
            vehicles_count=count,
            target_soc=TARGET_SOC,
            days=days,
            intensity=max(count / PAPER_VEHICLES, 1.0),
            rng=np.random.default_rng([seed, 11]),
        )
    return build_scenario(
        site, start=start, days=days, seed=seed, prices=prices, sessions=sessions, solar=solar, regime=regime
    )


def _demonstration(count: int, start: date, days: int, timezone: str) -> Sessions:
    """Return the three vehicles of the demonstration, present from midnight to midnight."""
    if count != len(_DEMO_SOC):
        raise InputError("the demonstration has three vehicles", where="count", found=count, expected="3")
    midnights = local_midnight(start, timezone) + np.arange(days + 1) * np.timedelta64(86_400, "s")
    arrival = np.repeat(midnights[:-1], count)
    soc, capacity = np.tile(_DEMO_SOC, days), np.tile(_DEMO_KWH, days)
    return Sessions(
        arrival=arrival,
        departure=np.repeat(midnights[1:], count),
        energy_kwh=(TARGET_SOC - soc) * capacity / 0.95,
        arrival_soc=soc,
        capacity_kwh=capacity,
        station=np.full(len(arrival), "station"),
        vehicle=np.full(len(arrival), ""),
        timezone=timezone,
        provenance=Provenance("demonstration of paper 001", "station_scenario"),
    )

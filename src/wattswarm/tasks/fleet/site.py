"""The fleet of paper 003: its site, its nights and its objective, with the source of every figure.

| parameter | value | source |
|---|---|---|
| vehicles | 100, one port each; sweep 25 to 400 | ours: no size printed |
| battery | 50 kWh, 0.10 to 0.95, target 0.90 | ours; printed are 0 to 100 % |
| charger | 7.2 kW both ways, efficiency 0.95 | ours |
| need | U(8, 35) kWh | ours; printed is a demand of 0 to 10 kW |
| arrival, departure | N(18, 2) h, N(7, 1.5) h | ours |
| horizon | 24 steps of an hour from noon to noon | ours; printed are tables of 8 hours |
| base load | as many households, 1.5 kW at their peak | ours |
| price | 0.07 to 0.30 USD/kWh, time-of-use-like | paper: 0.05 to 0.30; series ours |
| export price | 0.9 of import | ours |
| wear | 0.01 USD for each kWh in or out | models.md 10.1 |
| regime | RT: the price of an hour is known at the hour | paper: it forecasts prices |
| who is expected | those who came last night, at their hours | ours |

The fleet is metered with its households, so that what vehicles give first serves these; the objective is
eq. (11), its symbols told apart: `w_E` cost, `w_d` peak-valley difference, `w_a` ageing, `w_U` completion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from wattswarm.data import Series, Sessions, local_days
from wattswarm.data.generate import generate_load, generate_time_of_use, generated, overnight_fleet
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.outlook import HOURLY_H, believing
from wattswarm.site import BaseLoad, Location, Node, Ports, Site, Station, Tariff, Vehicle
from wattswarm.world import Scenario, Stays, build_scenario, schedule_sessions

FLEET_VEHICLES = 100
ZONE = "America/Phoenix"
"""A clock that never changes: every night has 24 hours."""
_CHARGER_KW = 7.2
_CAPACITY_KWH, _TARGET_SOC = 50.0, 0.9
_HOUSEHOLD_KW = 1.0
"""Mean of a household whose peak is about 1.5 kW."""
_WEAR, _FINE = 0.01, 2.0
_HISTORY_DAYS = 28


@dataclass(frozen=True)
class Weights:
    """Weights of eq. (11), as prices: what they weigh is money already or becomes money by them."""

    energy: float = 1.0
    """Of the bill for energy, above 0."""
    difference: float = 0.3
    """Of the highest less the lowest net load of the day [currency/kW]."""
    ageing: float = 1.0
    """Of wear."""
    completion: float = 1.0
    """Of energy missing at departure, on top of 2 currency/kWh."""

    def __post_init__(self) -> None:
        values = (self.energy, self.difference, self.ageing, self.completion)
        if not self.energy > 0 or min(values) < 0:
            raise InputError(
                "not valid weights",
                where="weights",
                found=values,
                expected="0 or more, and above 0 for energy",
            )

    @property
    def name(self) -> str:
        return f"d{self.difference:g}" + "".join(
            f"-{letter}{value:g}"
            for letter, value in (("e", self.energy), ("a", self.ageing), ("u", self.completion))
            if value != 1.0
        )


USUAL_WEIGHTS = Weights()
"""Cost in money, a price of 0.3 currency/kW a day on the difference."""


def fleet_site(count: int = FLEET_VEHICLES, *, weights: Weights = USUAL_WEIGHTS, v2g: bool = True) -> Site:
    """Describe the fleet of paper 003 and its households.

    Args:
        count: vehicles, ports and households.
        weights: of the objective; divided by that of energy they become the tariff, so that the site's profit
            is the objective in money, negative.
        v2g: whether vehicles can feed back.

    Returns:
        The site, in USD, with a connection that never binds.

    Raises:
        InputError: fewer than one vehicle.

    Source:
        Paper 003, eq. (11), and models.md 5; see the table above.
    """
    if count < 1:
        raise InputError("the fleet is empty", where="count", found=count, expected="1 or more")
    limit = count * (_CHARGER_KW + 10.0 * _HOUSEHOLD_KW)
    ports = Ports(
        count=count, power_kw=_CHARGER_KW, discharge_kw=_CHARGER_KW if v2g else 0.0, efficiency=0.95
    )
    vehicle = Vehicle(
        name="car",
        capacity_kwh=_CAPACITY_KWH,
        ac_kw=_CHARGER_KW,
        minimum_soc=0.1,
        maximum_soc=0.95,
        target_soc=_TARGET_SOC,
        v2g=v2g,
        wear_price_per_kwh=_WEAR * weights.ageing / weights.energy,
    )
    return Site(
        name=f"Fleet of paper 003, {count} vehicles",
        currency="USD",
        step_minutes=60,
        location=Location(latitude=33.45, longitude=-112.07, altitude_m=331.0, timezone=ZONE),
        nodes=(Node(name="connection", import_limit_kw=limit, export_limit_kw=limit),),
        stations=(
            Station(
                name="fleet",
                node="connection",
                ports=(ports,),
                base_load=BaseLoad(mean_kw=_HOUSEHOLD_KW * count, shape="household"),
            ),
        ),
        vehicles=(vehicle,),
        tariff=Tariff(
            export_share=0.9,
            peak_valley_charge_per_kw=weights.difference / weights.energy,
            billing_period="day",
            unmet_penalty_per_kwh=_FINE * weights.completion / weights.energy,
        ),
    )


def fleet_prices(start: date, days: int, seed: int = 0) -> Series:
    """Return generated prices of some days.

    Args:
        start: first local date.
        days: number of local dates.
        seed: of the differences between days.
    """
    rng = np.random.default_rng([seed, 31])
    return generate_time_of_use(start=start, days=days, timezone=ZONE, rng=rng)


def fleet_load(start: date, days: int, seed: int = 0) -> Series:
    """Return the generated load of one household over some days [kW].

    Args:
        start: first local date.
        days: number of local dates.
    """
    times, rng = local_days(start, days, 3600, ZONE), np.random.default_rng([seed, 32])
    values = generate_load("household", _HOUSEHOLD_KW, times=times, timezone=ZONE, rng=rng)
    return Series("household load", "kW", times, values, 3600, ZONE, generated("household load", rng))


def fleet_scenario(
    count: int = FLEET_VEHICLES,
    *,
    start: date,
    seed: int = 0,
    prices: Series | None = None,
    load: Series | None = None,
    weights: Weights = USUAL_WEIGHTS,
    v2g: bool = True,
    regime: Regime = Regime.RT,
) -> Scenario:
    """Lay out a day of the fleet of paper 003, from noon to noon.

    Args:
        start: local date of the first noon.
        seed: of the vehicles, and of prices and load where none are given.
        prices: of the market, None to generate them.
        load: of one household [kW], None to generate it.
        v2g: whether vehicles can feed back.
        regime: what is known of prices when.

    Returns:
        The scenario, 24 steps, prices and load ahead hour by hour as far as known or usual; expected is last
        night's fleet.

    Raises:
        InputError: an empty fleet, or records that do not cover the day.

    Source:
        Paper 003 and models.md 5.1.
    """
    earlier, days = start - timedelta(days=_HISTORY_DAYS), _HISTORY_DAYS + 2
    prices = fleet_prices(earlier, days, seed) if prices is None else prices
    load = fleet_load(earlier, days, seed) if load is None else load
    scenario = build_scenario(
        fleet_site(count, weights=weights, v2g=v2g),
        start=start,
        days=1,
        seed=seed,
        prices=prices,
        sessions=_night(start, count, seed),
        load=replace(load, values=load.values * count),
        regime=regime,
        begin_h=12.0,
    )
    yesterday = _night(start - timedelta(days=1), count, seed)
    return believing(
        scenario,
        ahead_h=HOURLY_H,
        ahead_fill="usual",
        expects_load=True,
        arrivals=_a_day_later(scenario, yesterday),
    )


def _night(start: date, count: int, seed: int) -> Sessions:
    """Return the vehicles that belong to a date, the same ones whenever they are asked for."""
    return overnight_fleet(
        start=start,
        timezone=ZONE,
        count=count,
        capacity_kwh=_CAPACITY_KWH,
        target_soc=_TARGET_SOC,
        rng=np.random.default_rng([seed, 33, start.toordinal()]),
    )


def _a_day_later(scenario: Scenario, sessions: Sessions) -> Stays:
    """Return the stays of the night before as if they came on the scenario's own."""
    day = np.timedelta64(86_400, "s")
    moved = replace(sessions, arrival=sessions.arrival + day, departure=sessions.departure + day)
    vehicles, rng = scenario.site.vehicles, np.random.default_rng(0)
    return schedule_sessions(moved, scenario.arrays, vehicles, scenario.times, rng).stays

"""Where and when the station stands: its cases, the exchange's prices, and days by role.

| | |
|---|---|
| prices | Indian Energy Exchange, day-ahead market, 15 minutes, 2024 and 2025 |
| training | January 2024 to March 2025 |
| validation | April to June 2025 |
| test | July to December 2025 |
| vehicles | drawn anew for every day as in `tasks.station.site`; the same for every policy |

The first four weeks are history only. No record of 15-minute prices of the paper's years 2019 to 2023 is at
hand. A generated market of the same span stands in where there are no records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from wattswarm.data import Series, read_series
from wattswarm.data.generate import generate_prices, poisson_day
from wattswarm.evaluate import END, FIRST
from wattswarm.market import Regime
from wattswarm.outlook import believing
from wattswarm.papers.experiment import record_file
from wattswarm.papers.p001_station.problem.ranks import QUARTERS_H
from wattswarm.site import Site
from wattswarm.tasks.station import MEAN_PRICE_INR, PAPER_VEHICLES, TARGET_SOC, Limits, station_site
from wattswarm.world import Scenario, build_scenario

PRICES = "iex_dam_15min_2024_2025.parquet"
_ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class Place:
    """One case of the station."""

    count: int = PAPER_VEHICLES
    """Vehicles a day, and ports."""
    limits: Limits = "paper"
    """Whose grid limit, as `tasks.station.site` has it."""
    v2g: bool = True
    """Whether vehicles can feed back."""
    regime: Regime = Regime.DAM
    """What is known of prices when."""
    rush: float = 1.0
    """Factor on the rate of arrivals, beyond what the count asks for: the same vehicles in less time."""
    limit_kw: float | None = None
    """Of the grid connection, None for that of `limits` [kW]."""

    @property
    def name(self) -> str:
        words = [f"{self.count}-{self.limits}", str(self.regime).lower()]
        words += [] if self.v2g else ["v1g"]
        words += [f"rush-{self.rush:g}"] if self.rush != 1.0 else []
        words += [] if self.limit_kw is None else [f"{self.limit_kw:g}-kw"]
        return "-".join(words)

    def site(self) -> Site:
        site = station_site(self.count, limits=self.limits, v2g=self.v2g)
        if self.limit_kw is None:
            return site
        (node,) = site.nodes
        limits = {"import_limit_kw": self.limit_kw, "export_limit_kw": self.limit_kw}
        return site.model_copy(update={"nodes": (node.model_copy(update=limits),)})

    def day(self, day: date, prices: Series) -> Scenario:
        """Lay out the 96 steps of a day: prices, in quarter-hours ahead too, and the date's vehicles."""
        site, seed = self.site(), day.toordinal()
        sessions = poisson_day(
            start=day,
            timezone=site.location.timezone,
            vehicles_count=self.count,
            target_soc=TARGET_SOC,
            intensity=self.rush * max(self.count / PAPER_VEHICLES, 1.0),
            rng=np.random.default_rng([seed, 11]),
        )
        scenario = build_scenario(
            site, start=day, days=1, seed=seed, prices=prices, sessions=sessions, regime=self.regime
        )
        return believing(scenario, ahead_h=QUARTERS_H, ahead_fill="usual")


@lru_cache(maxsize=2)
def exchange(data: Path | None) -> Series:
    """Return the prices of the exchange, or generated ones where there is no record."""
    if data is None:
        return generate_prices(
            start=FIRST,
            days=(END - FIRST).days,
            timezone=_ZONE,
            step_s=900,
            currency="INR",
            mean=MEAN_PRICE_INR,
            negative_share=0.0,
            rng=np.random.default_rng(10),
        )
    return read_series(record_file(data, PRICES))

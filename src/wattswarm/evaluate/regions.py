"""The regions of paper 002 on real prices, and a generated one: months to learn from and months to judge by.

| | East | West |
|---|---|---|
| paper 002 | PJM prices and sun | CAISO prices, PVDAQ sun |
| prices here | day-ahead, PJM's COMED zone, 2017-2018 | day-ahead, ERCOT's West zone, 2021-2022 |
| sun here | simulated at Chicago: no record of these years | PVDAQ system 50, 2011-2013, nine years later |
| clock | UTC-5 all year, as its prices: all their days have 24 hours | local |
| shock | the cold of January 2018 | the winter storm of February 2021 |

In the East's summer the prices' clock is an hour ahead of the sun's. The stations differ (storages 300, 500,
800 kWh; arrays 300, 150, 450 kW; demand 80, 100, 140 kWh/h), or the pool would be one station (models.md 4.5,
fact 2). Demand is drawn anew for every episode: paper 002 gives no record.

Test months are February, May, August and November of the second year: one of each season, because storage
earns by the spread of prices and by the sun, which change with the season. Validation is April and October of
that year. All other whole months train, save the first of a record, which is history only, the shock, and in
the West the month after it, whose usual prices are the storm's. A week of training may look back
on prices of a test month, as a forecast of its day would have; no profit of a test hour is paid in training.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from wattswarm.data import Series, move_by_years, read_patched, read_series
from wattswarm.data.generate import generate_prices
from wattswarm.errors import InputError
from wattswarm.evaluate.split import WEEK_DAYS, Split, month_days, weeks
from wattswarm.market import Regime
from wattswarm.site import Location
from wattswarm.tasks.pool import hour_by_hour, pool_scenario
from wattswarm.world import HISTORY_DAYS, Scenario

CAPACITY_KWH = (300.0, 500.0, 800.0)
SOLAR_KW = (300.0, 150.0, 450.0)
DEMAND_KW = (80.0, 100.0, 140.0)
CHICAGO = Location(latitude=41.88, longitude=-87.63, altitude_m=180.0, timezone="Etc/GMT+5")
MIDLAND = Location(latitude=32.0, longitude=-102.08, altitude_m=850.0, timezone="America/Chicago")
EAST_PRICES = "epf_pjm_2y_actual_and_forecasts.parquet"
WEST_PRICES = "ercot_dam_hourly_2021_2022.parquet"
WEST_SOLAR = "pvdaq_system50_ac_power_15min_2011_2013.parquet"
_WEST_SOLAR_YEARS = 9
_GENERATED_MEAN_USD = 0.04


@dataclass(frozen=True, eq=False)
class Region:
    """A pool, its records, and months by role; scenarios are laid out when first asked for.

    A region under another regime, or drawn anew, is `dataclasses.replace(region, regime=..., seed=...)`.
    """

    name: str
    location: Location
    prices: Series
    solar: Series | None
    """Output of an array, None to simulate it."""
    split: Split
    """Months by role."""
    regime: Regime = Regime.DAM
    """What is known of prices when."""
    power_per_kwh: float = 0.5
    """Power of the storages over their capacity [1/h]; 1 never binds, as `literal_pool` asks."""
    every_days: int = 3
    """Days from the start of one week of training to the next."""
    seed: int = 0
    """Of demand and simulated sun; each episode draws its own."""

    @cached_property
    def training(self) -> tuple[Scenario, ...]:
        """Weeks of 168 hours within the months of training; those of a clock change are left out."""
        starts = [start for month in self.split.training for start in weeks(month, self.every_days)]
        laid = (self.scenario(start, WEEK_DAYS) for start in starts)
        return tuple(each for each in laid if each.steps == 24 * WEEK_DAYS)

    @cached_property
    def validation(self) -> tuple[Scenario, ...]:
        """Whole months to choose settings by; months differ in length, so each makes a task of its own."""
        return tuple(self.month(month) for month in self.split.validation)

    @cached_property
    def test(self) -> tuple[Scenario, ...]:
        """Whole months to judge by, each a task of its own: `sound_pool([month], like=trained)`."""
        return tuple(self.month(month) for month in self.split.test)

    @cached_property
    def shock(self) -> tuple[Scenario, ...]:
        """Whole months unlike all others."""
        return tuple(self.month(month) for month in self.split.shock)

    def month(self, month: str) -> Scenario:
        """Return a whole month such as "2018-02"."""
        return self.scenario(*month_days(month))

    def scenario(self, start: date, days: int) -> Scenario:
        """Return days of the region, with four weeks before them as history.

        Args:
            start: first local date.
            days: number of local dates.

        Returns:
            The scenario; prices and load ahead are seen hour by hour, what is not published as usual.
        """
        days_of_pool = pool_scenario(
            self.prices,
            self.solar,
            start=start,
            days=days,
            seed=self.seed * 10**8 + int(start.strftime("%Y%m%d")),
            capacity_kwh=CAPACITY_KWH,
            power_kw=tuple(self.power_per_kwh * capacity for capacity in CAPACITY_KWH),
            solar_kw=SOLAR_KW,
            demand_kw=DEMAND_KW,
            location=self.location,
            regime=self.regime,
        )
        return hour_by_hour(days_of_pool)


def east(folder: Path) -> Region:
    """Return the East: PJM's COMED prices of 2017 and 2018, simulated sun.

    Paper 002 speaks of real-time prices here, so publish RT beside DAM.

    Args:
        folder: where the price record lies.

    Raises:
        InputError: the record is not in the folder.

    Source:
        Lago et al. 2021, doi:10.1016/j.apenergy.2021.116983.
    """
    prices = read_series(
        _present(folder, EAST_PRICES), column="real_price", unit="USD/MWh", timezone=CHICAGO.timezone
    )
    split = Split(
        training=(
            *("2017-02", "2017-03", "2017-04", "2017-05", "2017-06", "2017-07", "2017-08", "2017-09"),
            *("2017-10", "2017-11", "2017-12", "2018-03", "2018-06", "2018-07", "2018-09"),
        ),
        validation=("2018-04", "2018-10"),
        test=("2018-02", "2018-05", "2018-08", "2018-11"),
        shock=("2018-01",),
    )
    return Region("East", CHICAGO, prices, None, split)


def west(folder: Path) -> Region:
    """Return the West: ERCOT's West zone in 2021 and 2022, measured sun.

    The sun was measured in Colorado from 2011 to 2013. It keeps its dates and its UTC hours nine years later;
    noon in Midland is 12 minutes before noon there. Its holes are filled from the same time of day on the
    days around them (`read_patched`), which the scenarios' sources count.

    Args:
        folder: where the records lie.

    Raises:
        InputError: a record is not in the folder.

    Source:
        ERCOT day-ahead settlement point prices; PVDAQ, doi:10.25984/1846021.
    """
    prices = read_series(
        _present(folder, WEST_PRICES), column="lz_west_usd_per_mwh", timezone=MIDLAND.timezone
    )
    solar = move_by_years(read_patched(_present(folder, WEST_SOLAR), timezone="UTC"), _WEST_SOLAR_YEARS)
    split = Split(
        training=(
            *("2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11"),
            *("2021-12", "2022-01", "2022-03", "2022-06", "2022-07", "2022-09", "2022-12"),
        ),
        validation=("2022-04", "2022-10"),
        test=("2022-02", "2022-05", "2022-08", "2022-11"),
        shock=("2021-02",),
    )
    return Region("West", MIDLAND, prices, solar, split)


def generated(*, seed: int = 0) -> Region:
    """Return a region of the same shape with generated prices and simulated sun, where there are no records.

    Args:
        seed: as `Region`; also of the prices.

    Returns:
        The region; it has no shock.
    """
    first = date(2023, 1, 1)
    prices = generate_prices(
        start=first - timedelta(days=HISTORY_DAYS),
        days=730 + HISTORY_DAYS + 1,
        timezone=CHICAGO.timezone,
        currency="USD",
        mean=_GENERATED_MEAN_USD,
        negative_share=0.0,
        rng=np.random.default_rng([seed, 2]),
    )
    split = Split(
        training=(
            *("2023-02", "2023-03", "2023-04", "2023-05", "2023-06", "2023-07", "2023-08", "2023-09"),
            *("2023-10", "2023-11", "2023-12", "2024-03", "2024-06", "2024-07", "2024-09", "2024-12"),
        ),
        validation=("2024-04", "2024-10"),
        test=("2024-02", "2024-05", "2024-08", "2024-11"),
    )
    return Region("generated", CHICAGO, prices, None, split, seed=seed)


def _present(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise InputError(
            "a record of the region is missing",
            where=str(path),
            expected=f"the file {name}",
            mend="name the folder that holds it, or study the generated region",
        )
    return path

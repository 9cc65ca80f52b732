"""F of MPC against the exact bound: the pool of paper 002 and the station of paper 001 on real prices.

Run from the root of the checkout: python docs/studies/mpc_scores.py DUTCH_PRICES INDIAN_PRICES
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm.control.runner import simulate
from wattswarm.data import read_series
from wattswarm.outlook.foresight import Climatology, DayAhead, Perfect
from wattswarm.plan.bound import perfect_foresight
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.plan.rules import Uncontrolled
from wattswarm.runtime import prepare
from wattswarm.site.schema import Location
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.station.site import station_scenario
from wattswarm.world import Scenario

UTRECHT = Location(latitude=52.09, longitude=5.12, timezone="Europe/Amsterdam")


def show(name: str, scenario: Scenario) -> None:
    """Print one row."""
    bound = perfect_foresight(scenario)
    policies = [Uncontrolled(), *map(ModelPredictive, (Perfect(scenario), DayAhead(), Climatology()))]
    flat, *others = [run.profit for run in simulate(scenario, policies)]
    scores = " | ".join(f"{(profit - flat) / (bound.profit - flat):.4f}" for profit in others)
    share = f"{100 * flat / bound.profit:.1f}" if bound.profit > 0 else ""
    print(f"| {name} | {bound.profit:.1f} | {bound.exact} | {share} | {scores} |", flush=True)


def main() -> None:
    """Print the table."""
    prepare()
    dutch, indian = Path(sys.argv[1]), read_series(sys.argv[2])
    print("| case | bound | replays | no flexibility % | F perfect | F day-ahead | F climatology |")
    print("|---|---:|---|---:|---:|---:|---:|")
    for month in ("2019-01-01", "2019-06-01", "2021-11-01", "2024-05-01"):
        first = np.datetime64(month, "s")
        window = (first - np.timedelta64(30, "D"), first + np.timedelta64(32, "D"))
        prices = read_series(dutch, window=window)
        start = date.fromisoformat(month)
        show(f"pool {month}, 30 days", pool_scenario(prices, start=start, days=30, seed=1, location=UTRECHT))
    for day in ("2024-02-05", "2024-07-15", "2025-03-10"):
        start = date.fromisoformat(day)
        show(f"station {day}, 4 days", station_scenario(40, start=start, days=4, seed=2, prices=indian))


if __name__ == "__main__":
    main()

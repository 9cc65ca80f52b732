"""What V2G and storage are worth on the built-in hub with real prices and sessions, by exact bounds.

Run from the root of the checkout: python docs/studies/v2g_worth.py PRICES SESSIONS YYYY-MM-DD ...
Each date is the first of 14 days. Prints one Markdown row a date.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from wattswarm.command.site.inputs import read_scenario
from wattswarm.command.site.options import Inputs
from wattswarm.control.runner import simulate
from wattswarm.plan.bound import perfect_foresight
from wattswarm.plan.rules import Uncontrolled
from wattswarm.runtime import prepare
from wattswarm.site import Site, load_example
from wattswarm.world import Scenario

DAYS = 14


def without(site: Site, *, v2g: bool = False, storage: bool = False, cheap_wear: bool = False) -> Site:
    """Return the site without V2G or storage, or with wear at 0.01 per kWh and no reward to drivers."""
    data: dict[str, Any] = site.model_dump()
    for vehicle in data["vehicles"]:
        vehicle["v2g"] = vehicle["v2g"] and not v2g
        if cheap_wear:
            vehicle["wear_price_per_kwh"] = 0.01
    if cheap_wear:
        data["tariff"]["v2g_reward_per_kwh"] = 0.0
    for station in data["stations"]:
        for row in station["ports"]:
            row["discharge_kw"] *= not v2g
        if storage:
            station["storage"] = None
    return Site.model_validate(data)


def scenario_of(site: Site, prices: Path, sessions: Path, start: date) -> Scenario:
    """Return the built-in hub's scenario on the files, with the site replaced."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.yaml"
        plain = site.model_dump(mode="json", exclude_none=True)
        YAML(typ="safe").dump(plain, path)
        inputs = Inputs(str(path), prices=prices, sessions=sessions, start=start.isoformat(), days=DAYS)
        return read_scenario(inputs)


def main() -> None:
    """Print the table."""
    prepare()
    prices, sessions = Path(sys.argv[1]), Path(sys.argv[2])
    hub = load_example()
    print(
        "| 14 days from | uncontrolled | bound | V2G kWh | without V2G | without storage too "
        "| cheap wear: bound | V2G kWh | without V2G |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for text in sys.argv[3:]:
        start = date.fromisoformat(text)
        figures: list[str] = []
        for cheap in (False, True):
            base = without(hub, cheap_wear=cheap)
            scenario = scenario_of(base, prices, sessions, start)
            bound = perfect_foresight(scenario)
            assert bound.exact
            if not cheap:
                figures.append(f"{simulate(scenario, [Uncontrolled()])[0].profit:.0f}")
            ports = scenario.arrays.port_count
            given = bound.run.flows.dispatch.discharge_kw[:, :ports].sum() * scenario.arrays.dt_h
            figures += [f"{bound.profit:.1f}", f"{given:.0f}"]
            one_way = without(hub, v2g=True, cheap_wear=cheap)
            figures.append(f"{perfect_foresight(scenario_of(one_way, prices, sessions, start)).profit:.1f}")
            if not cheap:
                bare = without(hub, v2g=True, storage=True)
                figures.append(f"{perfect_foresight(scenario_of(bare, prices, sessions, start)).profit:.1f}")
        print(f"| {text} | " + " | ".join(figures) + " |", flush=True)


if __name__ == "__main__":
    main()

"""A day at the hub, simulated once, and runs laid out by hand for sites that lack something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import jax
import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.data import Sessions
from wattswarm.report import Comparison, Meta, compare_runs
from wattswarm.site import load_example
from wattswarm.site.schema import Site
from wattswarm.world import Dispatch, Flows, Money, Scenario, build_scenario


class Bound:
    """A bound of a given profit, replayed or not."""

    def __init__(self, profit: float, run: Run | None = None) -> None:
        self.profit, self.run = profit, run
        self.exact, self.gap, self.seconds, self.note = True, 0.0, 0.1, "made for a test"


@pytest.fixture(scope="session")
def bound() -> type[Bound]:
    return Bound


@pytest.fixture(scope="session")
def hub_runs() -> list[Run]:
    scenario = build_scenario(load_example("hub"), start=date(2024, 6, 3), days=1)
    with jax.enable_x64(True):
        return simulate(scenario, [rule("uncontrolled"), rule("storage-threshold")], ages=True)


@pytest.fixture(scope="session")
def hub(hub_runs: list[Run]) -> Comparison:
    return compare_runs(hub_runs, Bound(max(run.profit for run in hub_runs) + 10.0, hub_runs[1]))


@pytest.fixture(scope="session")
def meta() -> Meta:
    return Meta(
        created=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
        command="wattswarm run hub --days 1",
        seeds={"data": 0},
        versions={"wattswarm": "0.1.0"},
        provenance=("prices: generated",),
        notes=("a remark",),
    )


@pytest.fixture(scope="session")
def idle() -> Callable[..., Run]:
    """Return a maker of runs in which ports and storages do nothing."""

    def run(scenario: Scenario, name: str = "uncontrolled", profit: float = 0.0) -> Run:
        arrays, steps = scenario.arrays, scenario.steps
        batteries = arrays.port_count + arrays.storage_count
        none, each = np.zeros(steps), np.zeros((steps, batteries))
        load = scenario.base_kw + scenario.urgent_kwh / arrays.dt_h + scenario.regular_kwh / arrays.dt_h
        power = np.concatenate([each, -0.0 * scenario.solar_kw, load], axis=1)
        stored = np.zeros((steps, batteries))
        stored[:, arrays.port_count :] = arrays.storage_initial_kwh
        shortfall = np.zeros((steps, batteries))
        stays = scenario.stays
        np.add.at(shortfall, (stays.end - 1, stays.port), np.maximum(stays.target_kwh - stays.arrival_kwh, 0))
        income = none.copy()
        income[0] = profit
        served = np.zeros((steps, arrays.station_count))
        flows = Flows(
            dispatch=Dispatch(each, each, 0.0 * scenario.solar_kw, load, served, served),
            import_kw=load.sum(axis=1),
            export_kw=none,
            limit_kw=power @ arrays.incidence.T,
            energy_kwh=stored,
            shortfall_kwh=shortfall,
            carbon_kg=none,
            money=Money(none, income, none, none, each, each, each, each, served),
            voltage_pu=np.zeros((steps, 0)),
        )
        return Run(name, scenario, flows, None)

    return run


@pytest.fixture(scope="session")
def site() -> Callable[..., Site]:
    """Return a maker of one-station sites with the given parts."""

    def make(name: str = "bare", **station: object) -> Site:
        return Site.model_validate(
            {
                "name": name,
                "step_minutes": 60,
                "location": {"latitude": 52.0, "longitude": 5.0, "timezone": "Europe/Amsterdam"},
                "nodes": [{"name": "grid", "import_limit_kw": 100.0, "export_limit_kw": 50.0}],
                "stations": [{"name": "one", "node": "grid", **station}],
            }
        )

    return make


@pytest.fixture(scope="session")
def make_sessions() -> Callable[..., Scenario]:
    """Return a maker of days with given visits: hours of arrival and departure, energy [kWh]."""

    def make(site: Site, visits: Sequence[tuple[int, int, float]], **names: Any) -> Scenario:
        begin, end, energy = (np.array(column) for column in zip(*visits, strict=True))
        midnight, hour = np.datetime64("2024-06-03T00:00:00"), np.timedelta64(3600, "s")
        unknown, nameless = np.full(len(visits), np.nan), np.full(len(visits), "")
        labels = {"vehicle": nameless} | {name: np.array(values) for name, values in names.items()}
        sessions = Sessions(
            arrival=midnight + begin * hour,
            departure=midnight + end * hour,
            energy_kwh=energy,
            arrival_soc=unknown,
            capacity_kwh=unknown,
            station=np.full(len(visits), "one"),
            timezone="UTC",
            **labels,
        )
        return build_scenario(site, start=date(2024, 6, 3), days=1, sessions=sessions)

    return make

"""Days to test the world on: random ones of one fixed shape, and small ones written out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from wattswarm.data.calendar import local_days
from wattswarm.data.sessions import Sessions
from wattswarm.market import Regime
from wattswarm.site import site_arrays
from wattswarm.site.schema import Site
from wattswarm.world import Flows, Requests, Scenario, View, look, reveal, schedule_sessions, start, step

STEPS = 24
PLACE = {"latitude": 52.0, "longitude": 5.0, "timezone": "Europe/Amsterdam"}
CURVE = [{"soc": s, "power_kw": p} for s, p in ((0.0, 50), (0.3, 60), (0.7, 40), (1.0, 5))]
Visit = tuple[float, float, float, float, str]
"""Arrival and departure [h after the start], energy [kWh], state of charge on arrival, station."""


@dataclass(frozen=True)
class Played:
    """A whole day: what was seen at the start and what flowed in each step, leading axis [step]."""

    view: View
    flows: Flows


@eqx.filter_jit
def _play(world: Any, timeline: Any, requests: Requests) -> tuple[View, Flows]:
    def advance(state: Any, given: Any) -> tuple[Any, Any]:
        row, request = given
        exogenous = timeline.unpack(row)
        state = reveal(world, state, exogenous)
        view = look(world, state, exogenous)
        state, flows = step(world, state, view, request)
        return state, (view, flows)

    return jax.lax.scan(advance, start(world), (timeline.rows, requests))[1]


@pytest.fixture(scope="session")
def play() -> Callable[..., Played]:
    """Play requests for a day: shapes [step, element]; the world curtails solar unless told otherwise."""

    def run(
        scenario: Scenario,
        battery_kw: Any,
        *,
        solar_kw: Any = None,
        defer_kwh: Any = 0.0,
        dtype: Any = np.float64,
        world: Any = None,
    ) -> Played:
        steps, arrays = scenario.steps, scenario.arrays
        shapes = (steps, arrays.port_count + arrays.storage_count), (steps, arrays.solar_count)
        solar = np.inf if solar_kw is None else solar_kw
        requests = Requests(
            jnp.asarray(np.broadcast_to(battery_kw, shapes[0]), dtype),
            jnp.asarray(np.broadcast_to(solar, shapes[1]), dtype),
            jnp.asarray(np.broadcast_to(defer_kwh, (steps, arrays.station_count)), dtype),
        )
        world = scenario.world(dtype) if world is None else world
        return Played(*jax.tree.map(np.asarray, _play(world, scenario.timeline(dtype), requests)))

    return run


@pytest.fixture(scope="session")
def random_day() -> Callable[..., Scenario]:
    """Draw a day: three boards in a tree with limits a phase, AC and DC ports, storages, sun, demand."""
    return _random_day


def _random_day(
    seed: int, *, overload: str = "proportional", minimum_kw: float = 0.0, phases: bool = True
) -> Scenario:
    rng = np.random.default_rng(seed)

    def pick(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    site = Site.model_validate(
        {
            "name": "random",
            "step_minutes": 60,
            "location": PLACE,
            "overload": overload,
            "nodes": [
                _node("root", None, pick(30, 90), pick(0, 60), phases),
                _node("a", "root", pick(24, 50), pick(0, 30), phases),
                _node("a1", "a", pick(16, 40), pick(0, 20), False),
                _node("b", "root", pick(15, 60), pick(0, 30), False),
            ],
            "stations": [
                {
                    "name": name,
                    "node": node,
                    "ports": ports,
                    "storage": {
                        "capacity_kwh": pick(20, 100),
                        "power_kw": pick(5, 50),
                        "efficiency": pick(0.8, 0.99),
                        "self_discharge_per_day": pick(0, 0.2),
                        "wear_price_per_kwh": pick(0, 0.05),
                    },
                    "solar": {"peak_kw": 20},
                    "base_load": {"mean_kw": 1},
                }
                for name, node, ports in (
                    ("ac", "a1", [_ac(minimum_kw, pick, one) for one in ("L1", "L2", "L1L2L3", "L1L2L3")]),
                    ("dc", "b", [_dc(minimum_kw, pick), _dc(minimum_kw, pick)]),
                )
            ],
            "vehicles": [
                {
                    "name": "car",
                    "capacity_kwh": pick(30, 90),
                    "dc_curve": CURVE,
                    "taper_from_soc": 0.8,
                    "v2g": True,
                    "wear_price_per_kwh": pick(0, 0.05),
                }
            ],
            "tariff": {
                "import_adder_per_kwh": pick(0, 0.1),
                "export_share": pick(0.5, 1.0),
                "feed_in_per_kwh": pick(0, 0.1) if rng.random() < 0.5 else None,
                "demand_charge_per_kw": pick(0.1, 2.0),
                "peak_valley_charge_per_kw": pick(0.1, 2.0),
                "customer_price_per_kwh": pick(0, 0.4),
                "unmet_penalty_per_kwh": pick(0.5, 2.0),
                "v2g_reward_per_kwh": pick(0, 0.1),
            },
        }
    )
    arrays = site_arrays(site)
    times = local_days(date(2024, 6, 3), 1, 3600, "Europe/Amsterdam")
    count = 14
    begin = rng.integers(0, STEPS - 2, count)
    visits = [
        (b, b + stay, kwh, soc, name)
        for b, stay, kwh, soc, name in zip(
            begin.tolist(),
            rng.integers(1, 10, count).tolist(),
            rng.uniform(1, 60, count).tolist(),
            rng.uniform(0.05, 0.7, count).tolist(),
            ["ac", "dc"] * (count // 2),
            strict=True,
        )
    ]
    regular = rng.uniform(0.0, 2.0, (STEPS, 2))
    return Scenario(
        site=site,
        arrays=arrays,
        times=times,
        market=rng.uniform(-0.2, 0.4, STEPS),
        solar_kw=rng.uniform(0, 20, (STEPS, 2)) * (rng.random() < 0.8),
        base_kw=rng.uniform(0, 3, (STEPS, 2)),
        urgent_kwh=regular * 0.3,
        regular_kwh=regular,
        carbon=rng.uniform(0.0, 0.5, STEPS),
        schedule=schedule_sessions(_sessions(visits, times), arrays, site.vehicles, times, rng),
    )


def _node(name: str, parent: str | None, into: float, out: float, phases: bool) -> dict[str, Any]:
    limits = {"import_limit_kw": into, "export_limit_kw": out, "phase_limits": phases}
    return {"name": name, "parent": parent, **limits}


def _ac(minimum_kw: float, pick: Callable[[float, float], float], phases: str) -> dict[str, Any]:
    return {
        "count": 1,
        "power_kw": 11 if phases == "L1L2L3" else 7.4,
        "minimum_kw": minimum_kw,
        "discharge_kw": pick(0, 11),
        "efficiency": pick(0.8, 1.0),
        "phases": phases,
    }


def _dc(minimum_kw: float, pick: Callable[[float, float], float]) -> dict[str, Any]:
    return {
        "count": 1,
        "kind": "DC",
        "power_kw": 50,
        "minimum_kw": minimum_kw,
        "discharge_kw": pick(0, 30),
        "efficiency": pick(0.8, 0.99),
        "discharge_efficiency": pick(0.8, 0.99),
    }


def _sessions(visits: Sequence[Visit], times: Any) -> Sessions:
    begin, end, energy, soc, station = zip(*visits, strict=True) if visits else ((),) * 5
    return Sessions(
        arrival=times[0] + _seconds(begin),
        departure=times[0] + _seconds(end),
        energy_kwh=np.array(energy, np.float64),
        arrival_soc=np.array(soc, np.float64),
        capacity_kwh=np.full(len(visits), np.nan),
        station=np.array(station, np.str_),
        vehicle=np.full(len(visits), ""),
        timezone="Europe/Amsterdam",
    )


def _seconds(hours: Sequence[float]) -> NDArray[np.timedelta64]:
    return np.round(np.array(hours, np.float64) * 3600).astype("timedelta64[s]")


@pytest.fixture(scope="session")
def sessions_of() -> Callable[[Sequence[Visit], Any], Sessions]:
    """Write visits out as sessions on an axis of time."""
    return _sessions


@pytest.fixture(scope="session")
def plain_day() -> Callable[..., Scenario]:
    """Write a day out by hand: one station behind one connection, everything else as told."""

    def build(
        *,
        ports: Sequence[dict[str, Any]] = (),
        visits: Sequence[Visit] = (),
        vehicle: dict[str, Any] | None = None,
        station: dict[str, Any] | None = None,
        tariff: dict[str, Any] | None = None,
        market: Any = 0.1,
        solar_kw: Any = 0.0,
        base_kw: Any = 0.0,
        import_kw: float = 1000.0,
        export_kw: float = 1000.0,
        overload: str = "proportional",
        minutes: int = 60,
        day: date = date(2024, 6, 3),
        days: int = 1,
        regime: Regime = Regime.DAM,
    ) -> Scenario:
        site = Site.model_validate(
            {
                "name": "plain",
                "step_minutes": minutes,
                "location": PLACE,
                "overload": overload,
                "nodes": [{"name": "root", "import_limit_kw": import_kw, "export_limit_kw": export_kw}],
                "stations": [{"name": "s", "node": "root", "ports": list(ports), **(station or {})}],
                "vehicles": [{"name": "car", "capacity_kwh": 60, "v2g": True, **(vehicle or {})}],
                "tariff": tariff or {},
            }
        )
        arrays = site_arrays(site)
        times = local_days(day, days, minutes * 60, "Europe/Amsterdam")
        steps = len(times)
        rng = np.random.default_rng(0)

        def column(values: Any, width: int) -> Any:
            values = np.asarray(values, np.float64)
            return np.broadcast_to(values[:, None] if values.ndim == 1 else values, (steps, width)).copy()

        return Scenario(
            site=site,
            arrays=arrays,
            times=times,
            market=np.broadcast_to(np.asarray(market, np.float64), steps).copy(),
            solar_kw=column(solar_kw, arrays.solar_count),
            base_kw=column(base_kw, 1),
            urgent_kwh=np.zeros((steps, 1)),
            regular_kwh=np.zeros((steps, 1)),
            carbon=np.zeros(steps),
            schedule=schedule_sessions(_sessions(visits, times), arrays, site.vehicles, times, rng),
            regime=regime,
        )

    return build

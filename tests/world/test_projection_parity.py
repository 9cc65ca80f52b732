"""The projection is what a slow reading of its rules gives, in both precisions, with its gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from wattswarm.world.project import project
from wattswarm.world.records import Exogenous, Requests, View, World

Floats = NDArray[Any]
PORTS, STORAGES, SOLARS, STATIONS = 4, 1, 2, 2
BATTERIES = PORTS + STORAGES
LEVELS = ((0, 2), (2, 3))
SEEDS = range(100)


class Case(NamedTuple):
    """One random step of a site with two boards below one connection."""

    world: World
    view: View
    requests: Requests


def random_case(seed: int, dtype: Any, *, least_laxity: bool = False, pauses: bool = False) -> Case:
    """Return a site and a step whose limits bind often, in every direction and in none."""
    rng = np.random.default_rng(seed)

    def cast(values: Any) -> Any:
        return jnp.asarray(np.asarray(values, np.float64), dtype)

    battery_rows = np.zeros((3, BATTERIES))
    battery_rows[0, :2], battery_rows[1, 2:], battery_rows[2] = 1.0, 1.0, 1.0
    solar_rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    load = rng.uniform(0.0, 5.0, STATIONS)
    tight = rng.choice([0.2, 1.0, 4.0])
    world = World(
        ports=PORTS,
        storages=STORAGES,
        solars=SOLARS,
        stations=STATIONS,
        curve_pieces=1,
        step_h=0.25,
        levels=LEVELS,
        least_laxity=least_laxity,
        pauses=pauses,
        defers=bool(rng.integers(2)),
        ages=False,
        spans=False,
        charge_efficiency=cast(np.full(BATTERIES, 0.95)),
        discharge_efficiency=cast(np.full(BATTERIES, 0.95)),
        minimum_kw=cast(np.r_[np.full(PORTS, 1.4 if pauses else 0.0), 0.0]),
        retention=cast(np.ones(BATTERIES)),
        initial_kwh=cast(np.zeros(BATTERIES)),
        initial_soc=cast(np.zeros(BATTERIES)),
        battery_rows=cast(battery_rows),
        solar_rows=cast(solar_rows),
        load_rows=cast(solar_rows),
        import_limit_kw=cast(np.r_[load, load.sum()] * 1.0 + 30 + tight * rng.uniform(0, 20, 3) - 25),
        export_limit_kw=cast(tight * rng.uniform(0.0, 20.0, 3)),
        demand_charge=cast(0.0),
        peak_valley_charge=cast(0.0),
        customer_price=cast(0.3),
        unmet_penalty=cast(1.0),
        v2g_reward=cast(np.zeros(BATTERIES)),
    )
    price = rng.uniform(-0.1, 0.3)
    charge = rng.uniform(0.0, 11.0, BATTERIES) * (rng.random(BATTERIES) > 0.2)
    exogenous = Exogenous(
        **{name: cast(0.0) for name in Exogenous._fields[:6]},
        solar_kw=cast(rng.uniform(0.0, 20.0, SOLARS) * rng.integers(2)),
        base_kw=cast(load),
        urgent_kwh=cast(np.zeros(STATIONS)),
        regular_kwh=cast(rng.uniform(0.0, 0.2, STATIONS)),
        queue=cast(np.zeros(STATIONS)),
        arriving=cast(np.zeros(BATTERIES)),
        steps_left=cast(np.r_[rng.integers(0, 9, PORTS), 0]),
        arrival_kwh=cast(np.zeros(BATTERIES)),
        target_kwh=cast(rng.uniform(10.0, 60.0, BATTERIES)),
        floor_kwh=cast(np.zeros(BATTERIES)),
        ceiling_kwh=cast(np.full(BATTERIES, 60.0)),
        capacity_kwh=cast(np.full(BATTERIES, 60.0)),
        charge_kw=cast(np.full(BATTERIES, 11.0)),
        discharge_kw=cast(np.full(BATTERIES, 11.0)),
        wear_price=cast(np.zeros(BATTERIES)),
        curve_kw=cast(np.full((1, BATTERIES), 1e6)),
        curve_slope=cast(np.zeros((1, BATTERIES))),
    )._replace(import_price=cast(price), feed_in_price=cast(price - 0.05))
    view = View(
        exogenous,
        energy_kwh=cast(rng.uniform(5.0, 50.0, BATTERIES)),
        charge_limit_kw=cast(charge),
        discharge_limit_kw=cast(rng.uniform(0.0, 11.0, BATTERIES)),
        must_kw=cast(charge * rng.choice([0.0, 0.4, 1.0], BATTERIES)),
        deferred_kwh=cast(np.zeros(STATIONS)),
        peak_kw=cast(0.0),
    )
    asked = rng.uniform(-15.0, 15.0, BATTERIES)
    asked[rng.random(BATTERIES) < 0.1] = np.nan
    solar = np.where(rng.random(SOLARS) < 0.5, np.inf, rng.uniform(-2.0, 25.0, SOLARS))
    return Case(world, view, Requests(cast(asked), cast(solar), cast(rng.uniform(0.0, 0.3, STATIONS))))


def reference(case: Case) -> dict[str, Floats]:
    """Project by loops over limits and batteries, straight from the rules."""
    world = jax.tree.map(lambda x: np.asarray(x, np.float64), case.world)
    view = jax.tree.map(lambda x: np.asarray(x, np.float64), case.view)
    asked, solar_asked, defer = (np.asarray(x, np.float64) for x in case.requests)
    x = view.exogenous
    served, deferred = np.zeros(STATIONS), np.zeros(STATIONS)
    if world.defers:
        deferred = np.minimum(defer, x.regular_kwh)
        served = x.urgent_kwh + x.regular_kwh + view.deferred_kwh - deferred
    load = x.base_kw + served / world.step_h
    asked = np.where(np.isnan(asked), 0.0, asked)
    charge = np.minimum(np.maximum(asked, 0.0), view.charge_limit_kw)
    discharge = np.minimum(np.maximum(-asked, 0.0), view.discharge_limit_kw)
    solar = _reference_solar(x, solar_asked, load.sum() + charge.sum() - discharge.sum())
    must = np.minimum(charge, view.must_kw)
    flexible = charge - must
    for low, high in world.levels:
        for part in ("must", "flexible"):
            current = must if part == "must" else flexible
            share = np.ones(BATTERIES)
            cut = current.copy()
            for limit in range(low, high):
                behind = world.battery_rows[limit] > 0
                room = world.import_limit_kw[limit] - world.load_rows[limit] @ load
                room += world.solar_rows[limit] @ solar + world.battery_rows[limit] @ discharge
                room -= world.battery_rows[limit] @ must if part == "flexible" else 0.0
                if world.least_laxity:
                    cut = np.where(
                        behind, np.minimum(cut, _by_laxity(world, view, current, room, limit)), cut
                    )
                elif current[behind].sum() > max(room, 0.0):
                    share[behind] = np.minimum(share[behind], max(room, 0.0) / current[behind].sum())
            cut = cut * share
            must, flexible = (cut, flexible) if part == "must" else (must, cut)
    charge = must + flexible
    if world.pauses:
        charge = np.where(charge < world.minimum_kw - 1e-9, 0.0, charge)
    for low, high in world.levels:
        room = world.export_limit_kw + world.load_rows @ load + world.battery_rows @ charge
        discharge = _in_proportion(
            world.battery_rows[low:high], discharge, (room - world.solar_rows @ solar)[low:high]
        )
        solar = _in_proportion(
            world.solar_rows[low:high], solar, (room - world.battery_rows @ discharge)[low:high]
        )
    share = 1.0
    net = world.battery_rows @ (charge - discharge) - world.solar_rows @ solar
    for limit in range(3):
        through_load = world.load_rows[limit] @ load
        slack = (
            world.import_limit_kw[limit] - through_load
            if net[limit] > 0
            else world.export_limit_kw[limit] + through_load
        )
        if abs(net[limit]) > max(slack, 0.0) * (1 + 1e-6) + 1e-6:
            share = min(share, max(slack, 0.0) / abs(net[limit]))
    if world.pauses and share < 1.0:
        share = 0.0
    return {
        "charge_kw": charge * share,
        "discharge_kw": discharge * share,
        "solar_kw": solar * share,
        "load_kw": load,
        "served_kwh": served,
        "deferred_kwh": deferred,
    }


def _reference_solar(x: Any, asked: Floats, net_load: float) -> Floats:
    total = x.solar_kw.sum()
    useful = total if x.feed_in_price >= 0 else min(max(net_load, 0.0), total)
    if x.import_price < 0 and x.feed_in_price <= 0:
        useful = 0.0
    automatic = x.solar_kw * (useful / total if total > 0 else 0.0)
    return np.where(np.isposinf(asked), automatic, np.clip(asked, 0.0, x.solar_kw))


def _in_proportion(rows: Floats, power: Floats, room: Floats) -> Floats:
    share = np.ones(len(power))
    for row, most in zip(rows, room, strict=True):
        total = row @ power
        if total > max(most, 0.0):
            share[row > 0] = np.minimum(share[row > 0], max(most, 0.0) / total)
    return power * share


def _by_laxity(world: Any, view: Any, charge: Floats, room: float, limit: int) -> Floats:
    x = view.exogenous
    needed = (x.target_kwh - view.energy_kwh) / (x.charge_kw * world.charge_efficiency * world.step_h)
    laxity = np.where(x.steps_left > 0, x.steps_left - needed, np.inf)
    given = np.zeros(BATTERIES)
    left = room
    for battery in np.argsort(laxity, kind="stable"):
        if world.battery_rows[limit, battery] > 0:
            given[battery] = min(charge[battery], max(left, 0.0))
            left -= charge[battery]
    return given


MODES = [{}, {"least_laxity": True}, {"pauses": True}]
LABELS = ["proportional", "least laxity", "pauses"]


@pytest.mark.parametrize("mode", MODES, ids=LABELS)
def test_the_projection_is_the_slow_reading_of_its_rules(mode: dict[str, bool]) -> None:
    with jax.enable_x64(True):
        compiled = jax.jit(project)
        for seed in SEEDS:
            case = random_case(seed, np.float64, **mode)
            dispatch = compiled(*case)
            for name, expected in reference(case).items():
                np.testing.assert_allclose(
                    getattr(dispatch, name), expected, atol=1e-9, err_msg=f"{name}, seed {seed}"
                )


def test_single_precision_projects_like_double_precision() -> None:
    compiled = jax.jit(project)
    for seed in SEEDS:
        case = random_case(seed, np.float32)
        dispatch = compiled(*case)
        for name, expected in reference(case).items():
            np.testing.assert_allclose(
                getattr(dispatch, name), expected, atol=2e-4, err_msg=f"{name}, seed {seed}"
            )


def test_random_cases_bind_limits_in_both_directions() -> None:
    cut_charge = cut_discharge = curtailed = untouched = 0
    for seed in SEEDS:
        case = random_case(seed, np.float32)
        dispatch = reference(case)
        asked = np.nan_to_num(np.asarray(case.requests.battery_kw))
        charge = np.minimum(np.maximum(asked, 0), case.view.charge_limit_kw).sum()
        discharge = np.minimum(np.maximum(-asked, 0), case.view.discharge_limit_kw).sum()
        cut_charge += dispatch["charge_kw"].sum() < charge - 1e-3
        cut_discharge += dispatch["discharge_kw"].sum() < discharge - 1e-3
        curtailed += dispatch["solar_kw"].sum() < np.asarray(case.view.exogenous.solar_kw).sum() - 1e-3
        untouched += (
            abs(dispatch["charge_kw"].sum() - charge) + abs(dispatch["discharge_kw"].sum() - discharge) < 1e-3
        )
    assert min(cut_charge, cut_discharge, curtailed, untouched) >= 10


def test_the_gradient_by_the_requests_is_that_of_finite_differences() -> None:
    with jax.enable_x64(True):

        def weighed(battery_kw: Any, case: Case) -> Any:
            dispatch = project(case.world, case.view, case.requests._replace(battery_kw=battery_kw))
            return dispatch.charge_kw @ jnp.arange(1.0, 6.0) - dispatch.discharge_kw @ jnp.arange(2.0, 7.0)

        gradient = jax.jit(jax.grad(weighed))
        value = jax.jit(weighed)
        for seed in range(20):
            case = random_case(seed, np.float64)
            # At exactly zero a request has two slopes.
            at = jnp.nan_to_num(case.requests.battery_kw, nan=3.0)
            exact = gradient(at, case)
            for battery in range(BATTERIES):
                nudge = jnp.zeros(BATTERIES).at[battery].set(1e-6)
                slope = (value(at + nudge, case) - value(at - nudge, case)) / 2e-6
                np.testing.assert_allclose(exact[battery], slope, atol=1e-5, err_msg=f"seed {seed}")

"""Any request becomes a dispatch that keeps every limit; what kept them already stays as it was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.world import Requests, Scenario, View, World, open_step, start
from wattswarm.world.project import project

SEEDS = st.integers(0, 10**6)
RULES = ["proportional", "least_laxity"]
EXTREME = (np.nan, np.inf, -np.inf, 1e30, -1e30, 0.0)
TOLERANCE = 2e-6
"""The projection's own: 1e-6 kW and 1e-6 of the limit."""

_project = eqx.filter_jit(project)


def wild(scenario: Scenario, seed: int, kind: str) -> Any:
    """Ask for random powers, with impossible numbers among them, or for the same extreme of all."""
    rng = np.random.default_rng(seed)
    shape = scenario.steps, scenario.arrays.port_count + scenario.arrays.storage_count
    if kind == "all charge":
        return np.full(shape, np.inf)
    if kind == "all discharge":
        return np.full(shape, -np.inf)
    return np.where(rng.random(shape) < 0.3, rng.choice(EXTREME, shape), rng.uniform(-60, 60, shape))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("minimum_kw", "dtype"), [(0.0, np.float64), (4.2, np.float64), (4.2, np.float32)])
def test_imports_and_exports_keep_every_limit_whatever_is_asked(
    random_day: Callable[..., Any], play: Callable[..., Any], rule: str, minimum_kw: float, dtype: Any
) -> None:
    @settings(max_examples=25)
    @given(SEEDS, st.sampled_from(["random", "all charge", "all discharge"]))
    def holds(seed: int, kind: str) -> None:
        scenario = random_day(seed, overload=rule, minimum_kw=minimum_kw)
        rng = np.random.default_rng(seed + 1)
        solar = rng.choice([*EXTREME, 5.0], (scenario.steps, 2))
        defer = rng.choice([*EXTREME, 0.5], (scenario.steps, 2))
        day = play(scenario, wild(scenario, seed, kind), solar_kw=solar, defer_kwh=defer, dtype=dtype)
        dispatch, arrays = day.flows.dispatch, scenario.arrays
        net = np.concatenate(
            [dispatch.charge_kw - dispatch.discharge_kw, -dispatch.solar_kw, dispatch.load_kw], axis=1
        )
        through = net.astype(np.float64) @ arrays.incidence.T
        slack = TOLERANCE * (1 + np.abs(through)) * (1 if dtype is np.float64 else 5)
        assert np.isfinite(through).all()
        assert (through <= arrays.import_limit_kw + slack).all()
        assert (-through <= arrays.export_limit_kw + slack).all()
        np.testing.assert_allclose(day.flows.limit_kw, through, atol=1e-4 if dtype is np.float32 else 1e-9)
        assert ((dispatch.charge_kw >= 0) & (dispatch.discharge_kw >= 0)).all()
        assert (dispatch.charge_kw * dispatch.discharge_kw == 0).all()
        charging = dispatch.charge_kw[dispatch.charge_kw[:, : arrays.port_count].nonzero()]
        assert (charging >= minimum_kw - 1e-5).all()
        assert (dispatch.solar_kw <= scenario.solar_kw + 1e-5).all()

    holds()


def test_random_days_press_on_limits_in_both_directions(
    random_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    bound = np.zeros((2, 10), int)
    for seed in range(20):
        scenario = random_day(seed)
        arrays = scenario.arrays
        for direction, asked in enumerate((np.inf, -np.inf)):
            limit_kw = play(scenario, asked).flows.limit_kw
            full = (arrays.import_limit_kw, arrays.export_limit_kw)[direction]
            bound[direction] += (np.abs(limit_kw * (1, -1)[direction] - full) < 1e-6).any(0)
    assert (bound[0] > 0).sum() >= 6
    assert (bound[1] > 0).sum() >= 6


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("minimum_kw", [0.0, 4.2])
def test_what_is_feasible_comes_back_unchanged(
    random_day: Callable[..., Any], play: Callable[..., Any], rule: str, minimum_kw: float
) -> None:
    @settings(max_examples=20)
    @given(SEEDS)
    def holds(seed: int) -> None:
        scenario = random_day(seed, overload=rule, minimum_kw=minimum_kw)
        first = play(scenario, wild(scenario, seed, "random")).flows.dispatch
        again = play(
            scenario,
            first.charge_kw - first.discharge_kw,
            solar_kw=first.solar_kw,
            defer_kwh=first.deferred_kwh,
        ).flows.dispatch
        for name in first._fields:
            np.testing.assert_allclose(getattr(again, name), getattr(first, name), atol=1e-6, err_msg=name)

    holds()


def crowd(plain_day: Callable[..., Any], seed: int, *, rule: str, import_kw: float = 1000.0) -> Scenario:
    """Six vehicles of all urgencies and a storage with sun behind one limit."""
    rng = np.random.default_rng(seed)
    visits = [
        (0.0, float(stay), float(kwh), float(soc), "s")
        for stay, kwh, soc in zip(
            rng.integers(1, 9, 6), rng.uniform(2, 80, 6), rng.uniform(0.1, 0.6, 6), strict=True
        )
    ]
    storage = {"capacity_kwh": 80, "power_kw": 20}
    scenario: Scenario = plain_day(
        ports=[{"count": 6, "power_kw": 11, "discharge_kw": 11}],
        visits=visits,
        station={"storage": storage, "solar": {"peak_kw": 30}},
        solar_kw=float(rng.uniform(0, 20)),
        base_kw=2.0,
        import_kw=import_kw,
        overload=rule,
    )
    return scenario


def first_step(scenario: Scenario) -> tuple[World, View]:
    """Return the world and what is seen in its first step."""
    world, timeline = scenario.world(), scenario.timeline()
    return world, open_step(world, timeline, start(world), timeline.rows[0])[1]


def asked(battery_kw: Any, solar_kw: float = 0.0) -> Requests:
    """Ask one station with one array."""
    return Requests(jnp.asarray(battery_kw, float), jnp.full(1, solar_kw), jnp.zeros(1))


@pytest.mark.parametrize("rule", RULES)
def test_a_larger_limit_never_delivers_less(plain_day: Callable[..., Any], rule: str) -> None:
    for seed in range(15):
        scenario = crowd(plain_day, seed, rule=rule)
        world, view = first_step(scenario)
        rng = np.random.default_rng(seed)
        request = asked(rng.uniform(0, 30, 7))
        limits = np.linspace(2, 90, 23)
        charge = np.array(
            [
                _project(
                    eqx.tree_at(lambda w: w.import_limit_kw, world, jnp.array([x])), view, request
                ).charge_kw
                for x in limits
            ]
        )
        assert (np.diff(charge, axis=0) >= -1e-9).all()
        assert charge[-1].sum() > charge[0].sum() + 10
        request = asked(-rng.uniform(0, 30, 7), np.inf)
        worlds = [eqx.tree_at(lambda w: w.export_limit_kw, world, jnp.array([x])) for x in limits]
        dispatched = [_project(each, view, request) for each in worlds]
        out = np.array([d.discharge_kw.sum() + d.solar_kw.sum() for d in dispatched])
        assert (np.diff(out) >= -1e-9).all()
        assert out[-1] > out[0] + 10


@pytest.mark.parametrize("rule", RULES)
def test_what_must_run_is_served_before_what_may_wait(plain_day: Callable[..., Any], rule: str) -> None:
    flexible_cut = 0
    for seed in range(40):
        room = float(np.random.default_rng(seed).uniform(3, 60))
        world, view = first_step(crowd(plain_day, seed, rule=rule, import_kw=room))
        charge = np.asarray(_project(world, view, asked(np.full(7, np.inf))).charge_kw)
        must, most = np.asarray(view.must_kw), np.asarray(view.charge_limit_kw)
        if must.sum() <= room - 2.0:
            assert (charge >= must - 1e-9).all()
            flexible_cut += int(charge.sum() < most.sum() - 1e-6)
        else:
            assert (charge <= must + 1e-9).all()
            assert charge.sum() == pytest.approx(room - 2.0)
    assert flexible_cut > 5


def test_an_overload_is_shared_in_proportion_by_default(plain_day: Callable[..., Any]) -> None:
    world, view = first_step(crowd(plain_day, 1, rule="proportional", import_kw=40.0))
    request = np.array([2.0, 4.0, 6.0, 8.0, 10.0, 11.0, 20.0])
    charge = np.asarray(_project(world, view, asked(request)).charge_kw)
    must = np.minimum(request, view.must_kw)
    share = (charge - must)[request > must + 1e-9] / (request - must)[request > must + 1e-9]
    assert charge.sum() == pytest.approx(38.0)
    np.testing.assert_allclose(share, share[0], rtol=1e-9)
    assert 0 < share[0] < 1


def test_least_laxity_serves_the_least_lax_first(plain_day: Callable[..., Any]) -> None:
    someone_waits = 0
    for seed in range(40):
        room = float(np.random.default_rng(seed).uniform(10, 60))
        world, view = first_step(crowd(plain_day, seed, rule="least_laxity", import_kw=room))
        charge = np.asarray(_project(world, view, asked(np.full(7, np.inf))).charge_kw)
        x = jax.tree.map(np.asarray, view.exogenous)
        must, most = np.asarray(view.must_kw), np.asarray(view.charge_limit_kw)
        hours_needed = (x.target_kwh - np.asarray(view.energy_kwh)) / (11.0 * 0.95)
        laxity = np.where(x.steps_left > 0, x.steps_left - hours_needed, np.inf)
        order = np.argsort(laxity, kind="stable")
        served = (charge > must + 1e-9)[order]
        full = (charge > most - 1e-9)[order]
        someone_waits += int(not full.all() and served.any())
        for rank in range(7):
            if served[rank]:
                assert full[:rank].all()
    assert someone_waits > 5


def test_exports_cut_discharging_before_they_curtail_the_sun(plain_day: Callable[..., Any]) -> None:
    scenario = plain_day(
        station={"storage": {"capacity_kwh": 100, "power_kw": 20}, "solar": {"peak_kw": 30}},
        solar_kw=12.0,
        export_kw=15.0,
    )
    world, view = first_step(scenario)
    dispatch = _project(world, view, asked([-20.0], np.inf))
    assert float(dispatch.solar_kw[0]) == pytest.approx(12.0)
    assert float(dispatch.discharge_kw[0]) == pytest.approx(3.0)


def test_ports_pause_rather_than_charge_below_their_minimum(plain_day: Callable[..., Any]) -> None:
    ports = [{"count": 3, "power_kw": 11, "minimum_kw": 4.2}]
    visits = [(0.0, 10.0, 30.0, 0.2, "s")] * 3
    for room, expected in ((12.0, 0.0), (12.7, 12.7), (40.0, 33.0)):
        world, view = first_step(plain_day(ports=ports, visits=visits, import_kw=room))
        request = Requests(jnp.full(3, jnp.inf), jnp.zeros(0), jnp.zeros(1))
        charge = _project(world, view, request).charge_kw
        assert float(charge.sum()) == pytest.approx(expected), room

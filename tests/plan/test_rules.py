"""Rules on the example sites: limits, targets, order and what each is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.control.catalogue import describe, rule, rule_names
from wattswarm.control.laxity import FOLLOWED_STEPS, latest_kwh, laxity_steps, must_kw
from wattswarm.control.policy import Policy
from wattswarm.control.runner import Run, simulate
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError
from wattswarm.plan.rules import FirstComeFirstServed, RoundRobin
from wattswarm.plan.rules.priority import in_order
from wattswarm.site import load_example
from wattswarm.world import Requests, Scenario, View, World, build_scenario, look, reveal, start, step
from wattswarm.world.scenario import exogenous_columns

RULES = tuple(rule(name) for name in rule_names())
TRADERS = (
    "storage-threshold",
    "paying-storage",
    "price-threshold-with-storage",
    "every-threshold",
    "vehicle-to-grid",
)


def runs_on(name: str, days: int, rules: tuple[Policy, ...] = RULES) -> dict[str, Run]:
    scenario = build_scenario(load_example(name), start=date(2024, 6, 3), days=days)
    return {run.policy: run for run in simulate(scenario, rules)}


@pytest.fixture(scope="module")
def hub() -> dict[str, Run]:
    return runs_on("hub", 2)


@pytest.fixture(scope="module")
def pool() -> dict[str, Run]:
    names = ("uncontrolled", "storage-threshold", "paying-storage", "demand-deferral")
    return runs_on("pool", 2, tuple(rule(name) for name in names))


@pytest.fixture(scope="module")
def garage() -> dict[str, Run]:
    names = ("uncontrolled", "earliest-deadline-first", "round-robin", "price-threshold")
    return runs_on("workplace", 1, tuple(rule(name) for name in names))


@pytest.fixture(params=["hub", "pool", "garage"])
def runs(request: pytest.FixtureRequest) -> dict[str, Run]:
    found: dict[str, Run] = request.getfixturevalue(request.param)
    return found


def hours(run: Run) -> float:
    return float(run.scenario.arrays.dt_h)


def port_kwh(run: Run) -> np.ndarray:
    ports = run.scenario.arrays.port_count
    net = run.flows.dispatch.charge_kw - run.flows.dispatch.discharge_kw
    return np.cumsum(net[:, :ports], axis=0) * hours(run)


def test_no_rule_exceeds_a_limit(runs: dict[str, Run]) -> None:
    for run in runs.values():
        arrays = run.scenario.arrays
        assert (run.flows.limit_kw <= arrays.import_limit_kw + 1e-6).all(), run.policy
        assert (run.flows.limit_kw >= -arrays.export_limit_kw - 1e-6).all(), run.policy


def test_every_battery_stays_in_its_window(runs: dict[str, Run]) -> None:
    for run in runs.values():
        columns = exogenous_columns(run.scenario)
        there = columns["capacity_kwh"] > 0
        energy = run.flows.energy_kwh
        assert (energy >= columns["floor_kwh"] - 1e-6)[there].all(), run.policy
        assert (energy <= columns["ceiling_kwh"] + 1e-6)[there].all(), run.policy


def test_every_rule_meets_the_targets_that_uncontrolled_charging_meets(runs: dict[str, Run]) -> None:
    assert runs["uncontrolled"].flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-9)
    for run in runs.values():
        assert run.flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6), run.policy


def test_rules_that_do_not_trade_draw_the_same_energy(hub: dict[str, Run]) -> None:
    usual = port_kwh(hub["uncontrolled"])[-1]
    assert usual.sum() > 100
    for name in set(hub) - {*TRADERS}:
        np.testing.assert_allclose(port_kwh(hub[name])[-1], usual, atol=1e-6, err_msg=name)


def test_every_rule_charges_between_as_late_as_possible_and_at_once(hub: dict[str, Run]) -> None:
    latest, at_once = port_kwh(hub["as-late-as-possible"]), port_kwh(hub["uncontrolled"])
    assert (at_once - latest).max() > 10
    for name in set(hub) - {"vehicle-to-grid", "every-threshold"}:
        assert (port_kwh(hub[name]) <= at_once + 1e-6).all(), name
        assert (port_kwh(hub[name]) >= latest - 1e-6).all(), name


def test_average_rate_has_a_lower_peak_than_charging_at_once(hub: dict[str, Run]) -> None:
    assert hub["average-rate"].flows.import_kw.max() < 0.8 * hub["uncontrolled"].flows.import_kw.max()


def test_waiting_for_a_low_price_pays(hub: dict[str, Run], garage: dict[str, Run]) -> None:
    assert hub["price-threshold"].profit > hub["uncontrolled"].profit + 1
    assert garage["price-threshold"].profit > garage["uncontrolled"].profit + 1


def test_waiting_for_the_sun_imports_less(hub: dict[str, Run]) -> None:
    imported = {name: run.flows.import_kw.sum() for name, run in hub.items()}
    assert imported["solar-surplus"] < imported["uncontrolled"]
    assert imported["solar-surplus"] < imported["as-late-as-possible"]


def test_storages_that_trade_earn_where_the_spread_is_wide(pool: dict[str, Run]) -> None:
    assert pool["storage-threshold"].profit > pool["uncontrolled"].profit + 10
    assert pool["paying-storage"].profit > pool["uncontrolled"].profit + 10


def test_paying_storage_rests_where_plain_trading_loses(hub: dict[str, Run]) -> None:
    assert hub["storage-threshold"].profit < hub["uncontrolled"].profit
    assert hub["paying-storage"].profit >= hub["uncontrolled"].profit - 1e-6


def test_deferring_demand_earns_and_loses_no_customer(pool: dict[str, Run]) -> None:
    usual, deferred = pool["uncontrolled"], pool["demand-deferral"]
    assert deferred.profit > usual.profit + 1
    served = deferred.flows.dispatch.served_kwh.sum() + deferred.flows.dispatch.deferred_kwh[-1].sum()
    assert served == pytest.approx(usual.flows.dispatch.served_kwh.sum())
    assert deferred.flows.dispatch.deferred_kwh.sum() > 100


def test_vehicles_give_back_at_a_price_peak_and_still_leave_full(hub: dict[str, Run]) -> None:
    scenario = hub["uncontrolled"].scenario
    hour = np.arange(scenario.steps) % 96 / 4
    market = np.where((hour >= 12) & (hour < 13), 2.0, np.where(hour < 8, 0.2, 0.1))
    runs = {run.policy: run for run in simulate(replace(scenario, market=market), RULES)}
    giving, taking = runs["vehicle-to-grid"], runs["price-threshold"]
    assert giving.flows.dispatch.discharge_kw.sum() > 5
    assert giving.profit > taking.profit + 1
    assert giving.flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6)


def test_rules_that_wait_foresee_that_all_will_want_the_same_connection() -> None:
    """Thirty vehicles need 540 kWh in 8 h of a connection that gives 600; each alone could wait for 5 h."""
    site = load_example("workplace")
    small = site.model_copy(update={"nodes": (site.nodes[0].model_copy(update={"import_limit_kw": 75.0}),)})
    morning = np.datetime64("2024-06-03T15:00:00", "s")
    sessions = Sessions(
        arrival=np.full(30, morning),
        departure=np.full(30, morning + np.timedelta64(8 * 3600, "s")),
        energy_kwh=np.full(30, 18.0),
        arrival_soc=np.full(30, 0.2),
        capacity_kwh=np.full(30, 60.0),
        station=np.full(30, "garage"),
        vehicle=np.full(30, "large battery car"),
        timezone="America/Los_Angeles",
    )
    scenario = build_scenario(small, start=date(2024, 6, 3), days=1, sessions=sessions)
    names = ("as-late-as-possible", "price-threshold", "solar-surplus", "average-rate")
    for run in simulate(scenario, [rule(name) for name in names]):
        assert run.flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6), run.policy
        assert run.flows.dispatch.charge_kw.sum() * hours(run) == pytest.approx(540.0, abs=1e-3)


def busy_moment(import_limit_kw: float) -> tuple[World, View]:
    """Return the garage at mid-morning behind a smaller transformer."""
    scenario = build_scenario(load_example("workplace"), start=date(2024, 6, 3), days=1)
    world, timeline = scenario.world(), scenario.timeline()
    at = int(exogenous_columns(scenario)["steps_left"].astype(bool).sum(axis=1).argmax())
    exogenous = timeline.at(jnp.asarray(at))
    state = start(world)._replace(energy_kwh=exogenous.arrival_kwh)
    world = eqx.tree_at(lambda w: w.import_limit_kw, world, jnp.asarray([import_limit_kw]))
    return world, look(world, reveal(world, state, exogenous), exogenous)


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("earliest-deadline-first", lambda _world, view: view.exogenous.steps_left),
        ("least-laxity-first", laxity_steps),
    ],
)
def test_scarce_power_goes_by_rank(name: str, rank: Callable[[World, View], np.ndarray]) -> None:
    world, view = busy_moment(60.0)
    policy = rule(name)
    _, asked = policy.act(world, policy.begin(world), view)
    assert_by_rank(world, view, asked, np.asarray(rank(world, view)))


@pytest.mark.parametrize("policy", [FirstComeFirstServed(), RoundRobin()])
def test_scarce_power_goes_to_who_has_waited_longest(policy: FirstComeFirstServed | RoundRobin) -> None:
    world, view = busy_moment(60.0)
    waited = jnp.asarray(np.random.default_rng(0).permutation(world.batteries), float)
    waited = jnp.where(view.exogenous.arriving > 0, 0.0, waited)
    _, asked = policy.act(world, waited, view)
    assert_by_rank(world, view, asked, -np.asarray(waited))


def assert_by_rank(world: World, view: View, asked: Requests, rank: np.ndarray) -> None:
    must = np.asarray(must_kw(world, view))
    power = np.asarray(asked.battery_kw) - must
    missing = (view.exogenous.target_kwh - view.energy_kwh) / (world.charge_efficiency * world.step_h)
    wanted = np.minimum(np.clip(missing, 0, None), view.charge_limit_kw) - must
    wanting = np.flatnonzero(wanted > 1e-6)
    assert len(wanting) > 12
    assert np.asarray(asked.battery_kw).sum() == pytest.approx(60.0)
    line = wanting[np.argsort(rank[wanting], kind="stable")]
    full = power[line] >= wanted[line] - 1e-9
    served = power[line] > 1e-9
    assert full.sum() >= 1
    assert (~full).sum() >= 1
    first_short = int(np.argmin(full))
    assert not served[first_short + 1 :].any()


def test_turns_go_round() -> None:
    world, view = busy_moment(60.0)
    policy = RoundRobin()
    memory = policy.begin(world)
    turns = np.zeros(world.batteries)
    wanting = np.asarray((view.exogenous.target_kwh > view.energy_kwh) & (view.charge_limit_kw > 0))
    for _ in range(60):
        memory, asked = policy.act(world, memory, view)
        turns += np.asarray(asked.battery_kw) > 0
    staying = wanting & (np.asarray(view.exogenous.arriving) == 0) & (np.asarray(must_kw(world, view)) == 0)
    assert turns[staying].min() >= 1
    assert turns[staying].max() - turns[staying].min() <= 2


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_filling_in_order_keeps_the_room_behind_every_limit(seed: int) -> None:
    world = HUB.world()
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(0, 20, world.batteries)
    rank = rng.integers(0, 4, world.batteries).astype(float)
    room = rng.uniform(-20, 150, len(world.import_limit_kw))
    power = np.asarray(in_order(world, jnp.asarray(wanted), jnp.asarray(rank), jnp.asarray(room)))
    assert (power >= 0).all()
    assert (power <= wanted + 1e-9).all()
    through = np.asarray(world.battery_rows) @ power
    assert (through <= np.maximum(room, 0) + 1e-9).all()


def test_from_the_latest_energy_the_target_is_just_reached() -> None:
    world, timeline, schedule = HUB.world(), HUB.timeline(), HUB.schedule
    for stay in range(len(schedule)):
        port, end = schedule.port[stay], schedule.end[stay]
        begin = max(int(schedule.begin[stay]), int(end) - FOLLOWED_STEPS)
        latest = float(latest_kwh(world, timeline.at(jnp.asarray(begin)))[port])
        if end - begin < 2 or latest <= schedule.floor_kwh[stay] + 1e-6:
            continue
        assert charged_fully(HUB, stay, latest, begin + 1) >= schedule.target_kwh[stay] - 1e-9
        assert charged_fully(HUB, stay, latest - 0.1, begin + 1) < schedule.target_kwh[stay] - 1e-9


def charged_fully(scenario: Scenario, stay: int, energy: float, begin: int) -> float:
    """Return the energy at departure of a vehicle that charges as fast as it can."""
    schedule, arrays = scenario.schedule, scenario.arrays
    gain = arrays.charge_efficiency[schedule.port[stay]] * arrays.dt_h
    for _ in range(begin, int(schedule.end[stay])):
        on_curve = (schedule.curve_kw[stay] + schedule.curve_slope[stay] * energy).min()
        energy += gain * max(min(schedule.charge_kw[stay], on_curve), 0.0)
    return energy


def test_a_rule_that_waits_before_a_taper_still_reaches_the_target() -> None:
    """The plain must-run power of the world reckons with full power to the end, which a taper denies."""
    site = load_example("workplace")
    slow = tuple(v.model_copy(update={"taper_from_soc": 0.5}) for v in site.vehicles)
    scenario = build_scenario(site.model_copy(update={"vehicles": slow}), start=date(2024, 6, 3), days=1)
    world, timeline = scenario.world(), scenario.timeline()
    policy = rule("as-late-as-possible")
    run_step = eqx.filter_jit(lambda state, row: guarded_step(world, policy, state, timeline.unpack(row)))
    state, missing = start(world), 0.0
    for row in timeline.rows:
        state, short = run_step(state, row)
        missing += float(short)
    assert missing == pytest.approx(0.0, abs=1e-6)


def guarded_step(
    world: World, policy: Policy, state: object, exogenous: object
) -> tuple[object, jnp.ndarray]:
    state = reveal(world, state, exogenous)
    view = look(world, state, exogenous)
    _, asked = policy.act(world, None, view)
    state, flows = step(world, state, view, asked)
    return state, flows.shortfall_kwh.sum()


def test_every_rule_is_known_by_its_own_name() -> None:
    assert [policy.name for policy in RULES] == list(rule_names())
    assert all(describe(name).endswith(".") and len(describe(name)) > 20 for name in rule_names())


def test_an_unknown_rule_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(InputError, match="earliest-deadline-first"):
        rule("earliest")


HUB = build_scenario(load_example("hub"), start=date(2024, 6, 3), days=1)

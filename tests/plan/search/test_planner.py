"""Decoded candidates are feasible whatever they hold; searched plans earn what the search was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.control.contract import Policy
from wattswarm.control.guard import Guarded
from wattswarm.control.runner import Run, simulate
from wattswarm.plan.rules import LeastLaxityFirst, Uncontrolled
from wattswarm.plan.scheduled import Scheduled
from wattswarm.plan.search import Plan, plan_by_search
from wattswarm.plan.search.decoder import Slots, decode, encode, slots_of
from wattswarm.plan.search.planner import carry_out
from wattswarm.search import Budget, Chance, Genetic, Pelican, Search, Swarm
from wattswarm.site import load_example
from wattswarm.site.schema import Site
from wattswarm.world import Scenario, build_scenario, start

BUDGET = Budget(population=20, rounds=40)


def tight_hub() -> Site:
    """The hub behind a grid connection that binds."""
    site = load_example("hub")
    root = site.nodes[0].model_copy(update={"import_limit_kw": 60.0})
    return site.model_copy(update={"nodes": (root, *site.nodes[1:])})


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build_scenario(load_example("hub"), start=date(2024, 6, 3), days=1)


@pytest.fixture(scope="module")
def plans(scenario: Scenario) -> dict[str, Plan]:
    searches: list[Search] = [Genetic(), Swarm(), Pelican()]
    found = {s.name: plan_by_search(scenario, s, np.random.default_rng(0), BUDGET) for s in searches}
    believed = replace(scenario, market=scenario.market[::-1].copy(), solar_kw=scenario.solar_kw * 0.5)
    return {**found, "misled": plan_by_search(believed, Genetic(), np.random.default_rng(0), BUDGET)}


@pytest.fixture(scope="module")
def runs(scenario: Scenario, plans: dict[str, Plan]) -> dict[str, Run]:
    """Every policy of these tests in one program."""
    empty = jnp.full((scenario.steps, 17), -100.0)
    emptying = Scheduled(empty, jnp.full((96, 2), jnp.inf), jnp.zeros((96, 2)), name="emptying")
    policies: dict[str, Policy] = {
        **{name: plan.policy for name, plan in plans.items()},
        "least-laxity-first": LeastLaxityFirst(),
        "uncontrolled": Uncontrolled(),
        "guarded": Guarded(Uncontrolled(), name="guarded"),
        "emptying": emptying,
        "mended": Guarded(emptying, name="mended"),
    }
    return dict(zip(policies, simulate(scenario, list(policies.values())), strict=True))


@pytest.fixture(scope="module")
def tight() -> tuple[Scenario, Slots]:
    scenario = build_scenario(tight_hub(), start=date(2024, 6, 3), days=1)
    return scenario, whole_day(scenario, padding=7)


def whole_day(scenario: Scenario, padding: int = 0) -> Slots:
    slots, stays = len(scenario.stays.each_step()[0]) + padding, len(scenario.stays) + 1 + padding
    return slots_of(scenario, scenario.world(), 0, 96, np.zeros(17), slots, stays)


_decode = eqx.filter_jit(decode)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), sharpness=st.sampled_from([1, 20]))
def test_every_candidate_decodes_to_a_feasible_schedule(
    tight: tuple[Scenario, Slots], seed: int, sharpness: int
) -> None:
    scenario, slots = tight
    rng = np.random.default_rng(seed)
    candidate = np.clip(0.5 + sharpness * (rng.random(slots.dimension) - 0.5), 0, 1)
    table = np.asarray(_decode(slots, jnp.asarray(candidate), 16))
    stays, arrays = scenario.stays, scenario.arrays
    charge = np.maximum(table, 0)
    assert (charge.sum(axis=1) <= np.asarray(slots.room_kw) + 1e-6).all()
    assert (table <= arrays.charge_kw + 1e-9).all()
    assert (table >= -arrays.discharge_kw - 1e-9).all()
    occupied = np.zeros((96, 16), bool)
    for stay in range(len(stays)):
        rows, port = slice(stays.begin[stay], stays.end[stay]), stays.port[stay]
        occupied[rows, port] = True
        power = table[rows, port]
        assert (power <= stays.charge_kw[stay] + 1e-9).all()
        assert (power >= -stays.discharge_kw[stay] - 1e-9).all()
        eta, back = arrays.charge_efficiency[port], arrays.discharge_efficiency[port]
        gained = (np.maximum(power, 0) * eta - np.maximum(-power, 0) / back).sum() * arrays.dt_h
        assert gained <= stays.target_kwh[stay] - stays.arrival_kwh[stay] + 1e-6
    assert (table[:, :16][~occupied] == 0).all()


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_need_is_filled_where_the_connection_is_wide(scenario: Scenario, seed: int) -> None:
    stays, arrays = scenario.stays, scenario.arrays
    slots = whole_day(scenario)
    slots = eqx.tree_at(lambda s: s.room_kw, slots, jnp.full(96, 1e4))
    candidate = np.random.default_rng(seed).random(slots.dimension)
    table = np.asarray(_decode(slots, jnp.asarray(candidate), 16))
    for stay in range(len(stays)):
        rows, port = slice(stays.begin[stay], stays.end[stay]), stays.port[stay]
        eta, back = arrays.charge_efficiency[port], arrays.discharge_efficiency[port]
        power = table[rows, port]
        gained = (np.maximum(power, 0) * eta - np.maximum(-power, 0) / back).sum() * arrays.dt_h
        need = stays.target_kwh[stay] - stays.arrival_kwh[stay]
        reach = stays.charge_kw[stay] * len(power) * eta * arrays.dt_h
        assert gained == pytest.approx(min(need, reach), abs=1e-6)


def test_steps_of_higher_priority_are_filled_first(tight: tuple[Scenario, Slots]) -> None:
    scenario, slots = tight
    stay = int(np.argmax(scenario.stays.end - scenario.stays.begin))
    mine = np.flatnonzero((np.asarray(slots.stay) == stay) & (np.asarray(slots.charge_kw) > 0))
    late_first = np.full(slots.dimension, 0.25)
    late_first[mine] = 0.3 + 0.6 * np.arange(len(mine)) / len(mine)
    early_first = late_first.copy()
    early_first[mine] = late_first[mine][::-1]
    port = scenario.stays.port[stay]
    rows = slice(scenario.stays.begin[stay], scenario.stays.end[stay])
    late = np.asarray(_decode(slots, jnp.asarray(late_first), 16))[rows, port]
    early = np.asarray(_decode(slots, jnp.asarray(early_first), 16))[rows, port]
    centre = np.arange(len(late))
    assert (late * centre).sum() / late.sum() > (early * centre).sum() / early.sum() + 1


def test_an_encoded_schedule_decodes_to_itself(scenario: Scenario, runs: dict[str, Run]) -> None:
    dispatch = runs["least-laxity-first"].flows.dispatch
    power = dispatch.charge_kw - dispatch.discharge_kw
    slots = whole_day(scenario)
    table = np.asarray(_decode(slots, jnp.asarray(encode(slots, power, 16)), 16))
    assert np.abs(table - power).sum() < 0.1 * power.sum()
    np.testing.assert_allclose(table.sum(axis=0), power.sum(axis=0), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["genetic", "swarm", "pelican"])
def test_a_searched_plan_earns_what_the_search_promised(
    plans: dict[str, Plan], runs: dict[str, Run], name: str
) -> None:
    planned, usual = runs[name], runs["least-laxity-first"]
    assert planned.profit == pytest.approx(-plans[name].results[0].value, abs=1e-3)
    assert planned.profit >= usual.profit - 1e-3
    assert planned.flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6)


def test_a_population_bred_from_a_rule_improves_on_the_rule_and_on_chance(
    scenario: Scenario, plans: dict[str, Plan]
) -> None:
    bred = plans["genetic"].results[0]
    drawn = plan_by_search(scenario, Chance(), np.random.default_rng(0), BUDGET).results[0]
    assert bred.value < bred.history[0] - 0.3
    assert bred.value < drawn.value - 0.3


def test_a_plan_repeats_itself_for_a_seed(scenario: Scenario, plans: dict[str, Plan]) -> None:
    again, other = (plan_by_search(scenario, Genetic(), np.random.default_rng(s), BUDGET) for s in (0, 1))
    first, second, third = (plan.policy.inner.battery_kw for plan in (plans["genetic"], again, other))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, third)


def test_days_are_planned_one_after_the_other() -> None:
    scenario = build_scenario(load_example("hub"), start=date(2024, 6, 3), days=2)
    plan = plan_by_search(scenario, Genetic(), np.random.default_rng(0), Budget(8, 3))
    world, timeline = scenario.world(np.float32), scenario.timeline(np.float32)
    table = plan.policy.inner.battery_kw
    _, profit, _ = carry_out(world, timeline, start(world), plan.policy)
    assert len(plan.results) == 2
    assert table.shape == (192, 17)
    assert float(profit) == pytest.approx(-sum(result.value for result in plan.results), abs=1e-2)


def test_a_plan_on_a_wrong_forecast_still_reaches_every_target(
    scenario: Scenario, runs: dict[str, Run]
) -> None:
    flows = runs["misled"].flows
    assert flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6)
    assert (flows.limit_kw <= scenario.arrays.import_limit_kw + 1e-6).all()
    assert runs["misled"].profit < runs["genetic"].profit


def test_the_guard_mends_a_policy_that_empties_vehicles(runs: dict[str, Run]) -> None:
    assert runs["emptying"].flows.shortfall_kwh.sum() > 10
    assert runs["mended"].flows.shortfall_kwh.sum() == pytest.approx(0.0, abs=1e-6)


def test_the_guard_leaves_a_policy_alone_that_meets_every_target(runs: dict[str, Run]) -> None:
    usual, guarded = runs["uncontrolled"].flows.dispatch, runs["guarded"].flows.dispatch
    np.testing.assert_allclose(guarded.charge_kw, usual.charge_kw, atol=1e-9)

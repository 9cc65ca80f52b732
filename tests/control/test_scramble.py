"""No policy holds the future: whatever is put in its place, all that was asked for before stays the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from wattswarm.control.catalogue import _POLICIES, policy as make_policy, policy_names
from wattswarm.control.contract import Policy
from wattswarm.control.runner import simulate
from wattswarm.learn import TrainedPolicy, learner
from wattswarm.learn.problem import TaskProblem
from wattswarm.outlook import (
    HOURLY_H,
    Forecasted,
    Perfect,
    WithArrivals,
    beliefs_of,
    believing,
    hinted_timeline,
)
from wattswarm.plan import HoursAhead, ModelPredictive, Priced, RollingGame
from wattswarm.plan.rules import ForecastThreshold
from wattswarm.site import Site
from wattswarm.tasks import make_task, pool_scenario, scales, scenario_for_task, with_scales
from wattswarm.world import Scenario, build_scenario, open_step, start, step

KINDS = {name: _POLICIES[name].kind for name in policy_names()}
HONEST = [name for name, kind in KINDS.items() if kind != "search" and name != "mpc-perfect"]
MPC = [name for name in HONEST if KINDS[name] == "mpc"]
MORE: dict[str, Callable[[], Policy]] = {
    "forecast-threshold": ForecastThreshold,
    "hours-ahead": lambda: HoursAhead(jnp.asarray(0.1)),
}
PLANNERS: dict[str, Callable[[], Policy]] = {
    "arrivals": lambda: ModelPredictive(WithArrivals(Forecasted())),
    "price": lambda: Priced(WithArrivals(Forecasted())),
    "game": lambda: RollingGame(WithArrivals(Forecasted()), 0.5),
}
MOMENTS = (8, 17)
"""Before and after the prices of the coming day are published."""
STEPS = MOMENTS[-1] + 1


def hub() -> Scenario:
    """Return two days of ports, storage, sun, load and demand, with forecasts and someone expected."""
    site = Site.model_validate(
        {
            "name": "hub",
            "step_minutes": 60,
            "location": {"latitude": 52.0, "longitude": 5.0, "timezone": "Europe/Amsterdam"},
            "nodes": [{"name": "root", "import_limit_kw": 300, "export_limit_kw": 300}],
            "stations": [
                {
                    "name": "yard",
                    "node": "root",
                    "ports": [{"count": 4, "power_kw": 11, "discharge_kw": 11}],
                    "storage": {"capacity_kwh": 60, "power_kw": 20},
                    "solar": {"peak_kw": 30},
                    "base_load": {"mean_kw": 6},
                    "demand": {"mean_kw": 8},
                }
            ],
            "vehicles": [{"name": "car", "capacity_kwh": 60, "v2g": True}],
            "tariff": {"peak_valley_charge_per_kw": 0.3, "billing_period": "day"},
        }
    )
    days = build_scenario(site, start=date(2024, 6, 3), days=2, seed=5)
    rng, lead = np.random.default_rng(1), (days.steps, 24)
    return believing(
        days,
        ahead_h=HOURLY_H,
        ahead_fill="forecast",
        expects_load=True,
        prices=rng.uniform(0.0, 0.2, lead),
        load=rng.uniform(2.0, 9.0, (*lead, 1)),
        arrivals=replace(days.stays, end=np.minimum(days.stays.end + 1, days.steps)),
    )


def permuted(rng: np.random.Generator, values: NDArray[Any]) -> NDArray[Any]:
    """Return what lies ahead in another order, and a little more of it."""
    return rng.permutation(values) * 1.01


def unknown(_rng: np.random.Generator, values: NDArray[Any]) -> NDArray[Any]:
    """Return NaN for everything that lies ahead."""
    return np.full_like(values, np.nan)


def scrambled(scenario: Scenario, at: int, how: Callable[..., NDArray[Any]]) -> Scenario:
    """Return the scenario with everything replaced that is not known at a step."""
    rng = np.random.default_rng(at)

    def after(values: NDArray[Any], first: int) -> NDArray[Any]:
        return np.concatenate([values[:first], how(rng, values[first:])])

    schedule, stays = scenario.schedule, scenario.stays
    come = int(np.searchsorted(stays.begin, at, side="right"))
    numbers = {
        each.name: after(getattr(stays, each.name), come)
        for each in fields(stays)
        if np.issubdtype(getattr(stays, each.name).dtype, np.floating)
    }
    port = np.concatenate([stays.port[:come], rng.permutation(stays.port[come:])])
    other_stays = replace(stays, port=port, **numbers)
    ahead = ("solar_kw", "base_kw", "urgent_kwh", "regular_kwh", "carbon")
    other = replace(
        scenario,
        market=after(scenario.market, int(scenario.known_until[at])),
        schedule=replace(schedule, stays=other_stays, queue=after(schedule.queue, at + 1)),
        **{name: after(getattr(scenario, name), at + 1) for name in ahead},
    )
    told = {name: getattr(beliefs_of(scenario), name) for name in ("prices", "load")}
    return believing(
        other, **{name: after(values, at + 1) for name, values in told.items() if values is not None}
    )


@eqx.filter_jit
def asked(world: Any, timeline: Any, policies: Sequence[Policy]) -> Any:
    """Return what compiled policies ask for in the first steps, leading axis [step]."""

    def advance(carry: Any, row: Any) -> Any:
        states, memories = carry
        states, views = jax.vmap(lambda state: open_step(world, timeline, state, row))(states)
        answers = [
            policy.act(world, memory, jax.tree.map(lambda values, at=at: values[at], views))
            for at, (policy, memory) in enumerate(zip(policies, memories, strict=True))
        ]
        told = [request for _, request in answers]
        requests = jax.tree.map(lambda *each: jnp.stack(each), *told)
        states = jax.vmap(lambda state, view, request: step(world, state, view, request)[0])(
            states, views, requests
        )
        return (states, [memory for memory, _ in answers]), told

    states = jax.tree.map(
        lambda values: jnp.broadcast_to(values, (len(policies), *values.shape)), start(world)
    )
    memories = [policy.begin(world) for policy in policies]
    return jax.lax.scan(advance, (states, memories), timeline.rows[:STEPS])[1]


class Asked(Exception):
    """Everything that was to be asked for has been."""


class Recorder:
    """A planner whose requests are kept up to a step.

    Args:
        planner: who asks.
        last: step after which the run is broken off.
    """

    compiled = False

    def __init__(self, planner: Policy, last: int) -> None:
        self.name, self.planner, self.last = planner.name, planner, last
        self.requests: list[Any] = []

    def begin(self, world: Any) -> Any:
        return self.planner.begin(world)

    def act(self, world: Any, memory: Any, view: Any) -> Any:
        if len(self.requests) > self.last:
            raise Asked
        memory, request = self.planner.act(world, memory, view)
        self.requests.append(jax.tree.map(np.asarray, request))
        return memory, request


def planned(scenario: Scenario, planner: Policy, last: int) -> Any:
    """Return what a planner asks for up to a step when it is run on a scenario."""
    recorder = Recorder(planner, last)
    with pytest.raises(Asked):
        simulate(scenario, [recorder])
    return jax.tree.map(lambda *each: np.stack(each), *recorder.requests)


def same(before: Any, after: Any, at: int) -> bool:
    """Return whether requests agree bit for bit up to a step."""
    pairs = zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True)
    return all(np.asarray(b)[: at + 1].tobytes() == np.asarray(a)[: at + 1].tobytes() for b, a in pairs)


WAYS = [(at, how) for at in MOMENTS for how in (permuted, unknown)]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return hub()


@pytest.fixture(scope="module")
def of_rules(scenario: Scenario) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    """What every compiled policy asks for as it is and once what lies ahead is scrambled."""

    def of(each: Scenario) -> dict[str, Any]:
        rules = [make_policy(name, each) for name in HONEST if name not in MPC]
        names = [*(name for name in HONEST if name not in MPC), *MORE]
        told = asked(each.world(), hinted_timeline(each), (*rules, *(make() for make in MORE.values())))
        return dict(zip(names, told, strict=True))

    before = of(scenario)
    return [(at, before, of(scrambled(scenario, at, how))) for at, how in WAYS]


@pytest.mark.parametrize("name", [name for name in (*HONEST, *MORE) if name not in MPC])
def test_no_compiled_policy_reads_what_lies_ahead(
    name: str, of_rules: list[tuple[int, dict[str, Any], dict[str, Any]]]
) -> None:
    for at, before, after in of_rules:
        assert same(before[name], after[name], at), f"step {at}"


@pytest.mark.parametrize("name", [*MPC, *PLANNERS])
def test_no_planner_reads_what_lies_ahead(name: str, scenario: Scenario) -> None:
    def of(each: Scenario, last: int) -> Any:
        planner = PLANNERS[name]() if name in PLANNERS else make_policy(name, each)
        return planned(each, planner, last)

    before = of(scenario, MOMENTS[-1])
    for at, how in WAYS:
        assert same(before, of(scrambled(scenario, at, how), at), at), f"{how.__name__} after step {at}"


def test_a_planner_that_holds_the_truth_is_found_out(scenario: Scenario) -> None:
    at = MOMENTS[0]
    before, after = (
        planned(each, ModelPredictive(Perfect(each)), at)
        for each in (scenario, scrambled(scenario, at, permuted))
    )
    assert not same(before, after, at)


def test_no_trained_policy_reads_what_lies_ahead() -> None:
    day = scenario_for_task("pool", pool_scenario(start=date(2024, 3, 4), days=1, seed=4))
    problem = TaskProblem(make_task("pool", [day]), (3, 2))
    small = learner("iql", hidden=8)
    state = small.init(jax.random.key(0), problem.layout)

    def of(each: Scenario) -> Any:
        task = with_scales(make_task("pool", [each]), scales(problem.task))
        policy = TrainedPolicy(TaskProblem(task, (3, 2)), small, state, "iql")
        return asked(each.world(), hinted_timeline(each), (policy,))

    before = of(day)
    for at, how in WAYS:
        assert same(before, of(scrambled(day, at, how)), at), f"{how.__name__} after step {at}"

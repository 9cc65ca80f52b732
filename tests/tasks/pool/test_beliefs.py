"""The pool by beliefs: a plan on what is published where beliefs are 0, wrong beliefs cost."""

from __future__ import annotations

from datetime import date

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import simulate
from wattswarm.plan.bound import perfect_foresight
from wattswarm.plan.hours_ahead import HoursAhead
from wattswarm.tasks.pool.beliefs import BELIEFS, BeliefPool, belief_pool
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.pool.task import sound_pool
from wattswarm.tasks.registry import make_task, scenario_for_task
from wattswarm.world import Requests, Scenario, View, World


class Believing(eqx.Module):
    """Always believes the same."""

    task: BeliefPool
    belief: jax.Array
    name: str = eqx.field(default="beliefs", static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, _world: World) -> tuple[()]:
        return ()

    def act(self, _world: World, memory: tuple[()], view: View) -> tuple[tuple[()], Requests]:
        return memory, self.task.requests(view, self.belief.astype(view.energy_kwh.dtype))


@pytest.fixture(scope="module")
def day() -> Scenario:
    """Two days of a pool of three, the second published at the first's noon."""
    return scenario_for_task("pool-beliefs", pool_scenario(start=date(2024, 3, 4), days=2, seed=4))


@pytest.fixture(scope="module")
def task(day: Scenario) -> BeliefPool:
    """The task of these days."""
    return belief_pool(sound_pool([day]))


def test_beliefs_of_nothing_plan_well_and_wrong_ones_cost(task: BeliefPool, day: Scenario) -> None:
    none = jnp.zeros((1, len(BELIEFS)))
    falling = none.at[0, :24].set(-1.0)
    plan = HoursAhead(task.setting.scales.price)
    idle, planned, fooled, known = simulate(
        day, [rule("uncontrolled"), Believing(task, none), Believing(task, falling), plan], dtype=np.float32
    )
    assert planned.profit == pytest.approx(known.profit, rel=1e-5)
    bound = perfect_foresight(day).profit
    share = (planned.profit - idle.profit) / (bound - idle.profit)
    assert 0.8 < share <= 1.0 + 1e-6
    assert fooled.profit < planned.profit


def test_the_coordinator_sees_means_of_what_stations_see_and_what_all_see(
    task: BeliefPool, day: Scenario
) -> None:
    stations = make_task("pool", [day])
    state, _ = task.begin(jnp.asarray(0), jax.random.key(0))
    mean = stations.observe(state.view).mean(axis=0)
    assert task.observe(state.view)[0] == pytest.approx(np.asarray(mean), rel=1e-6)
    assert task.observe(state.view).shape == (1, sum(s.kind == "observation" for s in task.spaces))


def test_profit_has_a_bounded_gradient_in_beliefs(task: BeliefPool) -> None:
    @jax.jit
    @jax.grad
    def gradient(belief: jax.Array) -> jax.Array:
        state, _ = task.begin(jnp.asarray(0), jax.random.key(0))

        def advance(state: object, _: None) -> tuple[object, jax.Array]:
            state, timestep = task.step(state, belief)  # type: ignore[arg-type]  # a scan's carry
            return state, timestep.flows.money.net

        return jax.lax.scan(advance, state, length=12)[1].sum() / task.setting.scales.price

    slope = gradient(jnp.zeros((1, len(BELIEFS))))
    assert jnp.isfinite(slope).all()
    assert 0 < float(jnp.abs(slope).max()) < 1e5

"""The pool with advice: doing as advised is the plan itself, and costs no more than it."""

from __future__ import annotations

from datetime import date

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from wattswarm.plan.hours_ahead import best_now, usual
from wattswarm.tasks.advised_task import AdvisedPool
from wattswarm.tasks.pool import pool_scenario
from wattswarm.tasks.registry import make_task, seen_by


@pytest.fixture(scope="module")
def task() -> AdvisedPool:
    """Two days of a pool of three stations."""
    made = make_task(
        "pool-advised", [seen_by("pool-advised", pool_scenario(start=date(2024, 3, 4), days=2, seed=4))]
    )
    assert isinstance(made, AdvisedPool)
    return made


def test_who_does_as_advised_asks_for_what_the_plan_does(task: AdvisedPool) -> None:
    names = [space.name for space in task.spaces if space.kind == "observation"]
    at = [names.index("advised storage"), names.index("advised service")]
    world, scale = task.setting.world, task.setting.scales.price

    @eqx.filter_jit
    def play(state: object) -> tuple[jax.Array, jax.Array]:
        def advance(state: object, _: None) -> tuple[object, tuple[jax.Array, jax.Array]]:
            view = state.view  # type: ignore[attr-defined]  # a scan's carry
            advice = task.observe(view)[:, jnp.asarray(at)]
            asked, plan = task.requests(view, advice), best_now(world, view, usual(view, scale), scale)
            gaps = jnp.abs(asked.battery_kw - plan.battery_kw), jnp.abs(asked.defer_kwh - plan.defer_kwh)
            state, _ = task.step(state, advice)  # type: ignore[arg-type]  # a scan's carry
            return state, (gaps[0].max(), gaps[1].max())

        return jax.lax.scan(advance, state, length=47)[1]  # type: ignore[no-any-return]  # jax's own type

    state, _ = task.begin(jnp.asarray(0), jax.random.key(0))
    power, waits = play(state)
    assert float(power.max()) < 1e-2
    assert float(waits.max()) < 1e-2


def test_what_is_seen_has_the_shape_that_is_told(task: AdvisedPool) -> None:
    state, _ = task.begin(jnp.asarray(0), jax.random.key(0))
    features = sum(space.kind == "observation" for space in task.spaces)
    assert task.observe(state.view).shape == (3, features)

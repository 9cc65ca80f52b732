"""The pool with advice: doing as advised is the plan itself, and costs no more than it."""

from __future__ import annotations

from datetime import date

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from wattswarm.plan.hours_ahead import best_now, usual
from wattswarm.tasks.pool.advised import AdvisedPool
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.registry import make_task, scenario_for_task
from wattswarm.tasks.shaping import PlannedPotential, shaped
from wattswarm.tasks.task import EnvState
from wattswarm.world import View, open_step, start


@pytest.fixture(scope="module")
def task() -> AdvisedPool:
    """Two days of a pool of three stations."""
    made = make_task(
        "pool-advised",
        [scenario_for_task("pool-advised", pool_scenario(start=date(2024, 3, 4), days=2, seed=4))],
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


def test_following_the_plan_is_paid_more_than_resting(task: AdvisedPool) -> None:
    paid = shaped(task, planned=True)
    names = [space.name for space in task.spaces if space.kind == "observation"]
    at = jnp.asarray([names.index("advised storage"), names.index("advised service")])

    @eqx.filter_jit
    def play(follows: jax.Array) -> jax.Array:
        def advance(state: EnvState, _: None) -> tuple[EnvState, jax.Array]:
            advice = task.observe(state.view)[:, at]
            state, timestep = paid.step(state, jnp.where(follows, advice, jnp.asarray([0.0, 1.0])))
            return state, timestep.reward[0]

        state, _ = paid.begin(jnp.asarray(0), jax.random.key(0))
        return jax.lax.scan(advance, state, length=23)[1].mean()

    assert float(play(jnp.asarray(False))) < float(play(jnp.asarray(True)))


def test_what_a_plan_learns_moves_the_pay_of_what_was_charged_alone(task: AdvisedPool) -> None:
    potential = shaped(task, planned=True).potential
    assert isinstance(potential, PlannedPotential)
    place = task.setting

    def view(step: int, energy_kwh: jax.Array) -> View:
        standing = start(place.world)._replace(energy_kwh=energy_kwh)
        return open_step(place.world, place.episodes, standing, place.episodes.rows[0, step])[1]

    half = start(place.world).energy_kwh
    gain = jax.jit(lambda before, after: potential.gain(place, before, after))
    known = [float(gain(view(5, half), view(after, half))) for after in (6, 12, 20)]
    assert known == pytest.approx([known[0]] * 3, rel=1e-5)
    charged = [float(gain(view(5, half), view(after, half + 20.0))) for after in (6, 12, 20)]
    assert min(charged) > known[0], "energy is worth something"
    assert max(charged) - min(charged) > 1e-3, "by the plan of the later hour"

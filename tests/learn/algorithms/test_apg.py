"""The gradient through the world is the true one, following it earns more, and nothing infeasible is done."""

from __future__ import annotations

from datetime import date
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from wattswarm.learn.algorithms.gradient.apg import AnalyticGradient, GradientState
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.training.collect import evaluate, rollout, start_rollout
from wattswarm.learn.training.round import train_step
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.tasks import pool_scenario
from wattswarm.tasks.pool.task import sound_pool

LANES = 4
_start_rollout, _rollout = eqx.filter_jit(start_rollout), eqx.filter_jit(rollout)


@pytest.fixture(scope="module")
def exact_pool() -> TaskProblem:
    """Two stations for a day, in double precision."""
    day = pool_scenario(
        start=date(2024, 3, 4), days=1, seed=1, capacity_kwh=100.0, solar_kw=(60.0, 0.0), ahead_h=HOURLY_H
    )
    return TaskProblem(sound_pool([day], dtype=np.float64), (3, 2))


def _learner(**changes: Any) -> AnalyticGradient:
    usual = {"updates": 40, "environments": LANES, "sequence": 24, "hidden": 8}
    return AnalyticGradient(**{**usual, **changes})


def _double(tree: Any) -> Any:
    return jax.tree.map(lambda x: x.astype(jnp.float64) if x.dtype == jnp.float32 else x, tree)


def test_the_gradient_is_that_of_finite_differences(exact_pool: TaskProblem) -> None:
    learner = _learner(environments=2, hidden=4)
    state = _double(learner.init(jax.random.key(0), exact_pool.layout))
    # A critic that has an opinion, and actors that act.
    state = eqx.tree_at(
        lambda s: s.target.head, state, replace_fn=lambda head: jax.tree.map(lambda x: 100 * x, head)
    )
    state = eqx.tree_at(
        lambda s: s.actor.head, state, replace_fn=lambda head: jax.tree.map(lambda x: 60 * x, head)
    )
    rollout_state = _start_rollout(exact_pool, learner, jax.random.key(1), 2)
    rollout_state = rollout_state._replace(memory=rollout_state.memory.astype(jnp.float64))
    flat, unravel = ravel_pytree(state.actor)

    @jax.jit
    @jax.value_and_grad
    def worth(flat: jax.Array) -> jax.Array:
        lived = rollout(
            exact_pool, learner, state._replace(actor=unravel(flat)), rollout_state, jax.random.key(2), 24
        )[1]
        return learner.worth(state, lived)

    gradient = np.asarray(worth(flat)[1])
    draw = np.random.default_rng(0)
    for _ in range(6):
        way = draw.normal(size=flat.shape)
        step = 1e-6
        difference = float(worth(flat + step * way)[0] - worth(flat - step * way)[0]) / (2 * step)
        assert gradient @ way == pytest.approx(difference, rel=1e-5, abs=1e-6)
    assert np.linalg.norm(gradient) > 1.0


@eqx.filter_jit
def _train(problem: TaskProblem, learner: AnalyticGradient, key: jax.Array) -> Any:
    begin, key = jax.random.split(key)
    state, rollout_state = (
        learner.init(begin, problem.layout),
        start_rollout(problem, learner, begin, learner.environments),
    )

    def go_on(carry: Any, key: jax.Array) -> Any:
        state, rollout_state, metrics, scores = train_step(problem, learner, *carry, key)
        return (state, rollout_state), (metrics, scores)

    return jax.lax.scan(go_on, (state, rollout_state), jax.random.split(key, learner.updates))


def test_following_the_gradient_earns_more_than_idleness(tiny_pool: TaskProblem) -> None:
    learner = _learner()
    (state, _), (metrics, _) = _train(tiny_pool, learner, jax.random.key(0))
    play = eqx.filter_jit(evaluate)
    fresh = learner.init(jax.random.key(0), tiny_pool.layout)
    key = jax.random.key(3)
    before = play(tiny_pool, learner, fresh, key, LANES).mean()
    after = play(tiny_pool, learner, state, key, LANES).mean()
    assert after > before + 0.02 * abs(before)
    assert int(state.updates) == learner.updates
    assert all(np.isfinite(np.asarray(each)).all() for each in metrics.values())
    assert metrics["critic_loss"][-5:].mean() < metrics["critic_loss"][:5].mean()


def test_nothing_infeasible_is_done(tiny_pool: TaskProblem) -> None:
    # Noise that pushes every control to its ends.
    learner = _learner(noise=1e3)
    state = learner.init(jax.random.key(0), tiny_pool.layout)
    rollout_state = _start_rollout(tiny_pool, learner, jax.random.key(1), LANES)
    _, lived, _ = _rollout(tiny_pool, learner, state, rollout_state, jax.random.key(2), 24)
    controls, observation = np.asarray(lived.steps.action.controls), lived.steps.observation
    assert (controls >= np.asarray(observation.low)).all()
    assert (controls <= np.asarray(observation.high)).all()
    assert np.ptp(controls[..., 0]) == pytest.approx(2.0)


def test_a_truncation_within_a_stretch_ends_one_sum_and_begins_another(tiny_pool: TaskProblem) -> None:
    learner = _learner(noise=1e3)
    state: GradientState = learner.init(jax.random.key(0), tiny_pool.layout)
    rollout_state = _start_rollout(tiny_pool, learner, jax.random.key(1), LANES)
    _, lived, _ = _rollout(tiny_pool, learner, state, rollout_state, jax.random.key(2), 24)
    worth = jax.jit(learner.worth)
    cut = lived._replace(steps=lived.steps._replace(first=lived.steps.first.at[10].set(1.0)))
    reward = np.asarray(lived.steps.reward.mean((1, 2)), np.float64)
    behind = float(worth(state, cut)) - (
        (learner.gamma ** np.arange(10)) @ reward[:10] + (learner.gamma ** np.arange(14)) @ reward[10:]
    )
    whole = float(worth(state, lived)) - (learner.gamma ** np.arange(24)) @ reward
    assert behind == pytest.approx(whole / learner.gamma**10, abs=1e-2)
    assert np.abs(reward[10:]).max() > 1.0

"""Shaped rewards: easier to learn from, and in sum what the task pays less what no policy can change."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import rankdata

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import simulate
from wattswarm.tasks import Hub, SoundPool, Task, pool_scenario, setting, sound_pool
from wattswarm.tasks.episodes import play
from wattswarm.tasks.shaping import no_flexibility_pay, shaped, usual_money
from wattswarm.world import Scenario

STEPS, LANES = 24, 12


@cache
def days() -> tuple[Scenario, ...]:
    return tuple(pool_scenario(start=date(2024, 3, 4 + at), days=1, seed=at) for at in range(2))


@cache
def task() -> SoundPool:
    return sound_pool(days(), dtype=np.float64)


@cache
def random_actions() -> jax.Array:
    """Actions of random policies from timid to bold, shape [env, step, agent, control]."""
    drawn = jax.random.uniform(jax.random.key(0), (LANES, STEPS, 3, 2), jnp.float64, minval=-1.0)
    return drawn * jnp.linspace(0.05, 1.0, LANES)[:, None, None, None]


@eqx.filter_jit
def paid(task: Task, actions: jax.Array, episode: int) -> tuple[jax.Array, Any, Any]:
    """Return rewards [environment, step, agent], the first views and the last ones."""

    def one(actions: jax.Array) -> Any:
        begun, _ = task.begin(jnp.asarray(episode), jax.random.key(0))

        def advance(state: Any, action: jax.Array) -> Any:
            state, timestep = task.step(state, action)
            return state, timestep.reward

        ended, rewards = jax.lax.scan(advance, begun, actions)
        return rewards, begun.view, ended.view

    return jax.vmap(one)(actions)  # type: ignore[no-any-return]


def test_with_everything_off_it_pays_what_the_task_pays() -> None:
    plain = paid(task(), random_actions(), 1)[0]
    same = paid(shaped(task(), baseline=False, gamma=None, reward_unit=1.0), random_actions(), 1)[0]
    # Two programs, which may round apart.
    np.testing.assert_allclose(np.asarray(plain), np.asarray(same), rtol=1e-12, atol=1e-12)


def test_the_baseline_takes_off_what_is_earned_without_flexibility() -> None:
    for at, day in enumerate(days()):
        plain = np.asarray(paid(task(), random_actions(), at)[0]).sum(axis=1)
        less = paid(shaped(task(), gamma=None, reward_unit=1.0), random_actions(), at)[0]
        no_flex = simulate(day, [rule("uncontrolled")])[0].profit
        assert np.asarray(less).sum(axis=1) == pytest.approx(plain - no_flex, rel=1e-9, abs=1e-9)


def test_the_baseline_is_what_each_agent_would_be_paid_as_the_task_pays() -> None:
    hub = Hub(setting(days(), np.float64))
    profits = [simulate(day, [rule("uncontrolled")])[0].profit for day in days()]
    assert np.asarray(no_flexibility_pay(hub)).sum(axis=(1, 2)) == pytest.approx(profits)
    assert np.asarray(no_flexibility_pay(task())).sum(axis=1) == pytest.approx(
        np.repeat(np.asarray(profits)[:, None], 3, axis=1)
    )


def test_the_potential_telescopes_without_discount() -> None:
    wrapped = shaped(task(), baseline=False, gamma=1.0, reward_unit=1.0)
    plain = np.asarray(paid(task(), random_actions(), 0)[0]).sum(axis=1)
    rewards, first, last = paid(wrapped, random_actions(), 0)
    assert wrapped.potential is not None
    value = jax.jit(jax.vmap(lambda view: wrapped.potential.value(wrapped.setting, view)))  # type: ignore[union-attr]
    gained = np.asarray(value(last) - value(first))
    assert np.abs(gained).max() > 1.0
    assert np.asarray(rewards).sum(axis=1) == pytest.approx(plain + gained[:, None], rel=1e-9, abs=1e-9)


def test_the_discounted_potential_telescopes_to_the_start_of_the_episode() -> None:
    gamma = 0.95
    wrapped = shaped(task(), baseline=False, gamma=gamma, reward_unit=1.0)
    discount = gamma ** np.arange(STEPS)[None, :, None]
    plain = (np.asarray(paid(task(), random_actions(), 0)[0]) * discount).sum(axis=1)
    rewards, first, last = paid(wrapped, random_actions(), 0)
    value = jax.jit(jax.vmap(lambda view: wrapped.potential.value(wrapped.setting, view)))  # type: ignore[union-attr]
    change = np.asarray(gamma**STEPS * value(last) - value(first))
    expected = plain + change[:, None]
    assert (np.asarray(rewards) * discount).sum(axis=1) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_ranking_of_policies_that_end_alike_does_not_change() -> None:
    # All storages are emptied and nothing is put off at the end, so that no policy ends richer than another.
    emptied = random_actions().at[:, -4:, :, 0].set(-1.0).at[:, -1, :, 1].set(1.0)
    plain = np.asarray(paid(task(), emptied, 0)[0])[..., 0].sum(axis=1)
    easier = np.asarray(paid(shaped(task(), gamma=1.0), emptied, 0)[0])[..., 0].sum(axis=1)
    assert len(set(np.round(plain, 6))) == LANES
    np.testing.assert_array_equal(rankdata(plain), rankdata(easier))
    assert easier * usual_money(task().setting) - plain == pytest.approx(
        np.full(LANES, easier[0] * usual_money(task().setting) - plain[0])
    )


def test_what_a_run_earned_is_measured_in_the_tasks_own_money() -> None:
    wrapped = shaped(task())
    rewards, _ = play(wrapped, random_actions()[3], 0)
    plain, _ = play(task(), random_actions()[3], 0)
    np.testing.assert_allclose(np.asarray(rewards), np.asarray(plain), rtol=1e-12, atol=1e-12)


def test_the_share_divides_the_potential_as_the_task_divides_the_profit() -> None:
    hub = Hub(setting(days(), np.float64))
    actions = random_actions()[..., :1]
    part = shaped(hub, baseline=False, gamma=1.0, reward_unit=1.0, share=1 / 3)
    whole = shaped(task(), baseline=False, gamma=1.0, reward_unit=1.0)
    served = jnp.concatenate([actions, jnp.ones_like(actions)], axis=-1)
    shared = np.asarray(paid(part, actions, 0)[0]).sum(axis=(1, 2))
    assert shared == pytest.approx(np.asarray(paid(whole, served, 0)[0])[..., 0].sum(axis=1), rel=1e-9)

"""What controls ask for leads back to the controls."""

from __future__ import annotations

from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.tasks import Hub, pool_scenario
from wattswarm.tasks.pool.beliefs import belief_pool
from wattswarm.tasks.pool.task import SoundPool, sound_pool
from wattswarm.tasks.task import Task
from wattswarm.world import View


def _middle(task: Task) -> View:
    """Return a view in which storages can give and take."""
    return task.begin(jnp.asarray(0), jax.random.key(0))[0].view


@pytest.fixture(scope="module")
def pool() -> Task:
    """A day of the pool."""
    return sound_pool([pool_scenario(start=date(2024, 3, 4), days=1, seed=1, ahead_h=HOURLY_H)])


def test_controls_that_can_be_carried_out_come_back(pool: Task, hub: Hub) -> None:
    for task in (pool, hub):
        view = _middle(task)
        observation = task.observation(view)
        for seed in range(5):
            drawn = jax.random.uniform(jax.random.key(seed), observation.low.shape)
            controls = observation.low + drawn * (observation.high - observation.low)
            back = task.controls_for(view, task.requests(view, controls))
            assert np.asarray(back) == pytest.approx(np.asarray(controls), abs=1e-6)
            assert np.ptp(np.asarray(controls[:, 0])) > 0


def test_requests_beyond_the_limits_count_as_the_limits(pool: Task) -> None:
    view = _middle(pool)
    asked = pool.requests(view, jnp.ones((3, 2)))
    asked = asked._replace(battery_kw=asked.battery_kw * 9, defer_kwh=asked.defer_kwh + 1e6)
    assert np.asarray(pool.controls_for(view, asked)) == pytest.approx(np.array([[1.0, 0.0]] * 3))


def test_beliefs_do_not_follow_from_requests(pool: Task) -> None:
    assert isinstance(pool, SoundPool)
    believing = belief_pool(pool)
    view = _middle(believing)
    with pytest.raises(InputError, match="cannot be turned into controls"):
        believing.controls_for(view, believing.requests(view, jnp.zeros((1, believing.controls))))

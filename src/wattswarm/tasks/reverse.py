"""From what was asked of the world back to the controls of a task, for learners that imitate planners."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.errors import InputError
from wattswarm.tasks.hub import Hub
from wattswarm.tasks.pool_task import PoolTask
from wattswarm.tasks.task import Task
from wattswarm.world import Requests, View


def controls_of(task: Task, view: View, requests: Requests) -> Float[Array, "agent control"]:
    """Return the controls by which the agents of a task ask for given requests.

    Args:
        task: the hub or the pool.
        view: start of the step.
        requests: what is asked; beyond a battery's limits it counts as the limit.

    Returns:
        Share of what each battery can take or give, and in the pool the share of regular demand served now,
        1 where there is none; shape [agent, control].

    Raises:
        InputError: another task, whose controls do not follow from requests.
    """
    power = requests.battery_kw
    limit = jnp.where(power > 0, view.charge_limit_kw, view.discharge_limit_kw)
    share = jnp.where(limit > 0, power / jnp.where(limit > 0, limit, 1.0), 0.0)
    share = jnp.clip(share, -1.0, 1.0)
    if isinstance(task, Hub):
        return share[:, None]
    if isinstance(task, PoolTask):
        regular = view.exogenous.regular_kwh
        put_off = jnp.where(regular > 0, requests.defer_kwh / jnp.where(regular > 0, regular, 1.0), 0.0)
        return jnp.stack([share, 1.0 - jnp.clip(put_off, 0.0, 1.0)], axis=-1)
    raise InputError(
        "the controls of this task do not follow from what is asked of the world",
        where="task",
        found=task.name,
        expected="the hub or the pool",
    )

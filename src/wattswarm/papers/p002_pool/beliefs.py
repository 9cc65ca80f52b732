"""Overestimation of paper 002: what a start is believed to be worth against what it then earns."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.evaluate import Region, TaskSplits, month_days
from wattswarm.learn import TaskProblem
from wattswarm.learn.algorithms.value import QLearning
from wattswarm.learn.training import rollout, rollout_from
from wattswarm.tasks import make_task, scales, shaped, with_scales

_DAYS = 28


def overestimation(
    learner: QLearning, states: Any, splits: TaskSplits, place: Region, shape: bool
) -> Float[np.ndarray, " seed"]:
    """Return by how much each seed believed its start worth more than it earned, in units of reward.

    The return is that of greedy weeks at the start of the validation months, discounted as in training; after
    four weeks a discount of 0.99 leaves a thousandth.

    Returns:
        Mean over months of belief minus return.
    """
    taught = splits.problem(learner.gamma, shape=shape)
    starts = [month_days(month)[0] for month in place.split.validation]
    months = [place.scenario(start, _DAYS) for start in starts]
    paid = shaped(make_task("pool", months), baseline=shape, gamma=learner.gamma if shape else None)
    problem = TaskProblem(with_scales(paid, scales(taught.task)), taught.points)
    gaps = jax.jit(jax.vmap(lambda state: _gap(problem, learner, state)))(states)
    return np.asarray(gaps, np.float64)


def _gap(problem: TaskProblem, learner: QLearning, state: Any) -> Float[Array, ""]:
    count = problem.episodes
    begun, seen = jax.vmap(problem.begin)(jnp.arange(count), jax.random.split(jax.random.key(0), count))
    walk = rollout_from(problem, learner, begun, seen)
    _, played, _ = rollout(problem, learner, state, walk, None, problem.horizon)
    fade = learner.gamma ** jnp.arange(problem.horizon)
    paid = (played.steps.reward.mean(axis=-1) * fade[:, None]).sum(axis=0)
    return (jax.vmap(lambda seen: learner.value_of(state, seen))(seen) - paid).mean()

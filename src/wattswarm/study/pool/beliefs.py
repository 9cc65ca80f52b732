"""Overestimation of paper 002: what a start is believed to be worth against what it then earns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.q_learning import QLearning
from wattswarm.learn.rollout import Walk, rollout
from wattswarm.study.pool.training import Job
from wattswarm.study.split import month_days
from wattswarm.tasks.registry import make_task
from wattswarm.tasks.scales import scales, with_scales
from wattswarm.tasks.shaping import shaped

_DAYS = 28


def overestimation(jobs: Sequence[Job]) -> Float[np.ndarray, " seed"]:
    """Return by how much each seed believed its start worth more than it earned, in units of reward.

    The return is that of greedy weeks at the start of the validation months, discounted as in training; after
    four weeks a discount of 0.99 leaves a thousandth.

    Args:
        jobs: of one entry whose learner is a Q-learner, trained.

    Returns:
        Mean over months of belief minus return.
    """
    return np.concatenate([_of_group(job) for job in jobs])


def _of_group(job: Job) -> Float[np.ndarray, " seed"]:
    trained = job.train()
    learner, shape = trained.learner, job.entry.shaped
    if not isinstance(learner, QLearning):
        raise TypeError(f"{learner.name} holds no beliefs about values")
    taught = job.course().problem(learner.gamma, shape=shape)
    starts = [month_days(month)[0] for month in job.place.split.validation]
    months = [job.place.scenario(start, _DAYS) for start in starts]
    paid = shaped(make_task("pool", months), baseline=shape, gamma=learner.gamma if shape else None)
    problem = TaskProblem(with_scales(paid, scales(taught.task)), taught.points)
    gaps = jax.jit(jax.vmap(lambda state: _gap(problem, learner, state)))(trained.states)
    return np.asarray(gaps, np.float64)


def _gap(problem: TaskProblem, learner: QLearning, state: Any) -> Float[Array, ""]:
    count = problem.episodes
    begun, seen = jax.vmap(problem.begin)(jnp.arange(count), jax.random.split(jax.random.key(0), count))
    empty = learner.begin(problem.layout)
    memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (count, *x.shape)), empty)
    walk = Walk(begun, seen, jnp.ones(count, seen.features.dtype), memory)
    _, played, _ = rollout(problem, learner, state, walk, None, problem.horizon)
    fade = learner.gamma ** jnp.arange(problem.horizon)
    paid = (played.steps.reward.mean(axis=-1) * fade[:, None]).sum(axis=0)
    return (jax.vmap(lambda seen: learner.value_of(state, seen))(seen) - paid).mean()

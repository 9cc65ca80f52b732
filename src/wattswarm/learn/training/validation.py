"""Greedy episodes that judge a learner in training: of a bank every one once, else a fixed draw."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.control import Policy
from wattswarm.learn.contract import Learner
from wattswarm.learn.problem import Problem, TaskProblem
from wattswarm.learn.training.collect import evaluate, rollout, rollout_from
from wattswarm.tasks import Observation, play_bank

_DRAWN = 16


@runtime_checkable
class Banked(Protocol):
    """A problem whose episodes can be counted and called."""

    @property
    def episodes(self) -> int:
        """How many there are."""
        ...

    def begin(self, episode: Int[Array, ""], key: PRNGKeyArray) -> tuple[Any, Observation]:
        """Start a given one."""
        ...


def validate(problem: Problem, learner: Learner, state: Any) -> Float[Array, " episode"]:
    """Play greedy episodes, the same ones at every call.

    Args:
        problem: what is played; a bank is played through once.

    Returns:
        Score of each episode.
    """
    key = jax.random.key(0)
    if not isinstance(problem, Banked):
        return evaluate(problem, learner, state, key, _DRAWN)
    count = problem.episodes
    begun = jax.vmap(problem.begin)(jnp.arange(count), jax.random.split(key, count))
    start = rollout_from(problem, learner, *begun)
    return rollout(problem, learner, state, start, None, problem.horizon)[2].sum(axis=0)


@eqx.filter_jit
def earned(problem: TaskProblem, policy: Policy) -> Float[Array, " episode"]:
    """Return the profit of a compiled policy in each episode of a bank, played through once [currency]."""
    return play_bank(problem.task.setting, policy, lambda _episode, _view, flows: flows.money.net).sum(axis=1)

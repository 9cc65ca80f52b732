"""Yardsticks for the spread of particles: moves at random, and flights to the landmarks that suit all best.

A learner sees only its own surroundings. The flying rule sees everything and tries all assignments, so that
it stands near the best that can be had.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.papers.public.problems import SimpleSpread, Stage

Rule = Callable[[PRNGKeyArray, Stage], Float[Array, "agent control"]]

_BRAKE = 0.25
_NEAR = 0.05


def play_rule(
    problem: SimpleSpread, rule: Callable[[SimpleSpread], Rule], key: PRNGKeyArray, episodes: int
) -> Float[np.ndarray, " episode"]:
    decide = rule(problem)

    def one(key: PRNGKeyArray) -> Float[Array, ""]:
        start, moves = jax.random.split(key)

        def advance(stage: Stage, key: PRNGKeyArray) -> tuple[Stage, Array]:
            stage, turn = problem.step(stage, decide(key, stage))
            return stage, turn.score

        stage = problem.reset(start)[0]
        return jax.lax.scan(advance, stage, jax.random.split(moves, problem.horizon))[1].sum()

    return np.asarray(jax.jit(jax.vmap(one))(jax.random.split(key, episodes)))


def random_moves(problem: SimpleSpread) -> Rule:
    layout = problem.layout
    shape = (len(layout.agents),)
    return lambda key, _: layout.grid[jax.random.randint(key, shape, 0, len(layout.choices))]


def fly_assigned(problem: SimpleSpread) -> Rule:
    """Return the rule that gives every agent a landmark, by the least summed distance, and flies there."""
    agents = len(problem.layout.agents)
    orders = jnp.asarray(list(itertools.permutations(range(agents))))
    own = jnp.arange(agents)

    def decide(_: PRNGKeyArray, stage: Stage) -> Float[Array, "agent control"]:
        agent, landmark = stage.inner.p_pos[:agents], stage.inner.p_pos[agents:]
        distance = jnp.linalg.norm(agent[:, None] - landmark[None], axis=-1)
        order = orders[jnp.argmin(distance[own, orders].sum(axis=-1))]
        wish = landmark[order] - agent - _BRAKE * stage.inner.p_vel[:agents]
        axis = jnp.argmax(jnp.abs(wish), axis=-1)
        along = wish[own, axis]
        push = 2 * axis + jnp.where(along > 0, 2, 1)
        return jnp.where(jnp.abs(along) < _NEAR, 0, push)[:, None].astype(wish.dtype)

    return decide

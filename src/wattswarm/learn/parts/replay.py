"""Replay of sequences: transitions of an environment, the memory before the first and the last observation.

Source:
    Stored memory of recurrent replay, Kapturowski et al. (2019); the buffer is flashbax's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import flashbax
import jax
import jax.numpy as jnp
from flashbax.buffers.trajectory_buffer import TrajectoryBuffer
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.learn.contract import Trajectory
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation


class Sequences(NamedTuple):
    """What replay keeps, leading axes [env, row]; the last row seen is what closed the sequence."""

    features: Float[Array, "env row agent feature"]
    centre: Float[Array, "env row number"]
    mask: Bool[Array, "env row agent choice"]
    """Of each step: feasible choices change from step to step."""
    first: Float[Array, "env row"]
    """Never 1 in the last row, which belongs to the episode of the row before."""
    memory: Any
    """Before the first row, leading axis [env]."""
    choice: Int[Array, "env step agent"]
    reward: Float[Array, "env step agent"]
    discount: Float[Array, "env step"]

    @property
    def observation(self) -> Observation:
        """What was seen, without bounds of controls."""
        nothing = jnp.zeros((*self.mask.shape[:-1], 0), self.features.dtype)
        return Observation(self.features, self.centre, self.mask, nothing, nothing)


def to_sequences(trajectory: Trajectory) -> Sequences:
    steps, closing = trajectory.steps, trajectory.closing

    def closed(rows: Array, last: Array) -> Array:
        return jnp.concatenate([rows, last[None]]).swapaxes(0, 1)

    return Sequences(
        features=closed(steps.observation.features, closing.features).astype(jnp.float32),
        centre=closed(steps.observation.centre, closing.centre).astype(jnp.float32),
        mask=closed(steps.observation.mask, closing.mask),
        first=closed(steps.first, jnp.zeros_like(steps.first[0])).astype(jnp.float32),
        memory=jax.tree.map(lambda rows: rows[0], steps.memory),
        choice=steps.action.choice.swapaxes(0, 1).astype(jnp.int32),
        reward=steps.reward.swapaxes(0, 1).astype(jnp.float32),
        discount=steps.discount.swapaxes(0, 1).astype(jnp.float32),
    )


def blank(layout: Layout, steps: int, memory: Any) -> Sequences:
    """Return one sequence of zeros, without the axis of environments, to size a buffer by."""
    agents = len(layout.agents)
    return Sequences(
        features=jnp.zeros((steps + 1, agents, len(layout.features)), jnp.float32),
        centre=jnp.zeros((steps + 1, layout.centre), jnp.float32),
        mask=jnp.zeros((steps + 1, agents, len(layout.choices)), bool),
        first=jnp.zeros(steps + 1, jnp.float32),
        memory=memory,
        choice=jnp.zeros((steps, agents), jnp.int32),
        reward=jnp.zeros((steps, agents), jnp.float32),
        discount=jnp.zeros(steps, jnp.float32),
    )


def buffer(capacity: int, batch: int) -> TrajectoryBuffer[Any, Any, Any]:
    """Return the functions of a buffer that forgets its oldest sequences first.

    Args:
        batch: sequences that a sample draws, with replacement.

    Returns:
        Pure functions `init`, `add` and `sample`.
    """
    return flashbax.make_item_buffer(
        max_length=capacity, min_length=1, sample_batch_size=batch, add_batches=True
    )


def draw(functions: TrajectoryBuffer[Any, Any, Any], state: Any, key: PRNGKeyArray) -> Sequences:
    """Return sequences drawn evenly from the buffer, time before environment.

    Returns:
        Leading axes [row, env] instead of [environment, row]; memory still [env].
    """
    drawn: Sequences = functions.sample(state, key).experience
    return time_first(drawn)


def time_first(sequences: Sequences) -> Sequences:
    """Return sequences with leading axes [row, env]; memory still [env]."""
    turned: Sequences = jax.tree.map(lambda rows: rows.swapaxes(0, 1), sequences._replace(memory=()))
    return turned._replace(memory=sequences.memory)

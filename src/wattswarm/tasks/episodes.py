"""Plays many episodes at once: by the contract with any policy, or in lanes side by side for speed.

In lanes the batch is the last axis of every array, all lanes start together, and a step reads one contiguous
row of the bank: on a processor the worlds of a batch then share its vector units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.tasks.task import Features, Observation, Task, Timestep
from wattswarm.world import Flows, State, open_step, start, step

PolicyFunction = Callable[[PRNGKeyArray, Observation], Float[Array, "agent control"]]
ActionsFunction = Callable[[Features, Float[Array, "agent control"]], Float[Array, "agent control"]]
_BLOCK = 16


@eqx.filter_jit
def rollout(
    task: Task, policy: PolicyFunction, keys: PRNGKeyArray
) -> tuple[Observation, Float[Array, "lane step agent control"], Timestep]:
    """Play one episode a key, by the contract of the task.

    Args:
        task: the task.
        policy: maps key and observation to actions, shape [agent, control].
        keys: shape [lane]; each draws its episode and the policy's randomness.

    Returns:
        Observations acted on, actions and timesteps, leading axes [lane, step].
    """

    def play_one(key: PRNGKeyArray) -> Any:
        begin, act = jax.random.split(key)

        def advance(carry: Any, key: PRNGKeyArray) -> Any:
            state, seen = carry
            action = policy(key, seen)
            state, timestep = task.step(state, action)
            return (state, timestep.observation), (seen, action, timestep)

        return jax.lax.scan(advance, task.reset(begin), jax.random.split(act, task.setting.steps))[1]

    played: tuple[Observation, Float[Array, "lane step agent control"], Timestep] = jax.vmap(play_one)(keys)
    return played


@eqx.filter_jit
def play(
    task: Task, actions: Float[Array, "step agent control"], episode: Int[Array, ""] | int
) -> tuple[Float[Array, "step agent"], Flows]:
    """Play given actions through one episode; differentiable in the actions.

    Args:
        task: the task.
        actions: shape [step, agent, control].
        episode: index in the bank.

    Returns:
        Rewards, shape [step, agent], and all flows, leading axis [step].
    """
    at = jnp.asarray(episode, jnp.int32)
    rows = task.setting.episodes.rows[at, :-1]

    def advance(state: State, xs: Any) -> Any:
        row, action = xs
        state, _, rewards, flows = _advance(task, state, row, at, lambda _: action)
        return state, (rewards, flows)

    played: tuple[Float[Array, "step agent"], Flows] = jax.lax.scan(
        advance, start(task.setting.world), (rows, actions)
    )[1]
    return played


@eqx.filter_jit
def batch_rollout(
    task: Task, actions: ActionsFunction, episodes: Int[Array, " lane"], key: PRNGKeyArray
) -> tuple[Float[Array, " lane"], Float[Array, " lane"]]:
    """Play whole episodes side by side, one a lane, as fast as the machine can.

    Args:
        task: the task.
        actions: maps one lane's features and noise, uniform in -1..1 of shape [agent, control], to its
            actions of the same shape; use the noise as random actions or leave it.
        episodes: episode of each lane, shape [lane].
        key: draws the noise.

    Returns:
        Sum of all rewards and sum of all observed numbers of each lane, shape [lane] each; the second proves
        that observations were made.
    """
    world, bank = task.setting.world, task.setting.episodes.rows
    lanes, agents, steps = episodes.shape[0], len(task.agents), task.setting.steps
    block = max(size for size in range(1, _BLOCK + 1) if steps % size == 0)

    def one(state: State, row: Any, noise: Any, episode: Any) -> Any:
        state, features, rewards, _ = _advance(task, state, row, episode, lambda f: actions(f, noise))
        return state, rewards.sum(), sum(feature.sum() for feature in features)

    side_by_side = jax.vmap(one, in_axes=(-1, -1, -1, -1), out_axes=-1)

    def advance(carry: Any, xs: Any) -> Any:
        state, paid, seen = carry
        row, noise = xs
        state, rewards, checksum = side_by_side(state, row, noise, episodes)
        return (state, paid + rewards, seen + checksum), None

    def advance_block(carry: Any, xs: Any) -> Any:
        number, drawn = xs
        rows = jax.lax.dynamic_slice_in_dim(bank, number * block, block, axis=1)[episodes]
        noise = jax.random.uniform(
            drawn, (block, agents, task.controls, lanes), bank.dtype, minval=-1.0, maxval=1.0
        )
        return jax.lax.scan(advance, carry, (rows.transpose(1, 2, 0), noise))

    first = jax.tree.map(lambda x: jnp.broadcast_to(x[..., None], (*x.shape, lanes)), start(world))
    zero = jnp.zeros(lanes, bank.dtype)
    numbers = jnp.arange(steps // block)
    (_, paid, seen), _ = jax.lax.scan(
        advance_block, (first, zero, zero), (numbers, jax.random.split(key, steps // block))
    )
    return paid, seen


def _advance(
    task: Task, state: State, row: Any, episode: Any, act: Callable[[Features], Any]
) -> tuple[State, Features, Float[Array, " agent"], Flows]:
    """Reveal, observe, act and step once, in one fused pass."""
    world = task.setting.world
    state, view = open_step(world, task.setting.episodes, state, row)
    features = task.features(view)
    action = act(features).astype(row.dtype)
    state, flows = step(world, state, view, task.requests(view, action))
    return state, features, task.rewards(episode, view, flows), flows

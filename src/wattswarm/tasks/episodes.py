"""Plays episodes of a task: many at once with any policy, or one with given actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.control import Policy
from wattswarm.tasks.place import Setting
from wattswarm.tasks.task import Observation, Task, Timestep
from wattswarm.world import Flows, State, View, open_step, start, step

Pay = Callable[[Int[Array, ""], View, Flows], Float[Array, "..."]]
"""What a step counts, of its episode, what was seen and what flowed."""
PolicyFunction = Callable[[PRNGKeyArray, Observation], Float[Array, "agent control"]]


@eqx.filter_jit
def rollout(
    task: Task, policy: PolicyFunction, keys: PRNGKeyArray
) -> tuple[Observation, Float[Array, "env step agent control"], Timestep]:
    """Play one episode a key, by the contract of the task.

    Args:
        policy: maps key and observation to actions, shape [agent, control].
        keys: shape [env]; each draws its episode and the policy's randomness.

    Returns:
        Observations acted on, actions and timesteps, leading axes [env, step].
    """

    def play_one(key: PRNGKeyArray) -> Any:
        begin, act = jax.random.split(key)

        def advance(carry: Any, key: PRNGKeyArray) -> Any:
            state, seen = carry
            action = policy(key, seen)
            state, timestep = task.step(state, action)
            return (state, timestep.observation), (seen, action, timestep)

        return jax.lax.scan(advance, task.reset(begin), jax.random.split(act, task.setting.steps))[1]

    played: tuple[Observation, Float[Array, "env step agent control"], Timestep] = jax.vmap(play_one)(keys)
    return played


@eqx.filter_jit
def play(
    task: Task, actions: Float[Array, "step agent control"], episode: Int[Array, ""] | int
) -> tuple[Float[Array, "step agent"], Flows]:
    """Play given actions through one episode; differentiable in the actions.

    Args:
        actions: shape [step, agent, control].
        episode: index in the bank.

    Returns:
        Rewards, shape [step, agent], and all flows, leading axis [step].
    """
    at = jnp.asarray(episode, jnp.int32)
    rows = task.setting.episodes.rows[at, :-1]

    world = task.setting.world

    def advance(state: State, xs: Any) -> Any:
        state, view = open_step(world, task.setting.episodes, state, xs[0])
        state, flows = step(world, state, view, task.requests(view, xs[1].astype(xs[0].dtype)))
        return state, (task.rewards(at, view, flows), flows)

    played: tuple[Float[Array, "step agent"], Flows] = jax.lax.scan(advance, start(world), (rows, actions))[1]
    return played


def play_bank(setting: Setting, policy: Policy, pay: Pay) -> Float[Array, "episode step ..."]:
    """Return what each step counts when a compiled policy plays every episode of a bank once.

    Args:
        setting: whose episodes are played.

    Returns:
        What `pay` returned, leading axes [episode, step].
    """
    world, episodes = setting.world, setting.episodes

    def play(episode: Int[Array, ""], rows: Float[Array, "step column"]) -> Float[Array, "step ..."]:
        def advance(carry: Any, row: Float[Array, " column"]) -> Any:
            state, memory = carry
            state, view = open_step(world, episodes, state, row)
            memory, asked = policy.act(world, memory, view)
            state, flows = step(world, state, view, asked)
            return (state, memory), pay(episode, view, flows)

        paid: Float[Array, "step ..."] = jax.lax.scan(advance, (start(world), policy.begin(world)), rows)[1]
        return paid

    played: Float[Array, "episode step ..."] = jax.vmap(play)(
        jnp.arange(setting.count), episodes.rows[:, :-1]
    )
    return played

"""Plays a policy of the planners through every episode of a bank, as one compiled program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.control import Policy
from wattswarm.tasks.place import Setting
from wattswarm.world import Flows, View, open_step, start, step

Pay = Callable[[Int[Array, ""], View, Flows], Float[Array, "..."]]
"""What a step counts, of its episode, what was seen and what flowed."""


def play_bank(setting: Setting, policy: Policy, pay: Pay) -> Float[Array, "episode step ..."]:
    """Return what each step counts when a compiled policy plays every episode of a bank once.

    Args:
        setting: whose episodes are played.
        policy: who plays.
        pay: what a step counts.

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

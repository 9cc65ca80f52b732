"""The contract of a task: the world seen as a decision problem, as pure functions with auto-reset.

A task is defined by what its agents see (`features`), may do (`requests`, `feasible`) and are paid
(`rewards`). `first` marks the first observation of an episode; `discount` is 0 only where the problem truly
ends. The end of the horizon is a truncation: its discount is 1 and learners bootstrap from
`next_observation`.
"""

from __future__ import annotations

import abc
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.tasks.place import Setting
from wattswarm.tasks.space import Space, table
from wattswarm.world import Flows, Requests, State, View, open_step, start, step as step_world

Features = tuple[Float[Array, " agent"], ...]


class Observation(NamedTuple):
    """What the agents see before they act."""

    features: Float[Array, "agent feature"]
    centre: Float[Array, " number"]
    """What a central critic or mixer sees in training."""
    mask: Bool[Array, "agent choice"]
    """Which choices of a grid are feasible, at least one an agent; no choices where the task has no grid."""
    low: Float[Array, "agent control"]
    """The least action that still changes anything."""
    high: Float[Array, "agent control"]
    """The largest action that still changes anything."""


class EnvState(NamedTuple):
    """State of an episode."""

    world: State
    view: View
    step: Int[Array, ""]
    episode: Int[Array, ""]
    key: PRNGKeyArray
    """Draws the next episode."""


class Timestep(NamedTuple):
    """What a step brings."""

    observation: Observation
    """What to act on next; after a reset, of the new episode."""
    reward: Float[Array, " agent"]
    first: Float[Array, ""]
    """1 where `observation` is the first of an episode."""
    discount: Float[Array, ""]
    """0 only where the problem truly ended; the end of a horizon is a truncation."""
    next_observation: Observation
    """What followed in the same episode, to bootstrap from."""
    score: Float[Array, ""]
    """What the step counts when policies are compared, whatever shapes the reward."""
    flows: Flows | None = None
    """What flowed at the site; None for problems without one."""


class Task(eqx.Module):
    """A setting with agents, their view, their controls and their pay."""

    setting: Setting

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Name in tables and files."""

    @property
    def agents(self) -> tuple[str, ...]:
        """Names of the agents: ports, then storages, unless overridden."""
        return self.setting.batteries

    @property
    @abc.abstractmethod
    def spaces(self) -> tuple[Space, ...]:
        """Rows of observation in the order of `features`, of action in the order of controls, of reward."""

    @abc.abstractmethod
    def features(self, view: View) -> Features:
        """Return what agents see, one array of shape [agent] a feature."""

    @abc.abstractmethod
    def feasible(self, view: View) -> tuple[Float[Array, "agent control"], Float[Array, "agent control"]]:
        """Return least and largest action that still change anything, shape [agent, control] each."""

    @abc.abstractmethod
    def requests(self, view: View, action: Float[Array, "agent control"]) -> Requests:
        """Return what the actions ask of the world."""

    @abc.abstractmethod
    def rewards(self, episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return what each agent earns by the step's flows."""

    def controls_for(
        self,
        view: View,  # noqa: ARG002  # tasks that answer read it
        asked: Requests,  # noqa: ARG002  # likewise
    ) -> Float[Array, "agent control"]:
        """Return the controls by which the agents ask for given requests, for learners that imitate planners.

        Args:
            view: start of the step.
            asked: what is beyond a limit counts as that limit.

        Raises:
            InputError: the controls of this task do not follow from requests.
        """
        raise InputError(
            "requests cannot be turned into controls of this task",
            where="task",
            found=self.name,
            expected="a task whose agents set shares of power, such as hub, station or pool",
        )

    @property
    def regime(self) -> Regime:
        """What the agents know of prices when."""
        return self.setting.regime

    @property
    def controls(self) -> int:
        """Numbers that each agent sets."""
        return sum(space.kind == "action" for space in self.spaces)

    def describe(self) -> str:
        """Return the spaces as a Markdown table under the task's name and information regime."""
        title = f"{self.name}: {len(self.agents)} agents, {self.setting.steps} steps, prices {self.regime}"
        return f"{title}\n\n{table(self.spaces)}"

    def observe(self, view: View) -> Float[Array, "agent feature"]:
        """Return what agents see as one array, shape [agent, feature]."""
        return jnp.stack(self.features(view), axis=-1)

    def centre(self, view: View) -> Float[Array, " number"]:
        """Return what a central critic or mixer sees in training: all agents' features, unless overridden."""
        return self.observe(view).reshape(-1)

    def observation(self, view: View) -> Observation:
        """Return features, what the centre sees and the feasible actions."""
        low, high = self.feasible(view)
        mask = jnp.ones((len(self.agents), 0), bool)
        return Observation(self.observe(view), self.centre(view), mask, low, high)

    def begin(self, episode: Int[Array, ""], key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        """Start a given episode of the bank.

        Args:
            episode: index in the bank.
            key: draws the episodes after it.

        Returns:
            State and first observation.
        """
        at = jnp.zeros((), jnp.int32)
        state, view = self._reveal(start(self.setting.world), at, episode)
        return EnvState(state, view, at, episode, key), self.observation(view)

    def reset(self, key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        """Start an episode drawn evenly from the bank; the same key starts the same one."""
        drawn, left = jax.random.split(key)
        return self.begin(jax.random.randint(drawn, (), 0, self.setting.count, jnp.int32), left)

    def step(self, state: EnvState, action: Float[Array, "agent control"]) -> tuple[EnvState, Timestep]:
        """Advance by one step; call it `setting.steps` times after a reset.

        Args:
            state: of the episode.
            action: shape [agent, control]; the world makes any number feasible.

        Returns:
            New state and what the step brought; `first` is 0.
        """
        asked = self.requests(state.view, action.astype(state.view.energy_kwh.dtype))
        moved, flows = step_world(self.setting.world, state.world, state.view, asked)
        reward = self.rewards(state.episode, state.view, flows)
        at = state.step + 1
        revealed, view = self._reveal(moved, at, state.episode)
        seen = self.observation(view)
        zero = jnp.zeros((), reward.dtype)
        timestep = Timestep(seen, reward, zero, zero + 1.0, seen, flows.money.net, flows)
        return EnvState(revealed, view, at, state.episode, state.key), timestep

    def step_and_reset(
        self, state: EnvState, action: Float[Array, "agent control"]
    ) -> tuple[EnvState, Timestep]:
        """Advance by one step and start another episode where this one ended.

        Args:
            state: of the episode.
            action: shape [agent, control].

        Returns:
            New state and what the step brought; `first` is 1 where a new episode began.
        """
        return self.renew(*self.step(state, action))

    def renew(self, state: EnvState, timestep: Timestep) -> tuple[EnvState, Timestep]:
        """Start another episode where this one has ended, after `step`.

        Args:
            state: of the episode.
            timestep: what the step brought.

        Returns:
            State and timestep of the episode that goes on; `first` is 1 where a new one began.
        """
        ended = state.step >= self.setting.steps
        fresh, seen = self.reset(state.key)

        def choose(new: Array, old: Array) -> Array:
            return jnp.where(ended, new, old)

        timestep = timestep._replace(
            observation=jax.tree.map(choose, seen, timestep.observation),
            first=ended.astype(timestep.first.dtype),
        )
        return jax.tree.map(choose, fresh, state), timestep

    def _reveal(self, state: State, at: Int[Array, ""], episode: Int[Array, ""]) -> tuple[State, View]:
        episodes = self.setting.episodes
        opened: tuple[State, View] = open_step(
            self.setting.world, episodes, state, episodes.rows[episode, at]
        )
        return opened

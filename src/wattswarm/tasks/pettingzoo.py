"""A task as a PettingZoo parallel environment: every agent sees, acts and is paid for itself."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from wattswarm.errors import InputError
from wattswarm.tasks.task import EnvState, Observation, Task

try:
    from gymnasium.spaces import Box
    from pettingzoo import ParallelEnv
except ModuleNotFoundError as error:
    raise InputError(
        "PettingZoo is not installed", where="tasks.pettingzoo", mend="pip install 'wattswarm[gym]'"
    ) from error

from wattswarm.tasks.gymnasium import Numbers, bounds, reset_task, step_task, summary


class AgentsEnv(ParallelEnv):  # type: ignore[misc]  # PettingZoo ships no types
    """All agents of a task, acting at the same time; the horizon truncates all of them.

    Args:
        task: the task; its observations are held to the bounds of its table.
    """

    metadata = {"name": "wattswarm", "render_modes": []}  # noqa: RUF012 -- PettingZoo's own contract

    def __init__(self, task: Task) -> None:
        self.task = task
        self.possible_agents = list(task.agents)
        self.agents: list[str] = []
        self.render_mode = None
        self._observation_spaces = {agent: bounds(task, "observation", 1) for agent in task.agents}
        self._action_spaces = {agent: bounds(task, "action", 1) for agent in task.agents}
        self._random = np.random.default_rng()
        self._state: EnvState | None = None

    def observation_space(self, agent: str) -> Box:
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> Box:
        return self._action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Numbers], dict[str, dict[str, Any]]]:
        """Start an episode; the same seed starts the same one. There are no `options`."""
        del options
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self.agents = list(self.possible_agents)
        self._state, seen = reset_task(self.task, jax.random.key(int(self._random.integers(2**31))))
        return self._seen(seen), {agent: {} for agent in self.agents}

    def step(
        self, actions: dict[str, Numbers]
    ) -> tuple[
        dict[str, Numbers], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]
    ]:
        """Advance by one step.

        Args:
            actions: shape [control] for each agent.

        Returns:
            Observations, rewards, terminations, truncations and the step's totals, by agent.

        Raises:
            InputError: called before `reset`, or after the episode ended.
        """
        if self._state is None or not self.agents:
            raise InputError("step without an episode", where="AgentsEnv.step", mend="call reset first")
        chosen = np.stack([np.asarray(actions[agent]).reshape(-1) for agent in self.task.agents])
        self._state, timestep = step_task(self.task, self._state, chosen)
        ended = int(self._state.step) >= self.task.setting.steps
        acting = self.agents
        observations = self._seen(timestep.observation)
        rewards = {agent: float(r) for agent, r in zip(acting, timestep.reward, strict=True)}
        totals = summary(timestep)
        if ended:
            self.agents = []
        return (
            observations,
            rewards,
            dict.fromkeys(acting, False),
            dict.fromkeys(acting, ended),
            {agent: dict(totals) for agent in acting},
        )

    def state(self) -> Numbers:
        """Return what all agents see, agent by agent, shape [agent * feature].

        Raises:
            InputError: called before `reset`.
        """
        if self._state is None:
            raise InputError("no state before reset", where="AgentsEnv.state", mend="call reset first")
        return np.asarray(self.task.observe(self._state.view), np.float32).reshape(-1)

    def _seen(self, seen: Observation) -> dict[str, Numbers]:
        space = self._observation_spaces[self.possible_agents[0]]
        features = np.clip(np.asarray(seen.features, np.float32), space.low, space.high)
        return dict(zip(self.possible_agents, features, strict=True))

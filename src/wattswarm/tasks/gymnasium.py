"""A task as a Gymnasium environment: one agent sets everything and is paid the sum of all rewards."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, PRNGKeyArray
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.tasks.space import Kind
from wattswarm.tasks.task import EnvState, Observation, Task, Timestep

try:
    import gymnasium
    from gymnasium.spaces import Box
except ModuleNotFoundError as error:
    raise InputError(
        "Gymnasium is not installed", where="tasks.gymnasium", mend="pip install 'wattswarm[gym]'"
    ) from error

Numbers = NDArray[np.float32]


class SiteEnv(gymnasium.Env[Numbers, Numbers]):
    """The whole site as one agent.

    Observations are the features of all agents, agent by agent, in one Box; actions are all controls. An
    episode ends by truncation.

    Args:
        task: the task; its observations are held to the bounds of its table.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 -- Gymnasium's own contract

    def __init__(self, task: Task) -> None:
        self.task = task
        self._seen_in = bounds(task, "observation", len(task.agents))
        self.observation_space = self._seen_in
        self.action_space = bounds(task, "action", len(task.agents))
        self._state: EnvState | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Numbers, dict[str, Any]]:
        """Start an episode; the same seed starts the same one."""
        super().reset(seed=seed, options=options)
        self._state, seen = reset_task(self.task, jax.random.key(int(self.np_random.integers(2**31))))
        return self._seen(seen), {}

    def step(self, action: Numbers) -> tuple[Numbers, float, bool, bool, dict[str, Any]]:
        """Advance by one step.

        Args:
            action: shape [agent * control].

        Returns:
            Observation, sum of rewards, never terminated, truncated at the horizon, and the step's profit,
            import [kW] and shortfall [kWh].

        Raises:
            InputError: called before `reset`.
        """
        if self._state is None:
            raise InputError("step before reset", where="SiteEnv.step", mend="call reset first")
        shaped = np.asarray(action).reshape(len(self.task.agents), self.task.controls)
        self._state, timestep = step_task(self.task, self._state, shaped)
        truncated = int(self._state.step) >= self.task.setting.steps
        reward = float(np.sum(timestep.reward))
        return self._seen(timestep.observation), reward, False, truncated, summary(timestep)

    def _seen(self, seen: Observation) -> Numbers:
        flat = np.asarray(seen.features, np.float32).reshape(-1)
        return np.clip(flat, self._seen_in.low, self._seen_in.high)


def bounds(task: Task, kind: Kind, agents: int) -> Box:
    """Return the Box of so many agents' observations or actions, flat."""
    rows = [space for space in task.spaces if space.kind == kind]
    low = np.tile(np.array([row.minimum for row in rows], np.float32), agents)
    high = np.tile(np.array([row.maximum for row in rows], np.float32), agents)
    return Box(low, high, dtype=np.float32)


@eqx.filter_jit
def reset_task(task: Task, key: PRNGKeyArray) -> tuple[EnvState, Observation]:
    """Reset, compiled once for all environments of the same shape."""
    return task.reset(key)


@eqx.filter_jit
def step_task(task: Task, state: EnvState, action: Array | NDArray[Any]) -> tuple[EnvState, Timestep]:
    """Step, compiled once for all environments of the same shape."""
    return task.step(state, jax.numpy.asarray(action))


def summary(timestep: Timestep) -> dict[str, float]:
    """Return profit [currency], import [kW] and shortfall [kWh] of a step."""
    flows = timestep.flows
    assert flows is not None  # a site always has flows
    return {
        "profit": float(flows.money.net),
        "import_kw": float(flows.import_kw),
        "shortfall_kwh": float(flows.shortfall_kwh.sum()),
    }

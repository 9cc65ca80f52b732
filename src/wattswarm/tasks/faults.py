"""Communication faults between site and agents: observations that come late or not at all."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from wattswarm.errors import InputError
from wattswarm.tasks.gymnasium import Numbers
from wattswarm.tasks.pettingzoo import AgentsEnv

try:
    from pettingzoo.utils import BaseParallelWrapper
except ModuleNotFoundError as error:
    raise InputError(
        "PettingZoo is not installed", where="tasks.faults", mend="pip install 'wattswarm[gym]'"
    ) from error

Observations = dict[str, Numbers]


class Delayed(BaseParallelWrapper):  # type: ignore[misc]  # PettingZoo ships no types
    """Every agent acts on what the site looked like some steps ago.

    Args:
        env: the agents, or another fault around them.
        steps: steps of delay; until then, the first observation is repeated.

    Raises:
        InputError: a negative delay.
    """

    def __init__(self, env: AgentsEnv | BaseParallelWrapper, steps: int) -> None:
        if steps < 0:
            raise InputError("negative delay", where="steps", found=steps, expected="0 or more")
        super().__init__(env)
        self.steps = steps
        self._underway: deque[Observations] = deque()

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, dict[str, dict[str, Any]]]:
        """Start an episode, with the first observation in place of all before it."""
        seen, infos = self.env.reset(seed=seed, options=options)
        self._underway = deque([seen] * self.steps)
        return seen, infos

    def step(self, actions: dict[str, Numbers]) -> tuple[Observations, Any, Any, Any, Any]:
        """Advance by one step and hand out the observation of `steps` ago."""
        seen, *rest = self.env.step(actions)
        self._underway.append(seen)
        rewards, terminations, truncations, infos = rest
        return self._underway.popleft(), rewards, terminations, truncations, infos


class Missing(BaseParallelWrapper):  # type: ignore[misc]  # PettingZoo ships no types
    """Each agent's observation is lost now and then; it then acts on the last one that arrived.

    Args:
        env: the agents, or another fault around them.
        share: probability that an observation is lost, 0..1; the first of an episode always arrives.

    Raises:
        InputError: a share outside 0..1.
    """

    def __init__(self, env: AgentsEnv | BaseParallelWrapper, share: float) -> None:
        if not 0 <= share <= 1:
            raise InputError("not a probability", where="share", found=share, expected="0 to 1")
        super().__init__(env)
        self.share = share
        self._random = np.random.default_rng()
        self._last: Observations = {}

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, dict[str, dict[str, Any]]]:
        """Start an episode; a seed also seeds the losses."""
        if seed is not None:
            self._random = np.random.default_rng([seed, 1])
        self._last, infos = self.env.reset(seed=seed, options=options)
        return self._last, infos

    def step(self, actions: dict[str, Numbers]) -> tuple[Observations, Any, Any, Any, Any]:
        """Advance by one step and lose some observations."""
        seen, rewards, terminations, truncations, infos = self.env.step(actions)
        lost = dict(zip(seen, self._random.random(len(seen)) < self.share, strict=True))
        self._last = {agent: self._last[agent] if lost[agent] else seen[agent] for agent in seen}
        return self._last, rewards, terminations, truncations, infos

"""PPO over continuous controls: every control is drawn from its feasible range."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wattswarm.learn.algorithms.gradient.ppo import Ppo
from wattswarm.learn.parts.distribution import Range


def ppo_continuous(updates: int, **changes: Any) -> Ppo:
    """Return the learner for so many updates of the whole training, with other fields of `Ppo` as given.

    Source:
        Schulman et al. (2017); truncated instead of clipped normal distributions, so that what is drawn is
        what is done.
    """
    learner = Ppo(name="ppo-continuous", updates=updates, central=True, distribution=Range())
    return replace(learner, **changes)

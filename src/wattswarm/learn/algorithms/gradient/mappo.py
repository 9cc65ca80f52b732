"""Multi-agent PPO: in training the critic sees what the centre sees, and whom it judges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wattswarm.learn.algorithms.gradient.ppo import Ppo


def mappo(updates: int, **changes: Any) -> Ppo:
    """Return the learner, for so many updates of the whole training, with other fields of `Ppo` as given.

    Source:
        Yu et al. (2022), "The surprising effectiveness of PPO in cooperative multi-agent games".
    """
    return replace(Ppo(name="mappo", updates=updates, central=True), **changes)

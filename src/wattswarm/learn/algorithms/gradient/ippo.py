"""Independent PPO: every critic sees only what its agent sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wattswarm.learn.algorithms.gradient.ppo import Ppo


def ippo(updates: int, **changes: Any) -> Ppo:
    """Return the learner, for so many updates of the whole training, with other fields of `Ppo` as given.

    Source:
        de Witt et al. (2020), "Is independent learning all you need in the StarCraft multi-agent challenge?".
    """
    return replace(Ppo(name="ippo", updates=updates, central=False), **changes)

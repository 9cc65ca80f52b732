"""Independent actor-critic: each trajectory is used once, as one batch, and nothing is clipped."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from wattswarm.learn.algorithms.gradient.ppo import Ppo


def iac(updates: int, **changes: Any) -> Ppo:
    """Return the learner, for so many updates of the whole training, with other fields of `Ppo` as given.

    Source:
        Foerster et al. (2018), "Counterfactual multi-agent policy gradients", the baseline IAC-V.
    """
    plain = Ppo(name="iac", updates=updates, central=False, clip=math.inf, epochs=1, minibatches=1)
    return replace(plain, **changes)

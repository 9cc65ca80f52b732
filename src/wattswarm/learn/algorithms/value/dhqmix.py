"""Double-Hypernetwork QMIX: two mixers learn the same, and targets believe the lower (Algorithm 1 of 002)."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import PRNGKeyArray

from wattswarm.learn.algorithms.value.q_learning import QLearning
from wattswarm.learn.parts.mixers import Monotonic
from wattswarm.learn.problem import Layout


class DhQmix(QLearning):
    """Several monotonic mixers over one network.

    As printed, the target network says what is best and is copied now and then: `double=False, sync=200,
    tau=1.0`; the paper does not print how often.

    Source:
        002, Algorithm 1: losses add up, the target takes the least of the target mixers.
    """

    mixers: int = eqx.field(static=True, default=2)
    """How many; one is QMIX."""
    width: int = eqx.field(static=True, default=32)
    hyper: int = eqx.field(static=True, default=64)

    name = "dhqmix"

    def mixer(self, key: PRNGKeyArray, layout: Layout) -> Monotonic:
        return Monotonic(key, self.mixers, len(layout.agents), layout.centre, self.width, self.hyper)

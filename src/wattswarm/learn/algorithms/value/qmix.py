"""QMIX: the value of the whole rises with every agent's, in a way that a hypernetwork sets."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import PRNGKeyArray

from wattswarm.learn.algorithms.value.q_learning import QLearning
from wattswarm.learn.parts.mixers import Monotonic
from wattswarm.learn.problem import Layout


class Qmix(QLearning):
    """One monotonic mixer over all agents.

    Source:
        Rashid et al. (2018), arXiv:1803.11485.
    """

    width: int = eqx.field(static=True, default=32)
    hyper: int = eqx.field(static=True, default=64)

    name = "qmix"

    def mixer(self, key: PRNGKeyArray, layout: Layout) -> Monotonic:
        return Monotonic(key, 1, len(layout.agents), layout.centre, self.width, self.hyper)

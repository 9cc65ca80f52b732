"""Independent Q-learning: every agent learns from its own reward as if alone."""

from __future__ import annotations

from jaxtyping import PRNGKeyArray

from wattswarm.learn.algorithms.value.q_learning import QLearning
from wattswarm.learn.parts.mixers import Separate
from wattswarm.learn.problem import Layout


class Iql(QLearning):
    """Independent Q-learning: every agent learns from its own reward as if alone.

    Source:
        Tan (1993), with deep networks: Tampuu et al. (2017).
    """

    name = "iql"

    def mixer(self, _key: PRNGKeyArray, _layout: Layout) -> Separate:
        return Separate()

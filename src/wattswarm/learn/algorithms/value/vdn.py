"""Value decomposition: the value of the whole is the sum of the agents'."""

from __future__ import annotations

from jaxtyping import PRNGKeyArray

from wattswarm.learn.algorithms.value.q_learning import QLearning
from wattswarm.learn.parts.mixers import Sum
from wattswarm.learn.problem import Layout


class Vdn(QLearning):
    """Value decomposition: the value of the whole is the sum of the agents'.

    Source:
        Sunehag et al. (2018), arXiv:1706.05296.
    """

    name = "vdn"

    def mixer(self, _key: PRNGKeyArray, _layout: Layout) -> Sum:
        return Sum()

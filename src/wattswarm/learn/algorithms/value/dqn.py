"""Deep Q-learning by one centre that sees everything and decides for every agent."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import PRNGKeyArray

from wattswarm.learn.algorithms.value.q_learning import QLearning
from wattswarm.learn.parts.deciders import Branches, Jointly, centre
from wattswarm.learn.parts.mixers import Mean
from wattswarm.learn.problem import Layout


class Dqn(QLearning):
    """One head for all joint choices where they are few, else a head for each agent and the mean of them.

    Source:
        Mnih et al. (2015); heads: Tavakoli et al. (2018), arXiv:1711.08946.
    """

    joint: bool | None = eqx.field(static=True, default=None)
    """Whether one head for all; None wherever it can tell the joint choices apart."""

    name = "dqn"

    def mixer(self, _key: PRNGKeyArray, _layout: Layout) -> Mean:
        """Return the mean over the heads."""
        return Mean()

    def decider(self, agents: int, choices: int) -> Branches | Jointly:
        return centre(agents, choices, self.joint)

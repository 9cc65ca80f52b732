"""Double-Hypernetwork QMIX: two mixers learn the same, and targets believe the lower (Algorithm 1 of 002)."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import PRNGKeyArray

from wattswarm.learn.mixers import Monotonic
from wattswarm.learn.problem import Layout
from wattswarm.learn.q_learning import QLearning


class DhQmix(QLearning):
    """Several monotonic mixers over one network; `literal_dhqmix` is as printed.

    Args:
        mixers: how many; one is QMIX.
        width: of each mixing network.
        hyper: width of their hypernetworks.

    Source:
        002, Algorithm 1: losses add up, the target takes the least of the target mixers.
    """

    mixers: int = eqx.field(static=True, default=2)
    width: int = eqx.field(static=True, default=32)
    hyper: int = eqx.field(static=True, default=64)

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "dhqmix"

    def mixer(self, key: PRNGKeyArray, layout: Layout) -> Monotonic:
        """Draw the mixers."""
        return Monotonic(key, self.mixers, len(layout.agents), layout.centre, self.width, self.hyper)


def literal_dhqmix(updates: int, sync: int = 200) -> DhQmix:
    """Return it as printed: the target network says what is best, and is copied now and then.

    Args:
        updates: calls of `update` in the whole training.
        sync: gradient steps between two copies; the paper does not print it.

    Returns:
        The learner.
    """
    return DhQmix(updates, double=False, sync=sync, tau=1.0)

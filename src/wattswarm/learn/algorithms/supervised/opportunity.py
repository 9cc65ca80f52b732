"""Acts by what a network believes stored energy is worth: charge while a kWh costs less, else discharge."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy
from wattswarm.learn.parts.networks import AgentNetwork, forward
from wattswarm.plan import best_requests, put_off_for
from wattswarm.tasks import Task
from wattswarm.world import Requests, View, World

KNOTS = 9
"""Points of the curve, evenly spread from the floor to the ceiling of a storage."""
_LEAST_FALL = 1e-4
"""Least fall of worth from knot to knot, as a share of the price scale: every worth has one energy."""
_FIRST_FALL = -3.0
"""Where falls start before training: softplus(-3) is about a twentieth of the price scale."""


class ValueNetwork(eqx.Module):
    """What a network believes of a storage, from what its agent sees."""

    network: AgentNetwork
    """Of one agent, shared by all; returns the curve and the margin."""

    @staticmethod
    def outputs() -> int:
        """Return how many numbers the network returns."""
        return KNOTS + 1

    def __call__(
        self, features: Float[Array, "*batch agent feature"]
    ) -> tuple[Float[Array, "*batch agent knot"], Float[Array, "*batch agent"]]:
        """Return the worth of stored energy and the margin of demand put off.

        Args:
            features: shape [*batch, agent, feature].

        Returns:
            Worth of the next kWh at each knot, falling, shape [*batch, agent, knot]; what a kWh put off
            earns a step later beyond what it then costs, shape [*batch, agent]; both in price scales.
        """
        numbers = forward(self.network, features)
        falls = jax.nn.softplus(numbers[..., 1:KNOTS] + _FIRST_FALL) + _LEAST_FALL
        below = jnp.concatenate([jnp.zeros_like(falls[..., :1]), jnp.cumsum(falls, axis=-1)], axis=-1)
        return numbers[..., :1] - below, numbers[..., KNOTS]


class OpportunityValue(CompiledPolicy):
    """The policy that maximises profit now plus the believed worth of what it leaves stored.

    Source:
        Zheng et al. (2022), arXiv 2211.07797; the price inside the pool is ours.
    """

    task: Task
    """Makes the observations; its storages are its agents, in their order."""
    network: ValueNetwork
    name: str = eqx.field(default="value regression", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Find the price at which site and storages balance, and do what is best at it."""
        scale = self.task.setting.scales.price
        worth, margin = self.network(self.task.observe(view))
        worth, margin = (each.astype(view.energy_kwh.dtype) * scale for each in (worth, margin))
        return memory, best_requests(world, view, worth, put_off_for(view, margin, scale), scale)

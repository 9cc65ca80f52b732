"""Acts by what stored energy is worth: charge while a kWh costs less, discharge while it earns more.

Every storage has a falling curve of the worth of its next kWh. At a price inside the site each storage then
has one best energy, and load and storages together one price at which they balance: that of import, that of
export, or one between at which nothing crosses the grid connection.
"""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.learn.networks import AgentNetwork, step
from wattswarm.tasks.task import Task
from wattswarm.world import Requests, View, World

KNOTS = 9
"""Points of the curve, evenly spread from the floor to the ceiling of a storage."""
_HALVINGS = 24
_LEAST_FALL = 1e-4
"""Least fall of worth from knot to knot, as a share of the price scale: every worth has one energy."""
_FIRST_FALL = -3.0
"""Where falls start before training: softplus(-3) is about a twentieth of the price scale."""


class Opinion(eqx.Module):
    """What a network believes of a storage, from what its agent sees.

    Args:
        network: of one agent, shared by all; returns the curve and the margin.
    """

    network: AgentNetwork

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
        features = features.astype(self.network.encoder.weight.dtype)
        nothing = jnp.zeros((*features.shape[:-1], 0), features.dtype)
        numbers = step(self.network, nothing, features, jnp.zeros(features.shape[:-2], features.dtype))[1]
        falls = jax.nn.softplus(numbers[..., 1:KNOTS] + _FIRST_FALL) + _LEAST_FALL
        below = jnp.concatenate([jnp.zeros_like(falls[..., :1]), jnp.cumsum(falls, axis=-1)], axis=-1)
        return numbers[..., :1] - below, numbers[..., KNOTS]


class OpportunityValue(eqx.Module):
    """The policy that maximises profit now plus the believed worth of what it leaves stored.

    Args:
        task: tells what the agents see; its storages are its agents, in their order.
        opinion: what they believe.
        name: in tables and files.

    Source:
        Zheng et al. (2022), arXiv 2211.07797; the price inside the pool is ours.
    """

    task: Task
    opinion: Opinion
    name: str = eqx.field(default="value regression", static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, _world: World) -> tuple[()]:
        """Return nothing: what matters is in the view."""
        return ()

    def act(self, world: World, memory: tuple[()], view: View) -> tuple[Any, Requests]:
        """Find the price at which site and storages balance, and do what is best at it."""
        scale, exogenous = self.task.setting.scales.price, view.exogenous
        worth, margin = self.opinion(self.task.observe(view))
        worth, margin = (each.astype(view.energy_kwh.dtype) * scale for each in (worth, margin))
        fixed = exogenous.base_kw.sum() - exogenous.solar_kw.sum()
        waiting = exogenous.urgent_kwh + view.deferred_kwh

        def respond(price: Array) -> tuple[Array, Array, Array]:
            power = _best_power(world, view, worth, price)
            defer = jnp.where(margin > exogenous.service_price - price, exogenous.regular_kwh, 0.0)
            served = (waiting + exogenous.regular_kwh - defer).sum() / world.step_h
            return fixed + served + power.sum(), power, defer

        price = _balance(lambda price: respond(price)[0], exogenous.export_price, exogenous.import_price)
        _, power, defer = respond(price)
        return memory, Requests(power, jnp.full_like(exogenous.solar_kw, jnp.inf), defer)


def _balance(net: Any, export_price: Array, import_price: Array) -> Float[Array, ""]:
    """Return the price at which a net load that falls with it meets the grid, by halving between the two."""

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        draws = net(middle) > 0
        return jnp.where(draws, middle, low), jnp.where(draws, high, middle)

    low, high = jax.lax.fori_loop(0, _HALVINGS, halve, (export_price, import_price))
    between = 0.5 * (low + high)
    return jnp.where(
        net(import_price) >= 0, import_price, jnp.where(net(export_price) <= 0, export_price, between)
    )


def _best_power(
    world: World, view: View, worth: Float[Array, "storage knot"], price: Float[Array, ""]
) -> Float[Array, " storage"]:
    """Return the power [kW] that is best for each storage at a price inside the site, shape [storage]."""
    exogenous = view.exogenous
    eta, eta_out = world.charge_efficiency, world.discharge_efficiency
    span = exogenous.ceiling_kwh - exogenous.floor_kwh
    filled = exogenous.floor_kwh + span * _where_worth((price + exogenous.wear_price) / eta, worth)
    emptied = exogenous.floor_kwh + span * _where_worth((price - exogenous.wear_price) * eta_out, worth)
    gain = jnp.clip(view.energy_kwh, filled, emptied) - view.energy_kwh
    power = jnp.where(gain > 0, gain / eta, gain * eta_out) / world.step_h
    return jnp.clip(power, -view.discharge_limit_kw, view.charge_limit_kw)


def _where_worth(
    wanted: Float[Array, " storage"], worth: Float[Array, "storage knot"]
) -> Float[Array, " storage"]:
    """Return the share of its span up to which each storage's next kWh is worth more than wanted."""
    knots = jnp.linspace(0.0, 1.0, KNOTS, dtype=worth.dtype)
    return jax.vmap(lambda each, curve: jnp.interp(-each, -curve, knots))(wanted, worth)

"""Charging at once, but in an order where the grid connection is scarce: deadline, laxity, arrival, turns."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy, laxity_steps, missing_kw, requests
from wattswarm.plan.rules.priority import must_then_in_order, room_kw
from wattswarm.world import Requests, View, World


class EarliestDeadlineFirst(CompiledPolicy):
    """Serve first who leaves first."""

    name: str = eqx.field(default="earliest-deadline-first", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        return memory, requests(world, _ranked(world, view, view.exogenous.steps_left))


class LeastLaxityFirst(CompiledPolicy):
    """Serve first who can spare the least time."""

    name: str = eqx.field(default="least-laxity-first", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        return memory, requests(world, _ranked(world, view, laxity_steps(world, view)))


class _Waiting(CompiledPolicy):
    """A rule that remembers how many steps each vehicle has waited."""

    def begin(self, world: World) -> Float[Array, " battery"]:
        return jnp.zeros_like(world.initial_kwh)


class FirstComeFirstServed(_Waiting):
    """Serve first who came first."""

    name: str = eqx.field(default="first-come-first-served", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Rank by the time here, longest first."""
        here = jnp.where(view.exogenous.arriving > 0, 0.0, memory)
        return here + 1.0, requests(world, _ranked(world, view, -here))


class RoundRobin(_Waiting):
    """Take turns, a step each: serve first whose last turn is longest ago."""

    name: str = eqx.field(default="round-robin", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Rank by the steps since the last turn; who arrives joins the end of the line."""
        waited = jnp.where(view.exogenous.arriving > 0, 0.0, memory)
        power = _ranked(world, view, -waited)
        return jnp.where(power > 0, 0.0, waited + 1.0), requests(world, power)


def _ranked(world: World, view: View, rank: Float[Array, " battery"]) -> Float[Array, " battery"]:
    wanted = jnp.minimum(missing_kw(world, view), view.charge_limit_kw)
    return must_then_in_order(world, view, wanted, rank, room_kw(world, view))

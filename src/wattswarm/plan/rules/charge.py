"""Charging without a look at prices or neighbours: at once, evenly over the stay, as late as possible."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp

from wattswarm.control import CompiledPolicy, missing_kw, requests
from wattswarm.plan.rules.priority import site_must_kw
from wattswarm.world import Requests, View, World


class Uncontrolled(CompiledPolicy):
    """Charge at full power from plug-in until the target; storages rest: the no-flexibility case."""

    name: str = eqx.field(default="uncontrolled", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Ask for what is missing to the target, as fast as it goes."""
        return memory, requests(world, jnp.minimum(missing_kw(world, view), view.charge_limit_kw))


class AverageRate(CompiledPolicy):
    """Spread what is missing evenly over the rest of the stay."""

    name: str = eqx.field(default="average-rate", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Ask for what is missing divided by the steps left, more where a taper will slow the end."""
        power = missing_kw(world, view) / jnp.maximum(view.exogenous.steps_left, 1.0)
        power = jnp.maximum(power, site_must_kw(world, view))
        return memory, requests(world, jnp.minimum(power, view.charge_limit_kw))


class AsLateAsPossible(CompiledPolicy):
    """Wait until only charging without pause reaches the target."""

    name: str = eqx.field(default="as-late-as-possible", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        return memory, requests(world, site_must_kw(world, view))

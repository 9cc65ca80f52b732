"""The one contract of every policy: rules, planners, learners and the live controller."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.world import Requests, View, World


@runtime_checkable
class Policy(Protocol):
    """Maps what is visible to what is asked for.

    A compiled policy is a pure JAX function and a pytree of its parameters (an `equinox.Module`), so it
    runs inside `scan`, `vmap` and `grad`. One that is not compiled computes on the host, step by step, and
    is told what is known beside its view (`outlook.known_of`). Neither ever holds the scenario it runs on.
    """

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    @property
    def compiled(self) -> bool:
        """Whether `act` is a pure JAX function."""
        ...

    def begin(self, world: World) -> Any:
        """Return what the policy remembers before the first step."""
        ...

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Return the memory for the next step and the requests of this one."""
        ...


def requests(world: World, battery_kw: Float[Array, " battery"]) -> Requests:
    """Return requests for batteries alone: nothing deferred, curtailment left to the world."""
    dtype = battery_kw.dtype
    return Requests(
        battery_kw=battery_kw,
        solar_kw=jnp.full(world.solars, jnp.inf, dtype),
        defer_kwh=jnp.zeros(world.stations, dtype),
    )

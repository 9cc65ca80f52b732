"""The one contract of every policy: rules, planners, learners and the live controller."""

from __future__ import annotations

import abc
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
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


class CompiledPolicy(eqx.Module):
    """A compiled policy; it remembers nothing from step to step unless its `begin` says otherwise."""

    compiled = True

    def begin(self, world: World) -> Any:  # noqa: ARG002  # policies that remember read it
        """Return what the policy remembers before the first step: nothing."""
        return None

    @abc.abstractmethod
    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Return the memory for the next step and the requests of this one."""


class PolicyWrapper(eqx.Module):
    """A compiled policy that changes what another one asks for; it remembers what that one remembers."""

    inner: Policy
    compiled = True

    @abc.abstractmethod
    def change(self, world: World, view: View, asked: Requests) -> Requests:
        """Return the requests instead of those asked for."""

    def begin(self, world: World) -> Any:
        """Return what the other policy remembers before the first step."""
        return self.inner.begin(world)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Return the other policy's memory for the next step and the changed requests."""
        memory, asked = self.inner.act(world, memory, view)
        return memory, self.change(world, view, asked)


def requests(world: World, battery_kw: Float[Array, " battery"]) -> Requests:
    """Return requests for batteries alone: nothing deferred, curtailment left to the world."""
    dtype = battery_kw.dtype
    return Requests(
        battery_kw=battery_kw,
        solar_kw=jnp.full(world.solars, jnp.inf, dtype),
        defer_kwh=jnp.zeros(world.stations, dtype),
    )

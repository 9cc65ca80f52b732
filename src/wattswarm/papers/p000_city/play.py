"""Plays days of a city by a policy that needs no training, and tells every day's figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.papers.p000_city.measures import day_of
from wattswarm.papers.p000_city.world.look import look
from wattswarm.papers.p000_city.world.records import City, Flows, Requests, State, View
from wattswarm.papers.p000_city.world.step import step

Policy = Callable[[City, View, PRNGKeyArray], Requests]
"""What everybody asks for, from the start of an hour and a key for policies that draw."""


def play(
    city: City, policy: Policy, state: State, days: int, key: PRNGKeyArray
) -> tuple[State, Float[Array, "day measure"]]:
    """Play whole days; return the state after them, and the figures of each day."""

    def one(state: State, key: PRNGKeyArray) -> tuple[State, Float[Array, " measure"]]:
        state, flows = hours(city, policy, state, 24, key)
        return state, day_of(city, flows)

    final: tuple[State, Any] = jax.lax.scan(one, state, jax.random.split(key, days))
    return final


def hours(city: City, policy: Policy, state: State, count: int, key: PRNGKeyArray) -> tuple[State, Flows]:
    """Play some hours and return all that happened in them, leading axis [hour]."""

    def one(state: State, key: PRNGKeyArray) -> tuple[State, Flows]:
        view = look(city, state)
        return step(city, view, policy(city, view, key))

    final: tuple[State, Flows] = jax.lax.scan(one, state, jax.random.split(key, count))
    return final

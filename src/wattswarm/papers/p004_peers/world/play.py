"""Plays days of the vehicles with any way to choose, and what a day came to: the index of models.md 6.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.papers.p004_peers.world.day import Flows, Population, Requests, State, View, begin, look, step
from wattswarm.papers.p004_peers.world.settings import HOURS

Choose = Callable[[View, PRNGKeyArray], Requests]
"""From what is known of an hour to what is wanted."""


class Day(NamedTuple):
    """What a day came to, one number a vehicle."""

    start_kwh: Float[Array, " vehicle"]
    end_kwh: Float[Array, " vehicle"]
    adequacy: Float[Array, " vehicle"]
    """Share of floor and trip that it left with."""
    wear: Float[Array, " vehicle"]
    """Of what was given [currency]."""
    throughput_kwh: Float[Array, " vehicle"]
    """Drawn and given."""
    traded_kwh: Float[Array, " vehicle"]
    """Bought from and sold to other vehicles."""
    trades: Float[Array, " vehicle"]
    """Hours in which an order of it was matched."""
    worth: Float[Array, " vehicle"]
    """Money less wear and what lacked at departure, with what is stored at the cheapest price [currency]."""


@eqx.filter_jit
def play(people: Population, choose: Choose, keys: PRNGKeyArray) -> Day:
    """Play a day a key.

    Args:
        choose: who decides; a pytree, such as a bound method of an `equinox.Module`.
        keys: shape [day]; each draws batteries and trips, then what is drawn to decide.

    Returns:
        What the days came to, leading axis [day].
    """

    def one(key: PRNGKeyArray) -> Day:
        draw, decide = jax.random.split(key)
        first = begin(people, draw)

        def advance(state: State, key: PRNGKeyArray) -> Any:
            view = look(people, state)
            return step(people, view, choose(view, key))

        last, flows = jax.lax.scan(advance, first, jax.random.split(decide, HOURS))
        return day_of(people, first, last, flows)

    days: Day = jax.vmap(one)(keys)
    return days


def day_of(people: Population, first: State, last: State, flows: Flows) -> Day:
    settings = people.settings
    total = jax.tree.map(lambda each: each.sum(axis=0), flows)
    traded = flows.bought_kwh + flows.sold_kwh
    return Day(
        start_kwh=first.energy_kwh,
        end_kwh=last.energy_kwh,
        adequacy=total.adequacy,
        wear=total.wear,
        throughput_kwh=total.from_grid_kwh + total.to_grid_kwh + traded.sum(axis=0),
        traded_kwh=traded.sum(axis=0),
        trades=(traded > 0).sum(axis=0).astype(traded.dtype),
        worth=total.money - settings.unmet_price * total.unmet_kwh + settings.stored_price * last.energy_kwh,
    )


def charge_at_once(view: View, _key: PRNGKeyArray) -> Requests:
    """Want all from the grid that can be drawn: the population without flexibility."""
    return Requests(view.room_kwh, jnp.zeros_like(view.room_kwh))

"""An hour of vehicles that trade with the grid and, by matched orders, with each other (models.md 6.2)."""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.battery import discharge_limit, energy_after
from wattswarm.market.auction import Book, clear_uniform
from wattswarm.papers.p000_city.world import slot_of
from wattswarm.papers.p004_peers.world.settings import FIRST_HOUR, HOURS, Settings

Vehicles = Float[Array, " vehicle"]


class Population(eqx.Module):
    """Who leaves when; every day the same."""

    settings: Settings = eqx.field(static=True)
    """Numbers of batteries and tariffs."""
    leaves: Int[Array, " vehicle"]
    """Step in which each vehicle leaves, shape [vehicle]."""
    away: Int[Array, " vehicle"]
    """Steps that it stays away, shape [vehicle]."""

    @property
    def capacity_kwh(self) -> float:
        return self.settings.battery.kwh


class State(NamedTuple):
    """The population at the start of an hour."""

    energy_kwh: Vehicles
    trip_kwh: Vehicles
    """What today's trip takes."""
    step: Int[Array, ""]


class View(NamedTuple):
    """What is known and feasible at the start of an hour."""

    state: State
    slot: Int[Array, ""]
    """Place in the tariff's slots."""
    grid_price: Float[Array, ""]
    home: Bool[Array, " vehicle"]
    room_kwh: Vehicles
    """Most that each vehicle can draw, 0 while away."""
    spare_kwh: Vehicles
    """Most that each can give and keep its floor."""


class Requests(NamedTuple):
    """What vehicles want, above 0 to draw and below 0 to give [kWh]; what is beyond the feasible is cut."""

    grid_kwh: Vehicles
    peers_kwh: Vehicles


class Flows(NamedTuple):
    """What happened in an hour, one number a vehicle."""

    from_grid_kwh: Vehicles
    to_grid_kwh: Vehicles
    bought_kwh: Vehicles
    """From other vehicles."""
    sold_kwh: Vehicles
    """To other vehicles."""
    paid: Vehicles
    """To other vehicles [currency]."""
    earned: Vehicles
    """From other vehicles [currency]."""
    wear: Vehicles
    """Of what was given [currency]."""
    unmet_kwh: Vehicles
    """Lacking to floor and trip when a vehicle leaves."""
    adequacy: Vehicles
    """Share of floor and trip that a vehicle leaves with, 0 where none leaves."""
    money: Vehicles
    """Sales less purchases and wear [currency]; what is lacking at departure left out."""


def population(settings: Settings, seed: int = 0) -> Population:
    """Draw who leaves when."""
    rng = np.random.default_rng(seed)

    def steps(low: int, high: int) -> Int[Array, " vehicle"]:
        return jnp.asarray(rng.integers(low, high + 1, settings.vehicles), jnp.int32)

    return Population(settings, steps(*settings.leaves), steps(*settings.away))


def begin(people: Population, key: PRNGKeyArray) -> State:
    """Draw the batteries and trips of a day."""
    settings, charge = people.settings, jnp.zeros(people.settings.vehicles)
    one, two = jax.random.split(key)
    start = jax.random.uniform(one, charge.shape, charge.dtype, *settings.start)
    trip = jax.random.uniform(two, charge.shape, charge.dtype, *settings.trip)
    return State(start * people.capacity_kwh, trip * people.capacity_kwh, jnp.zeros((), jnp.int32))


def look(people: Population, state: State) -> View:
    settings, battery = people.settings, people.settings.battery
    clock = slot_of((FIRST_HOUR + np.arange(HOURS + 1)) % 24)
    slot = jnp.asarray(clock)[state.step]
    gone = (state.step >= people.leaves) & (state.step < people.leaves + people.away)
    room = jnp.minimum(battery.kw, (people.capacity_kwh - state.energy_kwh) / battery.efficiency)
    floor = jnp.full_like(state.energy_kwh, settings.floor * people.capacity_kwh)
    spare = discharge_limit(state.energy_kwh, floor, battery.kw, battery.efficiency, 1.0)
    return View(
        state=state,
        slot=slot,
        grid_price=jnp.asarray(settings.tariff.slots, room.dtype)[slot],
        home=~gone,
        room_kwh=jnp.where(gone, 0.0, jnp.maximum(room, 0.0)),
        spare_kwh=jnp.where(gone, 0.0, spare),
    )


def step(people: Population, view: View, asked: Requests) -> tuple[State, Flows]:
    """Trade with the grid and among vehicles, then let those leave whose hour has come.

    Buyers bid what the grid asks, sellers ask what refilling costs; one price clears the hour, and who is not
    matched keeps what it has. The grid comes first where a vehicle asks for both.

    Returns:
        The state an hour later, and what happened.
    """
    settings, battery, state = people.settings, people.settings.battery, view.state
    drawn = jnp.clip(asked.grid_kwh, 0.0, view.room_kwh)
    fed = jnp.clip(-asked.grid_kwh, 0.0, view.spare_kwh)
    bid = jnp.clip(asked.peers_kwh, 0.0, view.room_kwh - drawn)
    ask = jnp.clip(-asked.peers_kwh, 0.0, view.spare_kwh - fed)
    one = jnp.ones_like(bid)
    cleared = clear_uniform(Book(view.grid_price * one, bid, settings.refill_price * one, ask))
    charge, discharge = drawn + cleared.bought_kwh, fed + cleared.sold_kwh
    energy = energy_after(state.energy_kwh, charge, discharge, battery.efficiency, battery.efficiency, 1.0)
    wear = battery.wear * discharge

    leaving = people.leaves == state.step + 1
    need = settings.floor * people.capacity_kwh + state.trip_kwh
    returning = people.leaves + people.away == state.step + 1
    driven = jnp.minimum(state.trip_kwh, energy)
    flows = Flows(
        from_grid_kwh=drawn,
        to_grid_kwh=fed,
        bought_kwh=cleared.bought_kwh,
        sold_kwh=cleared.sold_kwh,
        paid=cleared.paid,
        earned=cleared.earned,
        wear=wear,
        unmet_kwh=jnp.where(leaving, jnp.maximum(need - energy, 0.0), 0.0),
        adequacy=jnp.where(leaving, jnp.minimum(energy / need, 1.0), 0.0),
        money=cleared.earned - cleared.paid + settings.tariff.feed_in * fed - view.grid_price * drawn - wear,
    )
    after = jnp.where(returning, energy - driven, energy)
    return State(after, state.trip_kwh, state.step + 1), flows

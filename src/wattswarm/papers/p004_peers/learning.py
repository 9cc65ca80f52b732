"""Paper 004 as a problem: one of five actions a vehicle and hour, as printed or mended (models.md 6)."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from wattswarm.learn import Layout
from wattswarm.learn.algorithms.value import Tabular, TabularState
from wattswarm.learn.parts import Bins, evenly
from wattswarm.papers.p004_peers.world import (
    ACTIONS,
    HOURS,
    Flows,
    Population,
    Requests,
    State,
    View,
    begin,
    look,
    step,
)
from wattswarm.tasks import Observation, Timestep

FEATURES = ("stored", "slot", "hour")
BINS = (evenly("stored", 0.0, 1.0, 10), Bins("slot", (0.5, 1.5)), evenly("hour", 0.0, HOURS, 4))
"""Ten states of charge, three levels of price, four parts of the day."""
NOTHING = (Bins("stored", ()),)
"""The printed table: a row for each vehicle, whatever its state."""
_LEAST_KWH = 1e-3
CHARGE, DISCHARGE, IDLE, SELL, BUY = range(len(ACTIONS))


class Today(NamedTuple):
    """Where a day stands."""

    state: State
    key: PRNGKeyArray
    """Draws the next day."""


class Contracts(eqx.Module):
    """Vehicles that charge, discharge, idle, sell and buy for a day.

    Sound: to charge and discharge is to trade with the grid, to buy and sell is an order to the others that
    moves energy only if it is matched; what is not feasible cannot be chosen; pay is money less wear and what
    is lacking at departure, and the change of what is stored, at the cheapest price: a day that leaves a
    battery to refill has not earned all that it sold. Literal: selling is discharging and buying is charging,
    anything can be chosen, and pay is one point for charging what is nearly empty or giving of what is nearly
    full, less one for the reverse.
    """

    people: Population
    literal: bool = eqx.field(static=True, default=False)
    """Whether actions and pay are as printed."""

    @property
    def layout(self) -> Layout:
        """Vehicles, what they see, and their five actions."""
        names = tuple(f"vehicle {at}" for at in range(self.people.settings.vehicles))
        choices = tuple((float(at),) for at in range(len(ACTIONS)))
        return Layout(
            "contracts, literal" if self.literal else "contracts", names, FEATURES, 1, ("action",), choices
        )

    @property
    def horizon(self) -> int:
        return HOURS

    def reset(self, key: PRNGKeyArray) -> tuple[Today, Observation]:
        drawn, left = jax.random.split(key)
        state = begin(self.people, drawn)
        return Today(state, left), self.see(look(self.people, state))

    def step(self, today: Today, controls: Float[Array, "agent control"]) -> tuple[Today, Timestep]:
        """Live an hour; after the last one another day begins. The score is what all earn together."""
        view = look(self.people, today.state)
        after, flows = step(self.people, view, self.requests(view, controls))
        stored = after.energy_kwh - today.state.energy_kwh
        mended = self._pay(flows, stored)
        pay = self._printed(view, controls) if self.literal else mended
        following = self.see(look(self.people, after))
        fresh, seen = self.reset(today.key)
        ended = after.step >= HOURS

        def choose(new: Array, old: Array) -> Array:
            return jnp.where(ended, new, old)

        goes_on = jax.tree.map(choose, fresh, Today(after, today.key))
        one = jnp.ones((), pay.dtype)
        shown = jax.tree.map(choose, seen, following)
        return goes_on, Timestep(shown, pay, ended * one, (~ended) * one, following, mended.sum())

    def requests(self, view: View, controls: Float[Array, "agent control"]) -> Requests:
        """Return what the actions ask: all that is feasible."""
        action = controls[:, 0]
        draws, gives = (action == CHARGE) * view.room_kwh, (action == DISCHARGE) * view.spare_kwh
        buys, sells = (action == BUY) * view.room_kwh, (action == SELL) * view.spare_kwh
        if self.literal:
            return Requests(draws + buys - gives - sells, jnp.zeros_like(draws))
        return Requests(draws - gives, buys - sells)

    def see(self, view: View) -> Observation:
        """Return what the vehicles see of the start of an hour."""
        stored = view.state.energy_kwh / self.people.capacity_kwh
        every = jnp.ones_like(stored)
        features = jnp.stack([stored, view.slot * every, view.state.step * every], axis=-1)
        ends = every[:, None] * (len(ACTIONS) - 1)
        return Observation(features, stored[:1], self._mask(view), 0.0 * ends, ends)

    def _mask(self, view: View) -> Bool[Array, "agent choice"]:
        everything = jnp.ones((view.room_kwh.size, len(ACTIONS)), bool)
        if self.literal:
            return everything
        draws, gives = (view.room_kwh > _LEAST_KWH)[:, None], (view.spare_kwh > _LEAST_KWH)[:, None]
        action = jnp.arange(len(ACTIONS))
        drawing, giving = (action == CHARGE) | (action == BUY), (action == DISCHARGE) | (action == SELL)
        return everything & (draws | ~drawing) & (gives | ~giving)

    def _pay(self, flows: Flows, stored_kwh: Float[Array, " agent"]) -> Float[Array, " agent"]:
        settings = self.people.settings
        return flows.money - settings.unmet_price * flows.unmet_kwh + settings.stored_price * stored_kwh

    def _printed(self, view: View, controls: Float[Array, "agent control"]) -> Float[Array, " agent"]:
        stored, action = view.state.energy_kwh / self.people.capacity_kwh, controls[:, 0]
        one = jnp.ones_like(stored)
        draws, gives = (action == CHARGE) | (action == BUY), (action == DISCHARGE) | (action == SELL)
        drawn = jnp.where(stored < 0.3, one, jnp.where(stored > 0.9, -one, 0.0))
        given = jnp.where(stored > 0.7, one, jnp.where(stored < 0.2, -one, 0.0))
        return jnp.where(draws, drawn, 0.0) + jnp.where(gives, given, 0.0)


def q_learning(problem: Contracts, **changes: Any) -> Tabular:
    """Return the tables of paper 004: alpha 0.2, exploration 0.8 that fades by 0.5 % an episode.

    Args:
        problem: whose vehicles learn; as printed, they do so without a state.
        changes: fields of `Tabular` to set otherwise.
    """
    rates: dict[str, Any] = {
        "alpha": 0.2,
        "last_alpha": 0.2,
        "gamma": 0.95,
        "epsilon": 0.8,
        "last_epsilon": 0.0,
    }
    bins = NOTHING if problem.literal else BINS
    return Tabular(**{"updates": 1, "bins": bins, "sequence": HOURS, "fading": 0.995, **rates, **changes})


class Greedy(eqx.Module):
    """Vehicles that do what their tables value most."""

    problem: Contracts
    """What they see and may do."""
    learner: Tabular
    state: TabularState

    def __call__(self, view: View, _key: PRNGKeyArray) -> Requests:
        seen = self.problem.see(view)
        nothing = self.learner.begin(self.problem.layout)
        act = self.learner.act(self.state, nothing, seen, jnp.zeros(()), None)[1]
        return self.problem.requests(view, act.controls)


class Chance(eqx.Module):
    """Vehicles that choose evenly among what is feasible."""

    problem: Contracts

    def __call__(self, view: View, key: PRNGKeyArray) -> Requests:
        seen = self.problem.see(view)
        choice = jax.random.categorical(key, jnp.where(seen.mask, 0.0, -jnp.inf), axis=-1)
        return self.problem.requests(view, choice[:, None].astype(view.room_kwh.dtype))

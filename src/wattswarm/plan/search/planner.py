"""Planning days ahead by search: candidates are carried out in the world itself and judged by its money."""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.control import Guarded, Policy
from wattswarm.plan.rules import LeastLaxityFirst
from wattswarm.plan.scheduled import Scheduled
from wattswarm.plan.search.decoder import Slots, decode, encode, slots_of
from wattswarm.search import Budget, Floats, Result, Search
from wattswarm.world import Scenario, State, Timeline, World, open_step, start, step

DAY_H = 24.0
"""Hours that are planned at once."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A searched plan and how the search went."""

    policy: Guarded
    """Carries the plan out."""
    results: tuple[Result, ...]
    """Of each window's search."""


def plan_by_search(
    believed: Scenario, search: Search, rng: np.random.Generator, budget: Budget | None = None
) -> Plan:
    """Search for the schedule that earns most if what is believed happens, a day after the other.

    What the plan knows is the caller's choice: the scenario it will run on makes it an ORACLE, one with
    forecasts in the place of truth makes it an honest day-ahead plan. Each search starts from least laxity
    first. A day is judged on its own, so energy left in storages at its end counts for nothing; demand that
    can wait is not put off.

    Args:
        believed: prices, sun, load and stays as far as they are known or forecast.
        budget: evaluations for each day; 50 x 100 without.

    Returns:
        The plan; targets stay in reach whatever happens, as far as limits allow.
    """
    budget = budget or Budget()
    world, timeline = believed.world(np.float32), believed.timeline(np.float32)
    windows = _windows(believed)
    slots, stays = _sizes(believed, windows)
    state, tables, results = start(world), [], []
    for begin, end in windows:
        there = np.asarray(state.energy_kwh, np.float64)
        window = slots_of(believed, world, begin, end, there, slots, stays)
        days = timeline.window(begin, end)
        _, _, usual = carry_out(world, days, state, LeastLaxityFirst())
        known = encode(window, np.asarray(usual, np.float64), world.ports)[None]
        result = search.minimise(Judge(world, days, state, window), window.dimension, rng, budget, known)
        table = decode(window, jnp.asarray(result.best, jnp.float32), world.ports)
        state, _, _ = carry_out(world, days, state, _policy(world, table, search.name))
        tables.append(np.asarray(table, np.float64))
        results.append(result)
    return Plan(_policy(world, jnp.asarray(np.concatenate(tables)), search.name), tuple(results))


@dataclass(frozen=True, eq=False)
class Judge:
    """Fitness of candidates: what the day costs, in the world's own money."""

    world: World
    timeline: Timeline
    state: State
    """Where it begins."""
    slots: Slots
    """The day as the decoder sees it."""

    def __call__(self, population: Floats) -> Floats:
        """Return the cost of each candidate [currency], shape [individual]."""
        candidates = jnp.asarray(population, jnp.float32)
        costs = _costs(self.world, self.timeline, self.state, self.slots, candidates)
        return np.asarray(costs, np.float64)


@eqx.filter_jit
def carry_out(
    world: World, timeline: Timeline, state: State, policy: Policy
) -> tuple[State, Float[Array, ""], Float[Array, "step battery"]]:
    """Run a compiled policy and keep only what judging a plan needs.

    Args:
        state: where it begins.

    Returns:
        The state at the end, the profit [currency] and the power of each battery [kW].
    """

    def advance(
        carry: tuple[State, object], row: Float[Array, " column"]
    ) -> tuple[tuple[State, object], tuple[Array, Array]]:
        state, memory = carry
        state, view = open_step(world, timeline, state, row)
        memory, asked = policy.act(world, memory, view)
        state, flows = step(world, state, view, asked)
        return (state, memory), (flows.money.net, flows.dispatch.charge_kw - flows.dispatch.discharge_kw)

    (state, _), (net, power) = jax.lax.scan(advance, (state, policy.begin(world)), timeline.rows)
    return state, net.sum(), power


@eqx.filter_jit
def _costs(
    world: World, timeline: Timeline, state: State, slots: Slots, candidates: Float[Array, "n dimension"]
) -> Float[Array, " n"]:
    def cost(candidate: Float[Array, " dimension"]) -> Float[Array, ""]:
        table = decode(slots, candidate, world.ports)
        return -carry_out(world, timeline, state, _policy(world, table, "candidate"))[1]

    return jax.vmap(cost)(candidates)


def _policy(world: World, table: Float[Array, "step battery"], name: str) -> Guarded:
    steps = table.shape[0]
    sun = jnp.full((steps, world.solars), jnp.inf, table.dtype)
    wait = jnp.zeros((steps, world.stations), table.dtype)
    return Guarded(Scheduled(table, sun, wait, name=name), name=name)


def _windows(scenario: Scenario) -> list[tuple[int, int]]:
    day = max(1, round(DAY_H / scenario.arrays.dt_h))
    return [(begin, min(begin + day, scenario.steps)) for begin in range(0, scenario.steps, day)]


def _sizes(scenario: Scenario, windows: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the most slots and stays of any window, so that one program serves all; one stay is padding."""
    begin, end = scenario.stays.begin, scenario.stays.end
    slots, stays = [1], [0]
    for first, last in windows:
        lengths = np.minimum(end, last) - np.maximum(begin, first)
        slots.append(int(lengths[lengths > 0].sum()))
        stays.append(int((lengths > 0).sum()))
    return max(slots), max(stays) + 1

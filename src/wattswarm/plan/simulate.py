"""Runs policies through a scenario and keeps every flow of energy and money."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike

from wattswarm.battery.ageing import Health, health
from wattswarm.plan.policy import Policy
from wattswarm.world import Flows, Scenario, State, Timeline, World, look, reveal, start, step

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""


@dataclass(frozen=True, eq=False)
class Run:
    """One policy's way through a scenario.

    Args:
        policy: its name.
        scenario: where it ran.
        flows: every flow as NumPy arrays, leading axis [step].
        health: ageing of every battery at the end, None where it was not kept.
        seconds: time spent on the policy's own decisions, 0 for compiled ones.
    """

    policy: str
    scenario: Scenario
    flows: Flows
    health: Health | None
    seconds: float = 0.0

    @cached_property
    def profit(self) -> float:
        """Money earned over the horizon [currency]."""
        money = jax.tree.map(lambda values: np.asarray(values, np.float64).sum(), self.flows.money)
        return float(money.net)


def simulate(
    scenario: Scenario,
    policies: Sequence[Policy],
    *,
    dtype: DTypeLike = np.float64,
    ages: bool = False,
    progress: Progress | None = None,
) -> list[Run]:
    """Run every policy through the scenario; compiled ones side by side in one program.

    Args:
        scenario: what happens.
        policies: who decides.
        dtype: precision of the world.
        ages: whether to keep the batteries' health.
        progress: told of the steps of policies that compute on the host.

    Returns:
        One run a policy, in the same order.
    """
    world, timeline = scenario.world(dtype, ages=ages), scenario.timeline(dtype)
    compiled = [policy for policy in policies if policy.compiled]
    runs: dict[int, Run] = {}
    if compiled:
        flows, healths = jax.tree.map(np.asarray, _side_by_side(world, timeline, tuple(compiled)))
        for at, policy in enumerate(compiled):
            own = jax.tree.map(lambda values, at=at: values[:, at], flows)
            worn = jax.tree.map(lambda values, at=at: values[at], healths) if ages else None
            runs[id(policy)] = Run(policy.name, scenario, own, worn)
    for policy in policies:
        if not policy.compiled:
            runs[id(policy)] = _on_the_host(world, timeline, policy, scenario, progress)
    return [runs[id(policy)] for policy in policies]


@eqx.filter_jit
def _side_by_side(world: World, timeline: Timeline, policies: tuple[Policy, ...]) -> tuple[Flows, Any]:
    """Scan over time with a world for each policy: flows [step, policy, ...] and health [policy, ...]."""

    def advance(carry: Any, row: Any) -> tuple[Any, Flows]:
        states, memories = carry
        exogenous = timeline.unpack(row)
        states = jax.vmap(lambda state: reveal(world, state, exogenous))(states)
        views = jax.vmap(lambda state: look(world, state, exogenous))(states)
        asked, kept = [], []
        for at, policy in enumerate(policies):
            view = jax.tree.map(lambda values, at=at: values[at], views)
            memory, request = policy.act(world, memories[at], view)
            asked.append(request)
            kept.append(memory)
        requests = jax.tree.map(lambda *each: jnp.stack(each), *asked)
        states, flows = jax.vmap(lambda s, v, r: step(world, s, v, r))(states, views, requests)
        return (states, tuple(kept)), flows

    states = jax.tree.map(lambda *each: jnp.stack(each), *[start(world) for _ in policies])
    memories = tuple(policy.begin(world) for policy in policies)
    (states, _), flows = jax.lax.scan(advance, (states, memories), timeline.rows)
    return flows, None if states.ageing is None else jax.vmap(health)(states.ageing)


@eqx.filter_jit
def _reveal_and_look(world: World, timeline: Timeline, state: State, at: Any) -> tuple[State, Any]:
    exogenous = timeline.at(at)
    state = reveal(world, state, exogenous)
    return state, look(world, state, exogenous)


_step = eqx.filter_jit(step)
_health = eqx.filter_jit(health)


def _on_the_host(
    world: World, timeline: Timeline, policy: Policy, scenario: Scenario, progress: Progress | None
) -> Run:
    state, memory, collected = start(world), policy.begin(world), []
    spent = 0.0
    for at in range(timeline.steps):
        state, view = _reveal_and_look(world, timeline, state, jnp.asarray(at))
        began = time.process_time()
        memory, request = policy.act(world, memory, view)
        spent += time.process_time() - began
        state, flows = _step(world, state, view, request)
        collected.append(jax.tree.map(np.asarray, flows))
        if progress:
            progress(at + 1, timeline.steps)
    flows = jax.tree.map(lambda *each: np.stack(each), *collected)
    worn = None if state.ageing is None else jax.tree.map(np.asarray, _health(state.ageing))
    return Run(policy.name, scenario, flows, worn, spent)

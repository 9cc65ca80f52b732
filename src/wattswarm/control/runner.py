"""Runs policies through a scenario and keeps every flow of energy and money."""

from __future__ import annotations

import itertools
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
from jaxtyping import Array, Float
from numpy.typing import NDArray

from wattswarm.battery import Health, health
from wattswarm.control.contract import Policy
from wattswarm.outlook import Knowledge, hinted_timeline
from wattswarm.world import Flows, Requests, Scenario, State, Timeline, View, World, open_step, start, step

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""


@dataclass(frozen=True, eq=False)
class Run:
    """One policy's way through a scenario."""

    policy: str
    scenario: Scenario
    flows: Flows
    """Every flow as NumPy arrays, leading axis [step]."""
    health: Health | None
    """Ageing of every battery at the end, None where it was not kept."""
    seconds: float = 0.0
    """Time spent on the policy's own decisions, 0 for compiled ones."""

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
        ages: whether to keep the batteries' health.
        progress: told of the steps of policies that compute on the host.

    Returns:
        One run a policy, in the same order.
    """
    world = scenario.world(dtype, ages=ages)
    compiled = [policy for policy in policies if policy.compiled]
    runs: dict[int, Run] = {}
    if compiled:
        kinds = _kinds(compiled)
        timeline, sizes = hinted_timeline(scenario, dtype), tuple(len(members) for members in kinds)
        played = _side_by_side(world, timeline, tuple(map(_stacked, kinds)), sizes)
        flows, healths = jax.tree.map(np.asarray, played)
        for at, policy in enumerate(itertools.chain.from_iterable(kinds)):
            own = jax.tree.map(lambda values, at=at: values[:, at], flows)
            worn = jax.tree.map(lambda values, at=at: values[at], healths) if ages else None
            runs[id(policy)] = Run(policy.name, scenario, own, worn)
    for policy in policies:
        if not policy.compiled:
            timeline = scenario.timeline(dtype)
            runs[id(policy)] = _on_the_host(world, timeline, policy, scenario, progress)
    return [runs[id(policy)] for policy in policies]


_traced_step = jax.jit(step)


def _step(world: World, state: State, view: View, request: Requests) -> tuple[State, Flows]:
    """Take a step that is traced once for all programs; it needs nothing that policies are told."""
    after: tuple[State, Flows] = _traced_step(world, state, view._replace(told=None), request)
    return after


@eqx.filter_jit
def _side_by_side(
    world: World, timeline: Timeline, kinds: tuple[Policy, ...], sizes: tuple[int, ...]
) -> tuple[Flows, Any]:
    """Scan over time with a world for each policy: flows [step, policy, ...] and health [policy, ...].

    Args:
        kinds: policies that differ in numbers only, stacked in one.
        sizes: how many each kind holds.
    """
    ends = list(itertools.accumulate(sizes))

    def advance(carry: Any, row: Any) -> tuple[Any, Flows]:
        states, memories = carry
        states, views = jax.vmap(lambda state: open_step(world, timeline, state, row))(states)
        asked, kept = [], []
        for policy, memory, size, end in zip(kinds, memories, sizes, ends, strict=True):
            seen = jax.tree.map(lambda values, low=end - size, high=end: values[low:high], views)
            act = eqx.filter_vmap(lambda p, m, v: p.act(world, m, v), axis_size=size)
            memory, request = act(policy, memory, seen)
            asked.append(request)
            kept.append(memory)
        requests = jax.tree.map(lambda *each: jnp.concatenate(each), *asked)
        states, flows = jax.vmap(lambda s, v, r: _step(world, s, v, r))(states, views, requests)
        return (states, tuple(kept)), flows

    states = jax.tree.map(lambda values: jnp.broadcast_to(values, (ends[-1], *values.shape)), start(world))
    memories = tuple(
        eqx.filter_vmap(lambda p: p.begin(world), axis_size=size)(policy)
        for policy, size in zip(kinds, sizes, strict=True)
    )
    (states, _), flows = jax.lax.scan(advance, (states, memories), timeline.rows)
    return flows, None if states.ageing is None else jax.vmap(health)(states.ageing)


def _kinds(policies: Sequence[Policy]) -> list[list[Policy]]:
    """Group policies that differ in numbers only: they are traced and compiled once."""
    groups: list[tuple[Any, list[Policy]]] = []
    for policy in policies:
        arrays, rest = eqx.partition(policy, eqx.is_array)
        kind = (jax.tree.map(lambda x: (x.shape, str(x.dtype)), arrays), rest)
        for known, members in groups:
            if bool(eqx.tree_equal(known, kind)):
                members.append(policy)
                break
        else:
            groups.append((kind, [policy]))
    return [members for _, members in groups]


def _stacked(members: Sequence[Policy]) -> Policy:
    """Return policies of one kind as one, with a leading axis on each of its arrays."""
    parts = [eqx.partition(member, eqx.is_array) for member in members]
    # Stacked on the host, where every shape needs no program of its own.
    arrays = jax.tree.map(lambda *each: jnp.asarray(np.stack(each)), *[arrays for arrays, _ in parts])
    stacked: Policy = eqx.combine(arrays, parts[0][1])
    return stacked


@jax.jit
def _open_step(world: World, timeline: Timeline, state: State, at: Any) -> tuple[State, View]:
    opened: tuple[State, View] = open_step(world, timeline, state, timeline.rows[at])
    return opened


@jax.jit
def _turn(
    world: World, timeline: Timeline, state: State, request: Requests, at: Any, next_at: Any
) -> tuple[State, tuple[View, Flows]]:
    """Carry a step's request out and show the next step, from state to state at the end of a step."""
    opened, view = _open_step(world, timeline, state, at)
    after, flows = _step(world, opened, view, request)
    return after, (_open_step(world, timeline, after, next_at)[1], flows)


@jax.jit
def _packed_turn(*turn: Any) -> tuple[State, Float[Array, " column"]]:
    """Take a turn and return all that is to be seen in one row: every array costs as much as its numbers."""
    state, seen = _turn(*turn)
    return state, jnp.concatenate([values.ravel() for values in jax.tree.leaves(seen)])


def _unpacked(rows: NDArray[Any], record: Any) -> Any:
    """Return the fields of a record that is packed in rows, shape [..., column]."""
    leaves, structure = jax.tree.flatten(record)
    fields, end = [], 0
    for leaf in leaves:
        begin, end = end, end + leaf.size
        fields.append(rows[..., begin:end].reshape((*rows.shape[:-1], *leaf.shape)))
    return jax.tree.unflatten(structure, fields)


_start, _health = jax.jit(start), eqx.filter_jit(health)


def _on_the_host(
    world: World, timeline: Timeline, policy: Policy, scenario: Scenario, progress: Progress | None
) -> Run:
    memory, rows, spent, last = policy.begin(world), [], 0.0, timeline.steps - 1
    state, knowledge, record = _start(world), Knowledge(scenario), None
    view = jax.tree.map(np.asarray, _open_step(world, timeline, state, 0)[1])
    for at in range(timeline.steps):
        began = time.process_time()
        memory, request = policy.act(world, memory, view._replace(told=knowledge.at(at, view)))
        spent += time.process_time() - began
        turn = (world, timeline, state, request, at, min(at + 1, last))
        record = record or _turn.eval_shape(*turn)[1]
        state, row = _packed_turn(*turn)
        rows.append(np.asarray(row))
        view = _unpacked(rows[-1], record[0])
        if progress:
            progress(at + 1, timeline.steps)
    _, flows = _unpacked(np.stack(rows), record)
    worn = None if state.ageing is None else jax.tree.map(np.asarray, _health(state.ageing))
    return Run(policy.name, scenario, flows, worn, spent)

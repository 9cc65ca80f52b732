"""Tabular Q-learning of any number of agents at once: Q[s, a] += alpha (r + gamma max Q[s'] - Q[s, a]).

A step of all agents is two gathers and one scatter-add on an array [agent, state, choice], or
[1, state, choice] where they share one table, so that thousands of agents cost as little as one network.
Agents of several kinds have tables of different length, one after another in [1, row, choice].
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn.contract import Action, Key, Metrics, Trajectory
from wattswarm.learn.parts.bins import Bins, Kind, columns, evenly, index_of_kinds, state_count
from wattswarm.learn.parts.masked import NEVER
from wattswarm.learn.parts.returns import cut_after, known
from wattswarm.learn.parts.schedule import fading, straight
from wattswarm.learn.problem import Layout, Problem
from wattswarm.learn.training.collect import RolloutState
from wattswarm.learn.training.side_by_side import side_by_side
from wattswarm.tasks import Observation

Table = Float[Array, "table state choice"]
Rows = Float[Array, "row choice"]
"""The tables one after another, so that an agent's state is one row."""
Rate = Float[Array, ""] | float

BATTERY_BINS = (
    evenly("state of charge", 0.0, 1.0, 10),
    Bins("price above low", (0.0,)),
    Bins("price above high", (0.0,)),
    Bins("hour, sine", (0.0,)),
    Bins("hour, cosine", (0.0,)),
)
"""Ten states of charge, three levels of price and four parts of the day."""


class TabularState(NamedTuple):
    """What training changes, and the places of the binned features in the problem."""

    table: Table
    columns: Int[Array, " bin"]
    grid: Float[Array, "choice control"]
    updates: Int[Array, ""]


class Corrections(NamedTuple):
    """The corrections of a step."""

    error: Float[Array, "*time env agent"]
    """What the visit was worth less what its cell held."""
    value: Float[Array, "*time env agent"]
    """What the cell held before."""


class Tabular(eqx.Module):
    """Independent Q-learning with a table for each agent, or one that all share.

    Source:
        Watkins and Dayan (1992), doi 10.1007/BF00992698; papers 000 and 004.
    """

    updates: int = eqx.field(static=True)
    """Rounds of `sequence` steps in the whole training."""
    bins: tuple[Bins, ...] = eqx.field(default=BATTERY_BINS, static=True)
    """Features that make a state, and their edges."""
    kinds: tuple[Kind, ...] = eqx.field(default=(), static=True)
    """Agents of several kinds in the order of the problem, each with its own bins; without any, all have
    `bins`."""
    shared: bool = eqx.field(default=False, static=True)
    """Whether all agents, or all of a kind, write into one table."""
    collisions: Literal["mean", "sum"] = eqx.field(default="mean", static=True)
    """What a cell learns that several environments or agents visit in the same step: the mean of their
    corrections, as one agent would learn, or their sum, as if they had come one after another."""
    environments: int = eqx.field(default=1, static=True)
    """Episodes played side by side."""
    sequence: int = eqx.field(default=24, static=True)
    """Steps of a round; the table learns after every one of them."""
    alpha: Rate = 0.1
    """First learning rate."""
    last_alpha: Rate = 0.01
    """Learning rate at the end of training, reached in a straight line."""
    gamma: Rate = 0.95
    epsilon: Rate = 1.0
    """First share of random choices."""
    last_epsilon: Rate = 0.05
    """Share of random choices that remains."""
    exploring: Rate = 0.5
    """Share of training over which epsilon falls."""
    fading: Rate = 0.0
    """Factor of epsilon from one update to the next; 0 lets it fall in a straight line."""
    initial: Rate = 0.0
    """Value of every cell at the start; above all returns it explores by optimism."""

    name = "tabular"

    def init(self, _key: PRNGKeyArray, layout: Layout) -> TabularState:
        """Return empty tables.

        Raises:
            InputError: the problem lacks a binned feature, or has other agents than the kinds.
        """
        kinds = self._kinds(len(layout.agents))
        tables = [1 if self.shared else kind.agents for kind in kinds]
        states = [state_count(kind.bins) for kind in kinds]
        rows = sum(count * each for count, each in zip(tables, states, strict=True))
        shape = (1, rows) if self.kinds else (tables[0], states[0])
        table = jnp.full((*shape, len(layout.choices)), self.initial, jnp.float32)
        observation = jnp.concatenate([columns(kind.bins, layout) for kind in kinds])
        return TabularState(table, observation, layout.grid, jnp.zeros((), jnp.int32))

    def begin(self, layout: Layout) -> Float[Array, "agent 0"]:
        return jnp.zeros((len(layout.agents), 0), jnp.float32)

    def act(
        self, state: TabularState, memory: Any, observation: Observation, _first: Float[Array, ""], key: Key
    ) -> tuple[Any, Action]:
        """Choose the feasible row of highest value, or with probability epsilon any feasible one."""
        at = self._index(state, observation.features)
        choice = _best(self._read(_rows(state.table), at), observation.mask)[1]
        if key is not None:
            drawn = jax.random.uniform(key, choice.shape, jnp.float32)
            choice = _explore(drawn, choice, observation.mask, self._epsilon(state.updates))
        return memory, Action(state.grid[choice].astype(observation.low.dtype), choice, at)

    def train_step(
        self, problem: Problem, state: TabularState, start: RolloutState, key: PRNGKeyArray
    ) -> tuple[TabularState, RolloutState, Metrics, Float[Array, "time env"]]:
        """Play `sequence` steps and learn after each, so that the next choice knows of it.

        Args:
            key: draws exploration, all of it at once, which costs a third of drawing it step by step.

        Returns:
            State of the learner and of the environments after, metrics, and the score of every step.
        """
        alpha, epsilon = self._alpha(state.updates), self._epsilon(state.updates)
        here = self._index(state, start.observation.features)
        step = side_by_side(problem.step, here.shape[0])
        drawn = jax.random.uniform(key, (self.sequence, *here.shape), jnp.float32)

        def advance(carry: Any, drawn: Array) -> Any:
            table, states, observation, here, _ = carry
            greedy = _best(self._read(table, here), observation.mask)[1]
            choice = _explore(drawn, greedy, observation.mask, epsilon)
            controls = state.grid[choice].astype(observation.low.dtype)
            states, timestep = step(states, controls)
            # Both at once, else XLA counts bins again for every choice that it looks up.
            features = jnp.stack([timestep.next_observation.features, timestep.observation.features])
            after, next_here = self._index(state, features)
            discount = (self.gamma * timestep.discount).astype(jnp.float32)
            one = jnp.ones_like(discount)
            visit = (here, choice, after, timestep.next_observation.mask, timestep.reward, discount, one)
            table, learned = self._correct(table, alpha, visit)
            return (table, states, timestep.observation, next_here, timestep.first), (learned, timestep.score)

        begin = (_rows(state.table), start.state, start.observation, here, start.first)
        (table, states, observation, _, first), (learned, scores) = jax.lax.scan(advance, begin, drawn)
        state, metrics = self._moved_on(state, table, learned)
        return state, RolloutState(states, observation, first, start.memory), metrics, scores

    def update(
        self, state: TabularState, trajectory: Trajectory, _key: PRNGKeyArray
    ) -> tuple[TabularState, Metrics]:
        """Correct the table by every step of a trajectory, in the order of time."""
        steps = trajectory.steps
        here = steps.action.notes
        closing = self._index(state, trajectory.closing.features)
        alpha = self._alpha(state.updates)
        visits = (
            here,
            steps.action.choice,
            jnp.concatenate([here[1:], closing[None]]),
            jnp.concatenate([steps.observation.mask[1:], trajectory.closing.mask[None]]),
            steps.reward,
            (self.gamma * steps.discount * (1.0 - cut_after(steps.first))).astype(jnp.float32),
            known(steps.first, steps.discount).astype(jnp.float32),
        )
        table, learned = jax.lax.scan(
            lambda table, visit: self._correct(table, alpha, visit), _rows(state.table), visits
        )
        return self._moved_on(state, table, learned)

    def _correct(self, table: Rows, alpha: Array, visit: tuple[Array, ...]) -> tuple[Rows, Corrections]:
        """Move each visited cell towards what the visit was worth."""
        here, choice, after, mask, reward, discount, weight = visit
        worth = reward.astype(jnp.float32) + discount[:, None] * _best(self._read(table, after), mask)[0]
        cell = (self._row(here), choice)
        value = table.at[cell].get(mode="promise_in_bounds")
        error = weight[:, None] * (worth - value)
        alone = here.shape[0] == 1 and not self.shared
        if not alone and self.collisions == "mean":
            visits = jnp.zeros_like(table).at[cell].add(weight[:, None])
            change = alpha * error / jnp.maximum(visits[cell], 1.0)
        else:
            change = alpha * error
        return table.at[cell].add(change, mode="promise_in_bounds", unique_indices=alone), Corrections(
            error, value
        )

    def _moved_on(
        self, state: TabularState, table: Rows, learned: Corrections
    ) -> tuple[TabularState, Metrics]:
        metrics = {
            "loss": jnp.square(learned.error).mean(),
            "q": learned.value.mean(),
            "epsilon": self._epsilon(state.updates),
        }
        return state._replace(table=table.reshape(state.table.shape), updates=state.updates + 1), metrics

    def _kinds(self, agents: int) -> tuple[Kind, ...]:
        """Return the kinds of all agents, one where all share their bins.

        Raises:
            InputError: there are kinds, but not of as many agents.
        """
        if not self.kinds:
            return (Kind(agents, self.bins),)
        if sum(kind.agents for kind in self.kinds) != agents:
            raise InputError(
                "the kinds do not add up to the problem's agents",
                where="kinds",
                found=" + ".join(str(kind.agents) for kind in self.kinds),
                expected=f"{agents} agents in all",
            )
        return self.kinds

    def _index(
        self, state: TabularState, features: Float[Array, "*env agent feature"]
    ) -> Int[Array, "*env agent"]:
        return index_of_kinds(self._kinds(features.shape[-2]), state.columns, features)

    def _row(self, at: Int[Array, "*env agent"]) -> Int[Array, "*env agent"]:
        """Return the row of each agent's state."""
        firsts, row = [], 0
        for kind in self._kinds(at.shape[-1]):
            states = state_count(kind.bins)
            step = 0 if self.shared else states
            firsts.append(row + step * jnp.arange(kind.agents, dtype=jnp.int32))
            row += states if self.shared else states * kind.agents
        return at + (firsts[0] if len(firsts) == 1 else jnp.concatenate(firsts))

    def _read(self, table: Rows, at: Int[Array, "*env agent"]) -> Float[Array, "*env agent choice"]:
        return table.at[self._row(at)].get(mode="promise_in_bounds")

    def _epsilon(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        line = straight(self.epsilon, self.last_epsilon, updates, self.exploring * self.updates)
        curve = fading(self.epsilon, self.last_epsilon, self.fading, updates)
        return jnp.where(jnp.asarray(self.fading) > 0.0, curve, line)

    def _alpha(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        return straight(self.alpha, self.last_alpha, updates, self.updates)


def _rows(table: Table) -> Rows:
    return table.reshape(-1, table.shape[-1])


def _best(
    values: Float[Array, "*batch choice"], mask: Bool[Array, "*batch choice"]
) -> tuple[Float[Array, " *batch"], Int[Array, " *batch"]]:
    """Return the highest feasible value and its choice; choice by choice, since XLA's argmax is slow here."""
    top = jnp.where(mask[..., 0], values[..., 0], NEVER)
    choice = jnp.zeros(top.shape, jnp.int32)
    for at in range(1, values.shape[-1]):
        better = mask[..., at] & (values[..., at] > top)
        top, choice = jnp.where(better, values[..., at], top), jnp.where(better, at, choice)
    return top, choice


def _explore(
    drawn: Float[Array, "*batch"],
    choice: Int[Array, " *batch"],
    mask: Bool[Array, "*batch choice"],
    epsilon: Float[Array, ""],
) -> Int[Array, " *batch"]:
    """Replace a share epsilon of the choices by any feasible one, by one random number in 0..1 each.

    A number below epsilon, divided by epsilon, is again evenly spread: it also says which choice.
    """
    feasible = [mask[..., at].astype(jnp.float32) for at in range(mask.shape[-1])]
    count = sum(feasible[1:], feasible[0])
    wanted = jnp.minimum(jnp.floor(drawn / jnp.maximum(epsilon, 1e-9) * count), count - 1.0)
    passed, anything = jnp.zeros_like(count), jnp.zeros(choice.shape, jnp.int32)
    for each in feasible:
        passed = passed + each
        anything = anything + (passed <= wanted)
    return jnp.where(drawn < epsilon, anything, choice)

"""Tabular Q-learning of any number of agents at once: Q[s, a] += alpha (r + gamma max Q[s'] - Q[s, a]).

A step of all agents is one gather and one scatter-add on an array [agent, state, choice], or
[1, state, choice] where they share one table, so that thousands of agents cost as little as one network.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.learn.bins import Bins, columns, evenly, index, state_count
from wattswarm.learn.learner import Act, Metrics, Trajectory
from wattswarm.learn.masked import best, masked
from wattswarm.learn.problem import Layout, Seen
from wattswarm.learn.returns import cut_after, known

Table = Float[Array, "table state choice"]
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
    """What training changes, and where the problem shows what the table is cut by."""

    table: Table
    columns: Int[Array, " bin"]
    grid: Float[Array, "choice control"]
    updates: Int[Array, ""]


class Tabular(eqx.Module):
    """Independent Q-learning with a table for each agent, or one that all share.

    Args:
        updates: calls of `update` in the whole training.
        bins: features that make a state, and their edges.
        shared: whether all agents write into one table.
        collisions: what a cell learns that several lanes or agents visit in the same step: the mean of their
            corrections, as one agent would learn, or their sum, as if they had come one after another.
        lanes: episodes played side by side.
        sequence: steps between two updates.
        alpha: first learning rate.
        last_alpha: learning rate at the end of training, reached in a straight line.
        gamma: discount factor.
        epsilon: first share of random choices.
        last_epsilon: share of random choices that remains.
        exploring: share of training over which epsilon falls.
        initial: value of every cell at the start; above all returns it explores by optimism.

    Source:
        Watkins and Dayan (1992), doi 10.1007/BF00992698; papers 000 and 004.
    """

    updates: int = eqx.field(static=True)
    bins: tuple[Bins, ...] = eqx.field(default=BATTERY_BINS, static=True)
    shared: bool = eqx.field(default=False, static=True)
    collisions: Literal["mean", "sum"] = eqx.field(default="mean", static=True)
    lanes: int = eqx.field(default=1, static=True)
    sequence: int = eqx.field(default=24, static=True)
    alpha: Rate = 0.1
    last_alpha: Rate = 0.01
    gamma: Rate = 0.95
    epsilon: Rate = 1.0
    last_epsilon: Rate = 0.05
    exploring: Rate = 0.5
    initial: Rate = 0.0

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "tabular"

    def init(self, _key: PRNGKeyArray, layout: Layout) -> TabularState:
        """Return empty tables."""
        shape = (1 if self.shared else len(layout.agents), state_count(self.bins), len(layout.choices))
        table = jnp.full(shape, self.initial, jnp.float32)
        return TabularState(table, columns(self.bins, layout), layout.grid, jnp.zeros((), jnp.int32))

    def begin(self, layout: Layout) -> Float[Array, "agent 0"]:
        """Return nothing: a table needs no memory."""
        return jnp.zeros((len(layout.agents), 0), jnp.float32)

    def act(
        self,
        state: TabularState,
        memory: Float[Array, "agent 0"],
        seen: Seen,
        _first: Float[Array, ""],
        key: PRNGKeyArray | None,
    ) -> tuple[Float[Array, "agent 0"], Act]:
        """Choose the feasible row of highest value, or with probability epsilon any feasible one."""
        at = index(self.bins, state.columns, seen.features)
        choice = best(self._read(state.table, at), seen.mask)
        if key is not None:
            choice = _explore(key, choice, seen.mask, self._epsilon(state.updates))
        return memory, Act(state.grid[choice].astype(seen.low.dtype), choice, at)

    def update(
        self, state: TabularState, trajectory: Trajectory, _key: PRNGKeyArray
    ) -> tuple[TabularState, Metrics]:
        """Correct the table by every step of the sequence, in the order of time."""
        steps = trajectory.steps
        here, choice = steps.act.notes, steps.act.choice
        closing = index(self.bins, state.columns, trajectory.closing.features)
        cut = cut_after(steps.first)
        alpha = self._alpha(state.updates)
        rows = (
            here,
            choice,
            jnp.concatenate([here[1:], closing[None]]),
            jnp.concatenate([steps.seen.mask[1:], trajectory.closing.mask[None]]),
            steps.reward.astype(jnp.float32),
            (self.gamma * steps.discount * (1.0 - cut)).astype(jnp.float32),
            known(steps.first, steps.discount).astype(jnp.float32),
        )

        def advance(table: Table, row: tuple[Array, ...]) -> tuple[Table, Array]:
            here, choice, after, mask, reward, discount, weight = row
            later = masked(self._read(table, after), mask).max(axis=-1)
            worth = reward + discount[:, None] * later
            owner = jnp.broadcast_to(self._owner(here.shape[-1]), here.shape)
            error = weight[:, None] * (worth - table[owner, here, choice])
            share = self._share(table, owner, here, choice, weight)
            return table.at[owner, here, choice].add(alpha * share * error), error

        table, errors = jax.lax.scan(advance, state.table, rows)
        metrics = {"loss": jnp.square(errors).mean(), "q": table.mean(), "alpha": jnp.asarray(alpha)}
        return state._replace(table=table, updates=state.updates + 1), metrics

    def _owner(self, agents: int) -> Int[Array, " agent"]:
        numbers = jnp.arange(agents, dtype=jnp.int32)
        return jnp.zeros_like(numbers) if self.shared else numbers

    def _read(self, table: Table, at: Int[Array, "*lane agent"]) -> Float[Array, "*lane agent choice"]:
        return table[self._owner(at.shape[-1]), at]

    def _share(
        self, table: Table, owner: Array, here: Array, choice: Array, weight: Float[Array, " lane"]
    ) -> Float[Array, "lane agent"] | float:
        """Return the share of its correction that each visit contributes to its cell."""
        alone = here.shape[0] == 1 and not self.shared
        if alone or self.collisions == "sum":
            return 1.0
        visits = jnp.zeros_like(table).at[owner, here, choice].add(weight[:, None])
        return 1.0 / jnp.maximum(visits[owner, here, choice], 1.0)

    def _epsilon(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        share = jnp.clip(updates / (self.exploring * self.updates), 0.0, 1.0)
        return self.epsilon + share * (self.last_epsilon - self.epsilon)

    def _alpha(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        share = jnp.clip(updates / self.updates, 0.0, 1.0)
        return (self.alpha + share * (self.last_alpha - self.alpha)).astype(jnp.float32)


def _explore(
    key: PRNGKeyArray, choice: Int[Array, " agent"], mask: Bool[Array, "agent choice"], epsilon: Array
) -> Int[Array, " agent"]:
    """Replace a share epsilon of the choices by any feasible one, with one random number an agent.

    A number below epsilon, divided by epsilon, is again evenly spread: it also says which choice.
    """
    drawn = jax.random.uniform(key, choice.shape, jnp.float32)
    feasible = mask.sum(axis=-1)
    wanted = jnp.minimum((drawn / jnp.maximum(epsilon, 1e-9) * feasible).astype(jnp.int32), feasible - 1)
    anything = jnp.argmax(jnp.cumsum(mask, axis=-1) > wanted[:, None], axis=-1).astype(jnp.int32)
    return jnp.where(drawn < epsilon, anything, choice)

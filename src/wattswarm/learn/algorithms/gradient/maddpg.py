"""MADDPG over finite choices: actors that see for themselves, critics that see everything and all choices.

A critic values what all agents choose together. Each actor follows its critic's slope: through one discrete
choice as if that were the softmax it was drawn from, or through the mean over all of its own choices, which
is dearer and has no noise. Infeasible choices have no part in it: they are neither drawn nor aimed at and
receive no slope.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.contract import Action, Key, Metrics, Trajectory
from wattswarm.learn.parts.descent import adam, adam_step
from wattswarm.learn.parts.masked import best, epsilon_greedy, log_probabilities, straight_through
from wattswarm.learn.parts.networks import AgentNetwork, forward, step, unroll, with_identity
from wattswarm.learn.parts.replay import Sequences, blank, buffer, draw, to_sequences
from wattswarm.learn.parts.returns import known
from wattswarm.learn.parts.schedule import straight
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

Joint = Float[Array, "... agent choice"]
"""One choice of every agent, one-hot."""


class Pair(NamedTuple):
    """The networks, each shared by all agents."""

    actor: AgentNetwork
    critic: AgentNetwork


class MaddpgState(NamedTuple):
    """All that training changes, and the grid of choices."""

    grid: Float[Array, "choice control"]
    online: Pair
    target: Pair
    optimiser: Pair
    replay: Any
    updates: Int[Array, ""]


class Maddpg(eqx.Module):
    """Deterministic policy gradients of several agents with central critics.

    Source:
        Lowe et al. (2017), algorithm 1; finite choices by the straight-through estimator, Jang et al. (2017),
        or by the sum over choices of Christodoulou (2019), arXiv 1910.07207, (12), without its entropy.
    """

    updates: int = eqx.field(static=True)
    """How many updates the whole training has."""
    name: str = eqx.field(static=True, default="maddpg")
    environments: int = eqx.field(static=True, default=8)
    """Episodes played side by side."""
    sequence: int = eqx.field(static=True, default=24)
    """Steps of each environment between updates, and of a replayed sequence."""
    hidden: int = eqx.field(static=True, default=64)
    recurrent: bool = eqx.field(static=True, default=True)
    """Whether actors remember."""
    capacity: int = eqx.field(static=True, default=5000)
    """Sequences that replay keeps."""
    batch: int = eqx.field(static=True, default=32)
    """Sequences of a gradient step."""
    repeats: int = eqx.field(static=True, default=1)
    """Gradient steps of an update."""
    rate: float = 5e-4
    critic_rate: float = 1e-3
    gamma: float = 0.99
    tau: float = 0.01
    """Share of the way that the targets move in a gradient step."""
    calm: float = 1e-3
    """Weight of the squared logits, which keeps choices from settling too early."""
    slope: Literal["drawn", "mean"] = eqx.field(static=True, default="drawn")
    """Whether it passes through one drawn choice or through the mean over all own choices."""
    temperature: float = 1.0
    """Of the softmax that it passes through where one is drawn."""
    norm: float = 10.0
    """Greatest norm of a gradient."""
    explore_from: float = 1.0
    """Share of random feasible choices at first."""
    explore_to: float = 0.05
    """The same at the end."""
    explore_for: float = 0.3
    """Share of the training over which it falls."""

    def init(self, key: PRNGKeyArray, layout: Layout) -> MaddpgState:
        one, two = jax.random.split(key)
        agents, choices = len(layout.agents), len(layout.choices)
        observation, judged = len(layout.features) + agents, layout.centre + agents * choices + agents
        online = Pair(
            AgentNetwork(one, observation, choices, self.hidden, recurrent=self.recurrent),
            AgentNetwork(two, judged, 1, self.hidden, recurrent=False),
        )
        return MaddpgState(
            grid=layout.grid,
            online=online,
            target=jax.tree.map(jnp.copy, online),
            optimiser=Pair(*(adam(self.norm).init(network) for network in online)),
            replay=buffer(self.capacity, self.batch).init(blank(layout, self.sequence, self.begin(layout))),
            updates=jnp.zeros((), jnp.int32),
        )

    def begin(self, layout: Layout) -> Float[Array, "agent memory"]:
        return jnp.zeros((len(layout.agents), self.hidden if self.recurrent else 0), jnp.float32)

    def act(
        self, state: MaddpgState, memory: Any, observation: Observation, first: Float[Array, ""], key: Key
    ) -> tuple[Any, Action]:
        """Take the likeliest feasible choices, or with a key at times any feasible ones."""
        memory, logits = step(
            state.online.actor, memory, with_identity(observation.features), first.astype(jnp.float32)
        )
        if key is None:
            choice = best(logits, observation.mask)
        else:
            choice = epsilon_greedy(key, logits, observation.mask, self.explore(state.updates))
        return memory, Action(state.grid[choice], choice, ())

    def update(
        self, state: MaddpgState, trajectory: Trajectory, key: PRNGKeyArray
    ) -> tuple[MaddpgState, Metrics]:
        """Add the trajectory to the replay and learn from sequences drawn from it."""
        replay = buffer(self.capacity, self.batch)
        state = state._replace(replay=replay.add(state.replay, to_sequences(trajectory)))

        def learn(state: MaddpgState, key: PRNGKeyArray) -> tuple[MaddpgState, Metrics]:
            sampled, noise = jax.random.split(key)
            return self._learn(state, draw(replay, state.replay, sampled), noise)

        explored = self.explore(state.updates)
        state, metrics = jax.lax.scan(learn, state, jax.random.split(key, self.repeats))
        means = {name: rows.mean() for name, rows in metrics.items()}
        return state._replace(updates=state.updates + 1), {**means, "epsilon": explored}

    def explore(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        """Return the share of random choices after so many updates."""
        return straight(self.explore_from, self.explore_to, updates, self.explore_for * self.updates)

    def value(
        self, critic: AgentNetwork, centre: Float[Array, "*batch number"], joint: Joint
    ) -> Float[Array, "*batch agent"]:
        """Return what every agent's critic makes of choices.

        Args:
            critic: shared by all agents.
            joint: choices of all agents, one-hot, shape [*batch, agent, choice]; or with an axis more, what
                each critic is to judge, shape [*batch, critic, agent, choice].
        """
        agents = joint.shape[-2]
        if joint.ndim == centre.ndim + 1:
            joint = jnp.broadcast_to(joint[..., None, :, :], (*joint.shape[:-2], agents, *joint.shape[-2:]))
        chosen = joint.reshape(*joint.shape[:-2], -1)
        around = jnp.broadcast_to(centre[..., None, :], (*chosen.shape[:-1], centre.shape[-1]))
        judged = with_identity(jnp.concatenate([around, chosen], axis=-1))
        return forward(critic, judged)[..., 0]

    def values_by_choice(
        self, critic: AgentNetwork, centre: Float[Array, "*batch number"], taken: Joint
    ) -> Float[Array, "*batch agent choice"]:
        """Return what every agent's critic makes of each of its own choices beside the others' as given.

        Args:
            critic: shared by all agents.
            taken: choices of all agents, one-hot, shape [*batch, agent, choice].
        """
        choices = taken.shape[-1]

        def of(choice: Int[Array, ""]) -> Float[Array, "*batch agent"]:
            own = jnp.broadcast_to(jax.nn.one_hot(choice, choices, dtype=taken.dtype), taken.shape)
            return self.value(critic, centre, _each_its_own(own, taken))

        return jax.vmap(of, out_axes=-1)(jnp.arange(choices))

    def targets(self, target: Pair, rows: Sequences) -> Float[Array, "step env agent"]:
        """Return what critics learn: rewards, and what the target actors' greedy choices are worth then."""
        logits = unroll(target.actor, rows.memory, with_identity(rows.features), rows.first)[1]
        greedy = jax.nn.one_hot(best(logits, rows.mask), logits.shape[-1], dtype=jnp.float32)
        following = self.value(target.critic, rows.centre[1:], greedy[1:])
        return rows.reward + self.gamma * rows.discount[..., None] * following

    def _learn(self, state: MaddpgState, rows: Sequences, key: PRNGKeyArray) -> tuple[MaddpgState, Metrics]:
        taken = jax.nn.one_hot(rows.choice, rows.mask.shape[-1], dtype=jnp.float32)
        weight = known(rows.first[:-1], rows.discount)
        weight = (weight / jnp.maximum(weight.mean(), 1e-6))[..., None]
        worth = self.targets(state.target, rows)

        def misjudged(critic: AgentNetwork) -> tuple[Array, Array]:
            values = self.value(critic, rows.centre[:-1], taken)
            return (jnp.square(values - worth) * weight).mean(), values.mean()

        def regret(actor: AgentNetwork) -> tuple[Array, Array]:
            logits = unroll(actor, rows.memory, with_identity(rows.features), rows.first)[1][:-1]
            values = self._earned(state.online.critic, rows, taken, logits, key)
            size = jnp.where(rows.mask[:-1], jnp.square(logits), 0.0).sum() / rows.mask[:-1].sum()
            return self.calm * size - values.mean(), size

        (lost, value), slope = jax.value_and_grad(misjudged, has_aux=True)(state.online.critic)
        critic, critic_optimiser = adam_step(
            state.online.critic, slope, state.optimiser.critic, self.norm, self.critic_rate
        )
        (regretted, size), slope = jax.value_and_grad(regret, has_aux=True)(state.online.actor)
        actor, actor_optimiser = adam_step(
            state.online.actor, slope, state.optimiser.actor, self.norm, self.rate
        )
        online = Pair(actor, critic)
        state = state._replace(
            online=online,
            target=optax.incremental_update(online, state.target, self.tau),
            optimiser=Pair(actor_optimiser, critic_optimiser),
        )
        return state, {"loss": lost, "q": value, "policy": regretted, "logits": size}

    def _earned(
        self, critic: AgentNetwork, rows: Sequences, taken: Joint, logits: Array, key: PRNGKeyArray
    ) -> Float[Array, "step env agent"]:
        """Return what each critic makes of its own agent's actor beside the others' choices as they were."""
        centre, mask = rows.centre[:-1], rows.mask[:-1]
        if self.slope == "mean":
            chances = jnp.exp(log_probabilities(logits, mask))
            return (chances * self.values_by_choice(critic, centre, taken)).sum(axis=-1)
        drawn = straight_through(key, logits, mask, self.temperature)
        return self.value(critic, centre, _each_its_own(drawn, taken))


def _each_its_own(own: Joint, taken: Joint) -> Float[Array, "*batch critic agent choice"]:
    """Return what each critic is to judge: its own agent's new choice beside the others' as they were."""
    mine = jnp.eye(own.shape[-2], dtype=bool)[:, :, None]
    return jnp.where(mine, own[..., None, :, :], taken[..., None, :, :])

"""Q-learning of recurrent networks, alone or mixed: section 4.3 of 002 and the published learners beside it.

A network values every choice of every decision; a mixer makes of the values of those taken the value of the
whole, which is learned towards the reward and the discounted value of the best feasible choices that follow.
Where mixers rise in every agent's value, what is best for each is best for all, so each can act alone.
"""

from __future__ import annotations

import abc
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.contract import Action, Key, Metrics, Trajectory
from wattswarm.learn.parts.deciders import Decider, EachAgent
from wattswarm.learn.parts.descent import adam, descend
from wattswarm.learn.parts.masked import best, epsilon_greedy, pick
from wattswarm.learn.parts.mixers import Mixer
from wattswarm.learn.parts.networks import AgentNetwork, step, unroll
from wattswarm.learn.parts.replay import Sequences, blank, buffer, draw, to_sequences
from wattswarm.learn.parts.returns import cut_after, known, lambda_returns
from wattswarm.learn.parts.schedule import straight
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

_LARGEST_GRADIENT = 10.0


class ValueFunction(NamedTuple):
    """What values the choices, apart and together."""

    network: AgentNetwork
    mixer: Mixer


class QState(NamedTuple):
    """All that training changes."""

    grid: Float[Array, "choice control"]
    online: ValueFunction
    target: ValueFunction
    optimiser: Any
    replay: Any
    updates: Int[Array, ""]


class QLearning(eqx.Module):
    """A learner by Q-values; its kinds say who decides and how values are mixed.

    Source:
        Hausknecht and Stone (2015); double Q-learning: van Hasselt et al. (2016).
    """

    updates: int = eqx.field(static=True)
    """Calls of `update` in the whole training."""
    environments: int = eqx.field(static=True, default=8)
    """Episodes played side by side."""
    sequence: int = eqx.field(static=True, default=24)
    """Steps of each environment between two updates, and of a replayed sequence."""
    hidden: int = eqx.field(static=True, default=64)
    recurrent: bool = eqx.field(static=True, default=True)
    capacity: int = eqx.field(static=True, default=5000)
    """Sequences that replay keeps."""
    batch: int = eqx.field(static=True, default=32)
    """Sequences of a gradient step."""
    repeats: int = eqx.field(static=True, default=1)
    """Gradient steps of an update."""
    double: bool = eqx.field(static=True, default=True)
    """Whether the online network says which choice is best in a target, else the target network."""
    sync: int = eqx.field(static=True, default=1)
    """Gradient steps between two moves of the target networks."""
    tau: float = 0.01
    """Share of the way that the targets then move; 1 copies the online networks."""
    gamma: float = 0.99
    mix: float = 0.0
    """Lambda of the returns; 0 is TD(0)."""
    rate: float = 5e-4
    """Of learning the network, falling to 0 as a cosine."""
    mixer_rate: float = 5e-4
    """Of learning the mixer, likewise."""
    explore_from: float = 1.0
    """Share of random choices at first."""
    explore_to: float = 0.05
    """The same at the end."""
    explore_for: float = 0.3
    """Share of the training over which it falls."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Name in tables and files."""

    @abc.abstractmethod
    def mixer(self, key: PRNGKeyArray, layout: Layout) -> Mixer:
        """Draw the mixer for a problem."""

    def decider(self, _agents: int, _choices: int) -> Decider:
        """Return who decides, for so many agents of so many choices."""
        return EachAgent()

    def init(self, key: PRNGKeyArray, layout: Layout) -> QState:
        """Draw network and mixer and empty the replay."""
        one, two = jax.random.split(key)
        decider = self.decider(len(layout.agents), len(layout.choices))
        outputs = decider.outputs(layout)
        network = AgentNetwork(one, decider.inputs(layout), outputs, self.hidden, recurrent=self.recurrent)
        online = ValueFunction(network, self.mixer(two, layout))
        return QState(
            grid=layout.grid,
            online=online,
            target=jax.tree.map(jnp.copy, online),
            optimiser=adam(_LARGEST_GRADIENT).init(online),
            replay=buffer(self.capacity, self.batch).init(blank(layout, self.sequence, self.begin(layout))),
            updates=jnp.zeros((), jnp.int32),
        )

    def begin(self, layout: Layout) -> Float[Array, "seat memory"]:
        seats = self.decider(len(layout.agents), len(layout.choices)).seats(layout)
        return jnp.zeros((seats, self.hidden if self.recurrent else 0), jnp.float32)

    def act(
        self, state: QState, memory: Any, observation: Observation, first: Float[Array, ""], key: Key
    ) -> tuple[Any, Action]:
        """Choose the best feasible choices, or with a key at times any feasible ones."""
        agents, choices = observation.mask.shape
        decider = self.decider(agents, choices)
        features = decider.read(observation)
        memory, outputs = step(state.online.network, memory, features, first.astype(jnp.float32))
        values, feasible = decider.values(outputs, observation.mask)
        if key is None:
            rows = best(values, feasible)
        else:
            rows = epsilon_greedy(key, values, feasible, self.explore(state.updates))
        choice = decider.choices(rows, agents, choices)
        return memory, Action(state.grid[choice], choice, ())

    def update(self, state: QState, trajectory: Trajectory, key: PRNGKeyArray) -> tuple[QState, Metrics]:
        """Add the trajectory to the replay and learn from sequences drawn from it."""
        replay = buffer(self.capacity, self.batch)
        filled = replay.add(state.replay, to_sequences(trajectory))
        state = state._replace(replay=filled)

        def learn(
            carry: tuple[ValueFunction, ValueFunction, Any], row: tuple[Array, PRNGKeyArray]
        ) -> tuple[Any, Metrics]:
            at, key = row
            return self.learn(*carry, draw(replay, filled, key), at)

        carry = (state.online, state.target, state.optimiser)
        at = state.updates * self.repeats + jnp.arange(1, self.repeats + 1, dtype=jnp.int32)
        carry, metrics = jax.lax.scan(learn, carry, (at, jax.random.split(key, self.repeats)))
        means = {name: rows.mean() for name, rows in metrics.items()}
        online, target, optimiser = carry
        moved = state._replace(online=online, target=target, optimiser=optimiser, updates=state.updates + 1)
        return moved, {**means, "epsilon": self.explore(state.updates)}

    def explore(self, updates: Int[Array, ""]) -> Float[Array, ""]:
        """Return the share of random choices after so many updates."""
        return straight(self.explore_from, self.explore_to, updates, self.explore_for * self.updates)

    def value_of(self, state: QState, observation: Observation) -> Float[Array, ""]:
        """Return what the first observation of an episode is held to be worth, to set against what it earned.

        Returns:
            Discounted sum of the agents' mean reward under the best choices: the least over the mixers, the
            mean over agents whose values are not mixed.
        """
        one = jax.tree.map(lambda x: x[None, None], observation)
        network, seats = (
            state.online.network,
            self.decider(*observation.mask.shape).read(observation).shape[0],
        )
        memory = jnp.broadcast_to(network.empty(), (1, seats, network.empty().size))
        values, feasible = self.values(state.online, memory, one, jnp.ones((1, 1), jnp.float32))
        centre = one.centre.astype(jnp.float32)
        mixed = state.online.mixer(pick(values, best(values, feasible)), centre)
        return mixed.min(axis=0).mean()

    def values(
        self, valuer: ValueFunction, memory: Any, observation: Observation, first: Array
    ) -> tuple[Array, Array]:
        """Return the values of all options and which are feasible, leading axes [row, env]."""
        decider = self.decider(*observation.mask.shape[-2:])
        outputs = unroll(valuer.network, memory, decider.read(observation), first)[1]
        return decider.values(outputs, observation.mask)

    def targets(self, target: ValueFunction, online: Array, rows: Sequences) -> Float[Array, "step env head"]:
        values, feasible = self.values(target, rows.memory, rows.observation, rows.first)
        greedy = best(online if self.double else values, feasible)[1:]
        following = target.mixer(pick(values[1:], greedy), rows.centre[1:]).min(axis=0)
        cut = cut_after(rows.first[:-1])
        paid = rows.reward
        if following.shape[-1] != paid.shape[-1]:
            paid = paid.mean(axis=-1, keepdims=True)
        return lambda_returns(paid, rows.discount[..., None], cut[..., None], following, self.gamma, self.mix)

    def learn(
        self,
        online: ValueFunction,
        target: ValueFunction,
        optimiser: Any,
        rows: Sequences,
        at: Int[Array, ""],
    ) -> tuple[tuple[ValueFunction, ValueFunction, Any], Metrics]:
        """Take one gradient step, the `at`-th of all."""
        agents, choices = rows.mask.shape[-2:]
        taken = self.decider(agents, choices).decided(rows.choice, choices)
        weight = known(rows.first[:-1], rows.discount)[..., None]

        def loss(online: ValueFunction) -> tuple[Array, Array]:
            values = self.values(online, rows.memory, rows.observation, rows.first)[0]
            worth = jax.lax.stop_gradient(self.targets(target, jax.lax.stop_gradient(values), rows))
            mixed = online.mixer(pick(values[:-1], taken), rows.centre[:-1])
            # The mixers' losses add up (Algorithm 1 of 002); the mean is over what is known.
            error = jnp.square(mixed - worth).sum(axis=0) * weight
            return error.mean() / weight.mean(), mixed.mean()

        (lost, value), gradient = jax.value_and_grad(loss, has_aux=True)(online)
        slope, optimiser = adam(_LARGEST_GRADIENT).update(gradient, optimiser)
        left = optax.cosine_decay_schedule(1.0, self.updates * self.repeats)(at - 1)
        left = jnp.asarray(left, jnp.float32)
        online = ValueFunction(
            descend(online.network, slope.network, self.rate * left),
            descend(online.mixer, slope.mixer, self.mixer_rate * left),
        )
        share = jnp.where(at % self.sync == 0, self.tau, 0.0).astype(jnp.float32)
        target = optax.incremental_update(online, target, share)
        return (online, target, optimiser), {"loss": lost, "q": value, "gradient": optax.tree.norm(gradient)}

"""Proximal policy optimisation of several agents: the learner behind IPPO, MAPPO and IAC.

All agents share one actor and one critic and are told apart by their number. A critic sees what its agent
sees (IPPO) or what the centre sees (MAPPO). Actor and critic have optimisers of their own, so that the scale
of the returns cannot drown the policy; the critic's returns are normalised besides.
"""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn.contract import Action, Key, Metrics, Trajectory, Transition
from wattswarm.learn.parts.descent import adam, adam_step
from wattswarm.learn.parts.distribution import Choices, Distribution
from wattswarm.learn.parts.networks import AgentNetwork, step, unroll, with_identity
from wattswarm.learn.parts.returns import cut_after, known, lambda_returns
from wattswarm.learn.parts.scale import Scale, carry_over, measure
from wattswarm.learn.parts.schedule import straight
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation


class Memory(NamedTuple):
    """What an agent remembers; of size 0 where the networks do not remember."""

    actor: Float[Array, "agent memory"]
    critic: Float[Array, "agent memory"]


class Drawn(NamedTuple):
    """What was drawn in a step."""

    drawn: Array
    log_probability: Float[Array, "... agent"]


class PpoState(NamedTuple):
    """Everything that training changes, and the grid of choices."""

    actor: AgentNetwork
    critic: AgentNetwork
    actor_optimiser: optax.OptState
    critic_optimiser: optax.OptState
    scale: Scale
    updates: Int[Array, ""]
    """How many so far."""
    grid: Float[Array, "choice control"]


class Batch(NamedTuple):
    """What minibatches are taken from; of the memories only those before the first step."""

    steps: Transition
    target: Float[Array, "time env agent"]
    advantage: Float[Array, "time env agent"]
    weight: Float[Array, "time env"]


class Ppo(eqx.Module):
    """Actor and critic that learn from a trajectory just played, over several epochs, in small steps.

    Raises:
        InputError: the minibatches do not divide the environments.

    Source:
        Schulman et al. (2017); Yu et al. (2022) for several agents, MAPPO and IPPO; van Hasselt et al. (2016)
        for the normalised returns.
    """

    updates: int = eqx.field(static=True)
    """How many updates the whole training has; the schedules' length."""
    name: str = eqx.field(static=True, default="ppo")
    central: bool = eqx.field(static=True, default=False)
    """Whether the critic sees the centre instead of its agent's features."""
    recurrent: bool = eqx.field(static=True, default=True)
    """Whether actor and critic remember."""
    environments: int = eqx.field(static=True, default=16)
    sequence: int = eqx.field(static=True, default=48)
    """Steps of each environment between updates."""
    hidden: int = eqx.field(static=True, default=64)
    epochs: int = eqx.field(static=True, default=4)
    """Passes over a trajectory."""
    minibatches: int = eqx.field(static=True, default=4)
    """Parts of a pass, each of whole environments; a divisor of `environments`."""
    distribution: Distribution = eqx.field(default_factory=Choices)
    """What the actor's numbers mean."""
    rate: float = 1e-3
    """Learning rate of actor and critic at the start; it falls evenly to 5 %."""
    clip: float = 0.2
    """How far the ratio of probabilities counts; infinite for a plain actor-critic."""
    curiosity: float = 0.01
    """Weight of the entropy at the start."""
    routine: float = 0.0005
    """Weight of the entropy at the end."""
    gamma: float = 0.99
    trace: float = 0.95
    """Lambda of the advantage (GAE)."""
    norm: float = 0.5
    """Greatest norm of a gradient."""
    memory: float = 0.99
    """Part of the returns' scale that an update keeps."""

    def __check_init__(self) -> None:
        if self.minibatches < 1 or self.environments % self.minibatches:
            raise InputError(
                "the minibatches do not divide the environments",
                where="minibatches",
                found=self.minibatches,
                expected=f"a divisor of {self.environments} environments",
            )

    def init(self, key: PRNGKeyArray, layout: Layout) -> PpoState:
        act, judge = jax.random.split(key)
        agents, own = len(layout.agents), len(layout.features)
        actor = self._network(act, own + agents, self.distribution.size(layout))
        critic = self._network(judge, (layout.centre if self.central else own) + agents, 1)
        return PpoState(
            actor=actor,
            critic=critic,
            actor_optimiser=adam(self.norm).init(actor),
            critic_optimiser=adam(self.norm).init(critic),
            scale=Scale.start(),
            updates=jnp.zeros((), jnp.int32),
            grid=layout.grid,
        )

    def begin(self, layout: Layout) -> Memory:
        size = self.hidden if self.recurrent else 0
        empty = jnp.zeros((len(layout.agents), size), jnp.float32)
        return Memory(empty, empty)

    def act(
        self, state: PpoState, memory: Memory, observation: Observation, first: Float[Array, ""], key: Key
    ) -> tuple[Memory, Action]:
        """Draw by the policy; greedily take what is likeliest and leave the critic out."""
        first = first.astype(jnp.float32)
        actor, numbers = step(state.actor, memory.actor, with_identity(observation.features), first)
        drawn = self.distribution.draw(key, numbers, observation)
        controls, choice = self.distribution.controls(drawn, observation, state.grid)
        if key is None:
            return memory._replace(actor=actor), Action(controls, choice, None)
        critic, _ = step(state.critic, memory.critic, self._judged(observation), first)
        notes = Drawn(drawn, self.distribution.log_probability(numbers, drawn, observation))
        return Memory(actor, critic), Action(controls, choice, notes)

    def update(self, state: PpoState, trajectory: Trajectory, key: PRNGKeyArray) -> tuple[PpoState, Metrics]:
        """Compute advantages, then improve actor and critic, each time by a minibatch of environments."""
        rate = straight(self.rate, 0.05 * self.rate, state.updates, self.updates)
        curiosity = straight(self.curiosity, self.routine, state.updates, self.updates)
        state, batch = self.judge(state, trajectory)

        def learn(state: PpoState, environments: Int[Array, " part"]) -> tuple[PpoState, Metrics]:
            return self._learn(state, take(batch, environments), rate, curiosity)

        order = partition(key, self.epochs, self.environments, self.minibatches)
        state, metrics = jax.lax.scan(learn, state, order.reshape(self.epochs * self.minibatches, -1))
        state = state._replace(updates=state.updates + 1)
        return state, {name: values.mean() for name, values in metrics.items()}

    def judge(self, state: PpoState, trajectory: Trajectory) -> tuple[PpoState, Batch]:
        """Return the state with the returns' scale updated, and what minibatches are taken from."""
        steps = trajectory.steps
        values = state.scale.widen(self._values(state.critic, steps))
        judged = self._judged(trajectory.closing)
        going_on = jnp.zeros(self.environments, jnp.float32)
        closing = step(state.critic, trajectory.closing_memory.critic, judged, going_on)[1][..., 0]
        advantage, weight = advantages(steps, values, state.scale.widen(closing), self.gamma, self.trace)
        target = values + advantage
        scale = measure(state.scale, target, weight[..., None], self.memory)
        critic = carry_over(state.critic, state.scale, scale)
        steps = steps._replace(memory=jax.tree.map(lambda rows: rows[:1], steps.memory))
        batch = Batch(steps, scale.narrow(target), standard(advantage, weight[..., None]), weight)
        return state._replace(critic=critic, scale=scale), batch

    def replay(self, actor: AgentNetwork, steps: Transition) -> Array:
        """Return the actor's numbers at every step, from the memory before the first one."""
        first = steps.first.astype(jnp.float32)
        return unroll(actor, steps.memory.actor[0], with_identity(steps.observation.features), first)[1]

    def _values(self, critic: AgentNetwork, steps: Transition) -> Float[Array, "time env agent"]:
        first = steps.first.astype(jnp.float32)
        return unroll(critic, steps.memory.critic[0], self._judged(steps.observation), first)[1][..., 0]

    def _learn(
        self, state: PpoState, batch: Batch, rate: Array, curiosity: Array
    ) -> tuple[PpoState, Metrics]:
        def policy(actor: AgentNetwork) -> tuple[Array, Metrics]:
            notes = batch.steps.action.notes
            numbers = self.replay(actor, batch.steps)
            logs = self.distribution.log_probability(numbers, notes.drawn, batch.steps.observation)
            ratio = jnp.exp(logs - notes.log_probability)
            near = jnp.clip(ratio, 1.0 - self.clip, 1.0 + self.clip)
            gain = weigh(jnp.minimum(ratio * batch.advantage, near * batch.advantage))
            entropy = weigh(self.distribution.entropy(numbers, batch.steps.observation))
            changed = weigh(jnp.abs(ratio - 1.0))
            return -gain - curiosity * entropy, {"policy": -gain, "entropy": entropy, "change": changed}

        def value(critic: AgentNetwork) -> Array:
            return weigh(jnp.square(self._values(critic, batch.steps) - batch.target))

        def weigh(numbers: Float[Array, "time env agent"]) -> Float[Array, ""]:
            return average(numbers, batch.weight[..., None])

        slope, metrics = jax.grad(policy, has_aux=True)(state.actor)
        actor, actor_optimiser = adam_step(state.actor, slope, state.actor_optimiser, self.norm, rate)
        loss, slope = jax.value_and_grad(value)(state.critic)
        critic, critic_optimiser = adam_step(state.critic, slope, state.critic_optimiser, self.norm, rate)
        state = state._replace(
            actor=actor, critic=critic, actor_optimiser=actor_optimiser, critic_optimiser=critic_optimiser
        )
        return state, {**metrics, "value": loss}

    def _network(self, key: PRNGKeyArray, inputs: int, outputs: int) -> AgentNetwork:
        return AgentNetwork(key, inputs, outputs, self.hidden, recurrent=self.recurrent)

    def _judged(self, observation: Observation) -> Float[Array, "*batch agent feature"]:
        if not self.central:
            return with_identity(observation.features)
        agents = observation.features.shape[-2]
        centre = observation.centre.astype(jnp.float32)[..., None, :]
        return with_identity(jnp.broadcast_to(centre, (*centre.shape[:-2], agents, centre.shape[-1])))


def advantages(
    steps: Transition, values: Array, closing: Array, gamma: float, trace: float
) -> tuple[Float[Array, "time env agent"], Float[Array, "time env"]]:
    """Return the generalised advantage of every step and its weight.

    Args:
        values: of every step, shape [time, env, agent].
        closing: value of what followed the last step, shape [env, agent].
        trace: lambda.

    Returns:
        Advantages; and 0 for steps whose successor was lost to a truncation, else 1.

    Source:
        Schulman et al. (2016), eq. (16).
    """
    cut = jnp.broadcast_to(cut_after(steps.first)[..., None], values.shape)
    discount = jnp.broadcast_to(steps.discount[..., None], values.shape)
    following = jnp.concatenate([values[1:], closing[None]])
    reward, discount, cut = (rows.astype(jnp.float32) for rows in (steps.reward, discount, cut))
    returns = lambda_returns(reward, discount, cut, following, gamma, trace)
    return returns - values, known(steps.first, steps.discount).astype(jnp.float32)


def standard(numbers: Array, weight: Array) -> Array:
    """Return the numbers moved and scaled to a weighted mean of 0 and standard deviation of 1."""
    moved = numbers - average(numbers, weight)
    return moved / jnp.sqrt(average(jnp.square(moved), weight) + 1e-8)


def average(numbers: Array, weight: Array) -> Float[Array, ""]:
    """Return the weighted mean over all axes."""
    weight = jnp.broadcast_to(weight, numbers.shape)
    return (numbers * weight).sum() / jnp.maximum(weight.sum(), 1.0)


def partition(key: PRNGKeyArray, epochs: int, environments: int, parts: int) -> Int[Array, "epoch part env"]:
    """Return the environments in random order, another in every epoch, in equal parts."""
    lots = jax.random.uniform(key, (epochs, environments), jnp.float32)
    return jnp.argsort(lots, axis=1).reshape(epochs, parts, -1)


def take(batch: Batch, environments: Int[Array, " env"]) -> Batch:
    taken: Batch = jax.tree.map(lambda rows: jnp.take(rows, environments, axis=1), batch)
    return taken

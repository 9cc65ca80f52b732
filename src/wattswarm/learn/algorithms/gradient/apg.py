"""Analytic policy gradient: the profit of a sequence of steps, differentiated through the world itself.

The world is piecewise linear and pure, so the gradient of what the agents earn in their actors' weights is
exact. A critic, which learns from the same sequence, values what follows its end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.contract import Action, Key, Metrics, Trajectory
from wattswarm.learn.parts.networks import AgentNetwork, forward, step, with_identity
from wattswarm.learn.parts.returns import cut_after, known, lambda_returns
from wattswarm.learn.parts.scale import Scale, carry_over, measure
from wattswarm.learn.problem import Layout, Problem
from wattswarm.learn.training.collect import RolloutState, rollout
from wattswarm.tasks import Observation

_KEEP_SCALE = 0.99
"""Part of the scale of returns that a batch leaves."""


class GradientState(NamedTuple):
    """All that training changes, and the widest range of every control."""

    actor: AgentNetwork
    critic: AgentNetwork
    target: AgentNetwork
    scale: Scale
    lowest: Float[Array, " control"]
    highest: Float[Array, " control"]
    actor_optimiser: Any
    critic_optimiser: Any
    updates: Int[Array, ""]


class AnalyticGradient(eqx.Module):
    """Actors that all agents share, improved along the gradient of their profit through the problem.

    Every control is a point of its widest range; what of it is not feasible is left undone, so that the
    gradient is that of the world: none where nothing can change.

    Source:
        SHAC, Xu et al. (2022), arXiv 2204.07137; here with actors that see only their own agent's features.
    """

    updates: int = eqx.field(static=True)
    """Rounds of `sequence` steps in the whole training."""
    environments: int = eqx.field(default=64, static=True)
    """Episodes played side by side."""
    sequence: int = eqx.field(default=24, static=True)
    """Steps through which the gradient flows."""
    hidden: int = eqx.field(default=64, static=True)
    """Width of actor and critic."""
    recurrent: bool = eqx.field(default=False, static=True)
    """Whether the actor remembers."""
    passes: int = eqx.field(default=4, static=True)
    """Gradient steps of the critic in a round."""
    rate: float = 1e-2
    """First learning rate of the actor, falling to 0 as a cosine."""
    critic_rate: float = 1e-3
    """Learning rate of the critic, likewise."""
    clip: float = 1.0
    """Largest norm of the gradient that is followed."""
    gamma: float = 0.99
    mix: float = 0.95
    """Lambda of the returns that the critic learns."""
    tau: float = 0.05
    """Share of the way that the target critic moves after each round."""
    trust: float = 1.0
    """Share of the critic's value of what follows a sequence that the actor follows; without, the reward's
    potential alone values it."""
    noise: float = 1.0
    """First standard deviation of the noise on what the actor returns."""
    noisy: float = 0.5
    """Share of training over which the noise falls to 0."""

    name = "apg"

    def init(self, key: PRNGKeyArray, layout: Layout) -> GradientState:
        of_actor, of_critic = jax.random.split(key)
        inputs, controls = len(layout.features) + len(layout.agents), len(layout.controls)
        actor = AgentNetwork(of_actor, inputs, controls, self.hidden, recurrent=self.recurrent)
        critic = AgentNetwork(of_critic, layout.centre, 1, self.hidden, recurrent=False)
        grid = layout.grid
        return GradientState(
            actor=actor,
            critic=critic,
            target=critic,
            scale=jax.tree.map(lambda x: x.astype(jnp.float32), Scale.start()),
            lowest=grid.min(axis=0),
            highest=grid.max(axis=0),
            actor_optimiser=self._optimiser(self.rate).init(actor),
            critic_optimiser=self._optimiser(self.critic_rate, self.passes).init(critic),
            updates=jnp.zeros((), jnp.int32),
        )

    def begin(self, layout: Layout) -> Float[Array, "agent memory"]:
        return jnp.zeros((len(layout.agents), self.hidden if self.recurrent else 0), jnp.float32)

    def act(
        self, state: GradientState, memory: Any, observation: Observation, first: Float[Array, ""], key: Key
    ) -> tuple[Any, Action]:
        """Set every control to a point of its range, with noise where a key is given."""
        dtype = state.actor.encoder.weight.dtype
        features = with_identity(observation.features, dtype)
        memory, numbers = step(state.actor, memory, features, first.astype(dtype))
        if key is not None:
            left = 1.0 - jnp.clip(state.updates / (self.noisy * self.updates), 0.0, 1.0)
            numbers = numbers + self.noise * left * jax.random.normal(key, numbers.shape, dtype)
        point = state.lowest + (state.highest - state.lowest) * jax.nn.sigmoid(numbers)
        controls = jnp.clip(point.astype(observation.low.dtype), observation.low, observation.high)
        return memory, Action(controls, jnp.zeros(controls.shape[0], jnp.int32), None)

    def train_step(
        self, problem: Problem, state: GradientState, start: RolloutState, key: PRNGKeyArray
    ) -> tuple[GradientState, RolloutState, Metrics, Float[Array, "time env"]]:
        """Follow the gradient of one sequence of steps in every environment, then fit the critic to it.

        Args:
            problem: what is played and differentiated.

        Returns:
            State of the learner and of the environments after, metrics, and the score of every step.
        """
        play, learn = jax.random.split(key)

        def loss(actor: AgentNetwork) -> tuple[Array, Any]:
            end, played, scores = rollout(
                problem, self, state._replace(actor=actor), start, play, self.sequence
            )
            return -self.worth(state, played) / (state.scale.deviation * self.sequence), (end, played, scores)

        (lost, (end, played, scores)), gradient = jax.value_and_grad(loss, has_aux=True)(state.actor)
        changes, optimiser = self._optimiser(self.rate).update(gradient, state.actor_optimiser)
        actor = optax.apply_updates(state.actor, changes)
        state, metrics = self.update(state._replace(actor=actor, actor_optimiser=optimiser), played, learn)
        return state, end, {**metrics, "loss": lost, "gradient": optax.tree.norm(gradient)}, scores

    def worth(self, state: GradientState, trajectory: Trajectory) -> Float[Array, ""]:
        """Return the discounted earnings of an agent in a sequence and behind it, the mean over environments.

        A truncation within the sequence ends one sum and begins another.
        """
        steps = trajectory.steps
        keep = jnp.where(cut_after(steps.first) > 0, 0.0, self.gamma * steps.discount)
        begins = cut_after(steps.first)

        def carry_on(factor: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
            keep, begins = row
            return factor * keep + begins, factor

        last, factors = jax.lax.scan(carry_on, jnp.ones_like(keep[0]), (keep, begins))
        earned = (factors * steps.reward.mean(axis=-1)).sum(axis=0)
        behind = state.scale.widen(_value(state.target, trajectory.closing.centre))
        return (earned + self.trust * last * behind).mean()

    def update(
        self, state: GradientState, trajectory: Trajectory, _key: PRNGKeyArray
    ) -> tuple[GradientState, Metrics]:
        """Fit the critic to a trajectory; the actor learns through the problem only."""
        steps = trajectory.steps
        reward, weight = steps.reward.mean(axis=-1), known(steps.first, steps.discount)
        centre = jnp.concatenate([steps.observation.centre, trajectory.closing.centre[None]])
        following = state.scale.widen(_value(state.target, centre[1:]))
        returns = lambda_returns(
            reward, steps.discount, cut_after(steps.first), following, self.gamma, self.mix
        )
        scale = measure(state.scale, returns, weight, _KEEP_SCALE)
        wanted = scale.narrow(returns)

        def loss(critic: AgentNetwork) -> Array:
            return (weight * jnp.square(_value(critic, centre[:-1]) - wanted)).mean()

        def descend(carry: Any, _: None) -> Any:
            critic, optimiser = carry
            lost, gradient = jax.value_and_grad(loss)(critic)
            changes, optimiser = self._optimiser(self.critic_rate, self.passes).update(gradient, optimiser)
            return (optax.apply_updates(critic, changes), optimiser), lost

        critic, target = (carry_over(net, state.scale, scale) for net in (state.critic, state.target))
        begin = (critic, state.critic_optimiser)
        (critic, optimiser), lost = jax.lax.scan(descend, begin, length=self.passes)
        moved = state._replace(
            critic=critic,
            target=optax.incremental_update(critic, target, self.tau),
            scale=scale,
            critic_optimiser=optimiser,
            updates=state.updates + 1,
        )
        return moved, {"critic_loss": lost[-1], "reward": reward.mean()}

    def _optimiser(self, rate: float, each: int = 1) -> optax.GradientTransformation:
        schedule = optax.cosine_decay_schedule(rate, max(self.updates * each, 1))
        return optax.chain(optax.clip_by_global_norm(self.clip), optax.adam(schedule, eps=1e-5))


def _value(critic: AgentNetwork, centre: Float[Array, "*batch number"]) -> Float[Array, " *batch"]:
    """Return what the critic says, on its scale."""
    return forward(critic, centre[..., None, :])[..., 0, 0]

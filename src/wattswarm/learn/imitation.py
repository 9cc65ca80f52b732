"""Imitation of a planner (DAgger): it says what it would do wherever the learner comes, the learner follows.

The planner, usually model predictive control, computes on the host for milliseconds a step; the actors that
imitate it see only their own agent's features and are compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn.learner import Act, Metrics, Step, Trajectory
from wattswarm.learn.networks import AgentNetwork, step, unroll, with_identity
from wattswarm.learn.problem import Layout, Seen, TaskProblem
from wattswarm.plan.policy import Policy
from wattswarm.tasks.reverse import controls_of
from wattswarm.tasks.task import EnvState
from wattswarm.world import Scenario

Expert = Callable[[Scenario], Policy]
"""Returns the planner of an episode, such as `lambda scenario: ModelPredictive(scenario, DayAhead())`."""


class ImitationState(NamedTuple):
    """All that training changes, and the widest range of every control."""

    actor: AgentNetwork
    lowest: Float[Array, " control"]
    highest: Float[Array, " control"]
    optimiser: Any
    updates: Int[Array, ""]


class Imitation(eqx.Module):
    """Actors, shared by all agents, that learn the controls in the notes of a trajectory.

    Args:
        updates: calls of `update` in the whole training.
        lanes: episodes played side by side in a round.
        sequence: steps of an update.
        hidden: width of the actor.
        recurrent: whether it remembers.
        rate: first learning rate, falling to 0 as a cosine.
        width: error of a control from which it counts linearly.

    Source:
        Ross, Gordon and Bagnell (2011), arXiv 1011.0686.
    """

    updates: int = eqx.field(static=True)
    lanes: int = eqx.field(default=8, static=True)
    sequence: int = eqx.field(default=24, static=True)
    hidden: int = eqx.field(default=64, static=True)
    recurrent: bool = eqx.field(default=False, static=True)
    rate: float = 3e-3
    width: float = 0.2

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "dagger"

    def init(self, key: PRNGKeyArray, layout: Layout) -> ImitationState:
        """Draw the actor."""
        inputs = len(layout.features) + len(layout.agents)
        actor = AgentNetwork(key, inputs, len(layout.controls), self.hidden, recurrent=self.recurrent)
        low, high = layout.grid.min(axis=0), layout.grid.max(axis=0)
        return ImitationState(actor, low, high, self._optimiser().init(actor), jnp.zeros((), jnp.int32))

    def begin(self, layout: Layout) -> Float[Array, "agent memory"]:
        """Return the empty memory of every agent."""
        return jnp.zeros((len(layout.agents), self.hidden if self.recurrent else 0), jnp.float32)

    def act(
        self,
        state: ImitationState,
        memory: Any,
        seen: Seen,
        first: Float[Array, ""],
        _key: PRNGKeyArray | None,
    ) -> tuple[Any, Act]:
        """Do what the planner would probably do; its notes are the controls to imitate."""
        memory, numbers = step(state.actor, memory, _inputs(seen), first.astype(jnp.float32))
        controls = jnp.clip(self._point(state, numbers).astype(seen.low.dtype), seen.low, seen.high)
        return memory, Act(controls, jnp.zeros(controls.shape[0], jnp.int32), controls)

    def update(
        self, state: ImitationState, trajectory: Trajectory, _key: PRNGKeyArray
    ) -> tuple[ImitationState, Metrics]:
        """Move the actor towards the controls in the notes."""
        steps = trajectory.steps
        wanted, seen = steps.act.notes, steps.seen
        memory = jax.tree.map(lambda values: values[0], steps.memory)

        def loss(actor: AgentNetwork) -> Array:
            numbers = unroll(actor, memory, _inputs(seen), steps.first.astype(jnp.float32))[1]
            error = self._point(state, numbers) - wanted
            # What lies beyond the end of the feasible range does what its end does.
            error = jnp.where(wanted >= seen.high, jnp.minimum(error, 0.0), error)
            error = jnp.where(wanted <= seen.low, jnp.maximum(error, 0.0), error)
            free = seen.high > seen.low
            return jnp.where(free, optax.losses.huber_loss(error, delta=self.width), 0.0).mean()

        lost, gradient = jax.value_and_grad(loss)(state.actor)
        changes, optimiser = self._optimiser().update(gradient, state.optimiser)
        actor = optax.apply_updates(state.actor, changes)
        return state._replace(actor=actor, optimiser=optimiser, updates=state.updates + 1), {"loss": lost}

    def _point(self, state: ImitationState, numbers: Array) -> Array:
        return state.lowest + (state.highest - state.lowest) * jax.nn.sigmoid(numbers)

    def _optimiser(self) -> optax.GradientTransformation:
        schedule = optax.cosine_decay_schedule(self.rate, max(self.updates, 1))
        return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule, eps=1e-5))


def dagger(
    problem: TaskProblem,
    scenarios: Sequence[Scenario],
    expert: Expert,
    learner: Imitation,
    seed: int,
    *,
    rounds: int = 4,
) -> tuple[ImitationState, list[float]]:
    """Learn to do what a planner does, from what it says wherever the learner comes.

    Every round plays `learner.lanes` episodes, the first round as the planner says, the others as the learner
    does, and then learns from all rounds so far.

    Args:
        problem: of a task made of the scenarios, in their order.
        scenarios: training episodes.
        expert: makes the planner of an episode.
        learner: who imitates; its updates are spread evenly over the rounds.
        seed: of weights, episodes and batches.
        rounds: how often episodes are played.

    Returns:
        The learner's state, and the loss of the last update of every round.

    Raises:
        InputError: the task's controls do not follow from requests, or an episode is shorter than a sequence.
    """
    steps = problem.horizon
    if steps < learner.sequence:
        raise InputError(
            "an episode is shorter than the sequence of an update",
            where="sequence",
            found=learner.sequence,
            expected=f"at most {steps} steps",
        )
    draw, key = np.random.default_rng(seed), jax.random.key(seed)
    state, update = learner.init(key, problem.layout), eqx.filter_jit(learner.update)
    kept: list[Trajectory] = []
    losses = []
    for number in range(rounds):
        episodes = draw.choice(len(scenarios), learner.lanes, replace=len(scenarios) < learner.lanes)
        kept.append(play(problem, scenarios, expert, learner, state, episodes, guided=number == 0))
        metrics: Metrics = {}
        for _ in range(learner.updates // rounds):
            lived = kept[draw.integers(len(kept))]
            first = int(draw.integers(steps // learner.sequence)) * learner.sequence
            part = jax.tree.map(lambda values, at=first: values[at : at + learner.sequence], lived.steps)
            state, metrics = update(state, lived._replace(steps=part), key)
        losses.append(float(metrics["loss"]) if metrics else float("nan"))
    return state, losses


def play(
    problem: TaskProblem,
    scenarios: Sequence[Scenario],
    expert: Expert,
    learner: Imitation,
    state: ImitationState,
    episodes: Int[np.ndarray, " lane"],
    *,
    guided: bool,
) -> Trajectory:
    """Play episodes while the planner says in each step what it would do.

    Args:
        problem: of a task made of the scenarios, in their order.
        scenarios: training episodes.
        expert: makes the planner of an episode.
        learner: who imitates.
        state: of the learner.
        episodes: which to play, shape [lane].
        guided: whether the planner's controls are carried out, else the learner's.

    Returns:
        What was lived, with the planner's controls in the notes.
    """
    world, lanes = problem.task.setting.world, len(episodes)
    planners = [expert(scenarios[episode]) for episode in episodes]
    memories = [planner.begin(world) for planner in planners]
    stand, seen = _begin(problem, jnp.asarray(episodes, jnp.int32))
    memory = jnp.broadcast_to(learner.begin(problem.layout), (lanes, *learner.begin(problem.layout).shape))
    first, lived, closing = jnp.ones(lanes, jnp.float32), [], seen
    for _ in range(problem.horizon):
        views = jax.tree.map(np.asarray, stand.view)
        asked = []
        for lane, planner in enumerate(planners):
            view = jax.tree.map(lambda values, lane=lane: values[lane], views)
            memories[lane], request = planner.act(world, memories[lane], view)
            asked.append(request)
        requests = jax.tree.map(lambda *each: jnp.stack(each), *asked)
        stand, seen, memory, first, row, closing = _advance(
            problem, learner, state, stand, seen, memory, first, requests, jnp.asarray(guided)
        )
        lived.append(row)
    return Trajectory(jax.tree.map(lambda *each: jnp.stack(each), *lived), closing, memory)


@eqx.filter_jit
def _begin(problem: TaskProblem, episodes: Int[Array, " lane"]) -> tuple[EnvState, Seen]:
    keys = jax.random.split(jax.random.key(0), len(episodes))
    stand = jax.vmap(problem.task.begin)(episodes, keys)[0]
    return stand, jax.vmap(problem.see)(stand.view)


@eqx.filter_jit
def _advance(
    problem: TaskProblem,
    learner: Imitation,
    state: ImitationState,
    stand: EnvState,
    seen: Seen,
    memory: Array,
    first: Array,
    requests: Any,
    guided: Bool[Array, ""],
) -> tuple[EnvState, Seen, Array, Array, Step, Seen]:
    wanted = jax.vmap(lambda view, request: controls_of(problem.task, view, request))(stand.view, requests)
    wanted = jnp.clip(wanted.astype(seen.low.dtype), seen.low, seen.high)
    later, acts = jax.vmap(learner.act, in_axes=(None, 0, 0, 0, None))(state, memory, seen, first, None)
    controls = jnp.where(guided, wanted, acts.controls)
    moved, turn = jax.vmap(problem.step)(stand, controls)
    act = Act(controls, acts.choice, wanted)
    lived = Step(seen, first, memory, act, turn.reward, turn.discount)
    return moved, turn.seen, later, turn.first.astype(first.dtype), lived, turn.following


def _inputs(seen: Seen) -> Float[Array, "*batch agent feature"]:
    return with_identity(seen.features.astype(jnp.float32))

"""Imitation of a planner (DAgger): it says what it would do wherever the learner comes, the learner follows.

The planner, model predictive control, computes on the host for milliseconds a step; the actors that
imitate it see only their own agent's features and are compiled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.control import Policy
from wattswarm.learn.contract import Act
from wattswarm.learn.parts.networks import AgentNetwork, step, with_identity
from wattswarm.learn.problem import Layout, Seen, TaskProblem
from wattswarm.learn.teachable import Learnt, Lesson
from wattswarm.learn.trained import TrainedPolicy
from wattswarm.outlook import DayAhead, Forecasted, Knowledge, Perfect, beliefs_of
from wattswarm.plan import ModelPredictive
from wattswarm.tasks import EnvState
from wattswarm.world import Scenario

_PLANNED_H = 24.0
"""Hours that the planner looks ahead."""
_TOLD = 100
"""Last gradient steps whose mean error is told."""


def planner(scenario: Scenario, *, all_knowing: bool) -> Policy:
    """Return model predictive control by published prices and beliefs, or one that knows all.

    Beliefs are the scenario's forecasts where it has any, else what is usual.
    """
    honest = DayAhead() if beliefs_of(scenario).prices is None else Forecasted()
    return ModelPredictive(Perfect(scenario) if all_knowing else honest, hours=_PLANNED_H)


class Actors(NamedTuple):
    """One network for all agents, and the widest range of every control."""

    network: AgentNetwork
    lowest: Float[Array, " control"]
    highest: Float[Array, " control"]


class Answers(NamedTuple):
    """What was seen, and what the planner would have done, leading axis [row]."""

    seen: Seen
    wanted: Float[Array, "row agent control"]


class Imitation(eqx.Module):
    """Actors, shared by all agents, that learn the controls that a planner would have chosen.

    Args:
        updates: gradient steps of the whole teaching, spread evenly over the rounds.
        rounds: how often episodes are played: first as the planner says, then as the learner does.
        lanes: episodes of a round.
        hidden: width of the network.
        batch: rows of a gradient step.
        rate: learning rate at the start of a round, falling to 0 as a cosine.
        width: error of a control from which it counts linearly.
        all_knowing: whether the planner knows what will happen: what cannot be seen, actors then learn to
            expect.

    Source:
        Ross, Gordon and Bagnell (2011), arXiv 1011.0686.
    """

    updates: int = eqx.field(default=4000, static=True)
    rounds: int = eqx.field(default=6, static=True)
    lanes: int = eqx.field(default=12, static=True)
    hidden: int = eqx.field(default=128, static=True)
    batch: int = eqx.field(default=256, static=True)
    rate: float = 3e-3
    width: float = 0.2
    all_knowing: bool = eqx.field(default=False, static=True)

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "dagger"

    def init(self, key: PRNGKeyArray, layout: Layout) -> Actors:
        """Draw the network."""
        inputs = len(layout.features) + len(layout.agents)
        network = AgentNetwork(key, inputs, len(layout.controls), self.hidden, recurrent=False)
        return Actors(network, layout.grid.min(axis=0), layout.grid.max(axis=0))

    def begin(self, layout: Layout) -> Float[Array, "agent 0"]:
        """Return nothing to remember."""
        return jnp.zeros((len(layout.agents), 0), jnp.float32)

    def act(
        self, state: Actors, memory: Any, seen: Seen, _first: Float[Array, ""], _key: PRNGKeyArray | None
    ) -> tuple[Any, Act]:
        """Do what the planner would probably do."""
        controls = jnp.clip(_point(state, seen).astype(seen.low.dtype), seen.low, seen.high)
        return memory, Act(controls, jnp.zeros(controls.shape[0], jnp.int32), ())

    def teach(self, lesson: Lesson, seed: int) -> Learnt:
        """Learn to do what the planner does, from what it says wherever the learner comes.

        Raises:
            InputError: the task's controls do not follow from requests.
        """
        draw, key = np.random.default_rng(seed), jax.random.key(seed)
        state, answers, losses = self.init(key, lesson.problem.layout), [], jnp.zeros(0)
        for number in range(self.rounds):
            count = len(lesson.scenarios)
            episodes = draw.choice(count, self.lanes, replace=count < self.lanes)
            starts, batches = jax.random.split(jax.random.fold_in(key, number))
            answers.append(play(self, lesson, state, episodes, starts, guided=number == 0))
            rows = jax.tree.map(lambda *each: jnp.concatenate(each), *answers)
            state, losses = descend(self, state, rows, batches)
        asked = sum(len(each.wanted) for each in answers)
        return Learnt(state, asked, {"loss": float(losses[-_TOLD:].mean())})

    def policy(self, problem: TaskProblem, state: Actors, name: str) -> TrainedPolicy:
        """Return the policy of a state."""
        return TrainedPolicy(problem, self, state, name)


def error(learner: Imitation, state: Actors, answers: Answers) -> Float[Array, ""]:
    """Return the mean error of the free controls; what lies beyond a feasible end counts as that end."""
    seen, wanted = answers.seen, answers.wanted
    off = _point(state, seen) - wanted
    off = jnp.where(wanted >= seen.high, jnp.minimum(off, 0.0), off)
    off = jnp.where(wanted <= seen.low, jnp.maximum(off, 0.0), off)
    free = seen.high > seen.low
    return jnp.where(free, optax.losses.huber_loss(off, delta=learner.width), 0.0).mean()


@eqx.filter_jit
def descend(
    learner: Imitation, state: Actors, answers: Answers, key: PRNGKeyArray
) -> tuple[Actors, Float[Array, " update"]]:
    """Move the actors towards the answers for a round's share of gradient steps.

    Args:
        learner: tells how.
        state: before.
        answers: of all rounds so far.
        key: draws batches.

    Returns:
        Actors after, and the error at every gradient step.
    """
    updates = max(1, learner.updates // learner.rounds)
    schedule = optax.cosine_decay_schedule(learner.rate, updates)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule, eps=1e-5))
    rows = answers.wanted.shape[0]

    def advance(carry: Any, key: PRNGKeyArray) -> Any:
        network, kept = carry
        drawn = jax.random.randint(key, (learner.batch,), 0, rows)
        part = jax.tree.map(lambda values: values[drawn], answers)
        lost, gradient = jax.value_and_grad(
            lambda network: error(learner, state._replace(network=network), part)
        )(network)
        changes, kept = optimiser.update(gradient, kept)
        return (optax.apply_updates(network, changes), kept), lost

    begin = (state.network, optimiser.init(state.network))
    (network, _), losses = jax.lax.scan(advance, begin, jax.random.split(key, updates))
    return state._replace(network=network), losses


def play(
    learner: Imitation,
    lesson: Lesson,
    state: Actors,
    episodes: Int[np.ndarray, " lane"],
    key: PRNGKeyArray,
    *,
    guided: bool,
) -> Answers:
    """Play episodes while the planner says in each step what it would do.

    Of episodes longer than twice what the planner looks ahead, the end is left out: a plan up to the end
    empties what is stored, which those who imitate it cannot know.

    Args:
        learner: whom the planner teaches.
        lesson: problem and scenarios.
        state: of who imitates.
        episodes: which to play, shape [lane].
        key: draws what is stored at the start, where the task does.
        guided: whether the planner's controls are carried out, else the learner's.

    Returns:
        What was seen and what the planner would have done, a row for each lane and step.

    Raises:
        InputError: the task's controls do not follow from requests.
    """
    problem = lesson.problem
    world, ahead = problem.task.setting.world, round(_PLANNED_H / lesson.scenarios[0].arrays.dt_h)
    chosen = [lesson.scenarios[episode] for episode in episodes]
    planners = [planner(each, all_knowing=learner.all_knowing) for each in chosen]
    knowledge = [Knowledge(each) for each in chosen]
    memories = [teacher.begin(world) for teacher in planners]
    stand, seen = _begin(problem, jnp.asarray(episodes, jnp.int32), key)
    rows = []
    for at in range(problem.horizon - (ahead if problem.horizon > 2 * ahead else 0)):
        views = jax.tree.map(np.asarray, stand.view)
        asked = []
        for lane, teacher in enumerate(planners):
            view = jax.tree.map(lambda values, lane=lane: values[lane], views)
            view = view._replace(told=knowledge[lane].at(at, view))
            memories[lane], request = teacher.act(world, memories[lane], view)
            asked.append(request)
        requests = jax.tree.map(lambda *each: np.stack([np.asarray(one) for one in each]), *asked)
        wanted, moved, following = _advance(problem, state, stand, seen, requests, jnp.asarray(guided))
        rows.append(Answers(seen, wanted))
        stand, seen = moved, following
    played: Answers = jax.tree.map(lambda *each: jnp.concatenate(each), *rows)
    return played


@eqx.filter_jit
def _begin(problem: TaskProblem, episodes: Int[Array, " lane"], key: PRNGKeyArray) -> tuple[EnvState, Seen]:
    begun: tuple[EnvState, Seen] = jax.vmap(problem.begin)(episodes, jax.random.split(key, len(episodes)))
    return begun


@eqx.filter_jit
def _advance(
    problem: TaskProblem,
    state: Actors,
    stand: EnvState,
    seen: Seen,
    requests: Any,
    guided: Bool[Array, ""],
) -> tuple[Array, EnvState, Seen]:
    wanted = jax.vmap(problem.task.controls_for)(stand.view, requests)
    wanted = jnp.clip(wanted.astype(seen.low.dtype), seen.low, seen.high)
    own = jnp.clip(_point(state, seen).astype(seen.low.dtype), seen.low, seen.high)
    moved, turn = jax.vmap(problem.step)(stand, jnp.where(guided, wanted, own))
    return wanted, moved, turn.seen


def _point(state: Actors, seen: Seen) -> Float[Array, "*batch agent control"]:
    """Return the controls that the network points at, within the widest range."""
    features = with_identity(seen.features.astype(jnp.float32))
    nothing = jnp.zeros((*features.shape[:-1], 0), jnp.float32)
    numbers = step(state.network, nothing, features, jnp.zeros(features.shape[:-2], jnp.float32))[1]
    return state.lowest + (state.highest - state.lowest) * jax.nn.sigmoid(numbers)

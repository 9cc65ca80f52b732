"""Imitation of a planner (DAgger): the planner labels every state that the learner visits.

The planner, model predictive control, takes milliseconds a step on the host; the actors that imitate it see
only their own agent's features and are compiled.
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
from wattswarm.learn.contract import Action, Key
from wattswarm.learn.parts.descent import fit_batches
from wattswarm.learn.parts.networks import AgentNetwork, forward, with_identity
from wattswarm.learn.problem import Layout, TaskProblem
from wattswarm.learn.supervised import Fitted, TrainingSet
from wattswarm.learn.trained import TrainedPolicy
from wattswarm.outlook import DayAhead, Forecasted, Knowledge, Perfect, beliefs_of
from wattswarm.plan import ModelPredictive
from wattswarm.tasks import EnvState, Observation
from wattswarm.world import Scenario

_PLANNED_H = 24.0
"""Hours that the planner looks ahead."""
_REPORTED = 100
"""Last gradient steps whose mean error is reported."""


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


class Demonstrations(NamedTuple):
    """Observations and what the planner would have done, leading axis [row]."""

    observation: Observation
    wanted: Float[Array, "row agent control"]


class Imitation(eqx.Module):
    """Actors, shared by all agents, that learn the controls that a planner would have chosen.

    Source:
        Ross, Gordon and Bagnell (2011), arXiv 1011.0686.
    """

    updates: int = eqx.field(default=4000, static=True)
    """Gradient steps of the whole training, spread evenly over the rounds."""
    rounds: int = eqx.field(default=6, static=True)
    """How often episodes are played: first as the planner says, then as the learner does."""
    environments: int = eqx.field(default=12, static=True)
    hidden: int = eqx.field(default=128, static=True)
    batch: int = eqx.field(default=256, static=True)
    """Rows of a gradient step."""
    rate: float = 3e-3
    """Learning rate at the start of a round, falling to 0 as a cosine."""
    width: float = 0.2
    """Error of a control from which it counts linearly."""
    all_knowing: bool = eqx.field(default=False, static=True)
    """Whether the planner knows what will happen: what cannot be seen, actors then learn to expect."""

    name = "dagger"

    def init(self, key: PRNGKeyArray, layout: Layout) -> Actors:
        inputs = len(layout.features) + len(layout.agents)
        network = AgentNetwork(key, inputs, len(layout.controls), self.hidden, recurrent=False)
        return Actors(network, layout.grid.min(axis=0), layout.grid.max(axis=0))

    def begin(self, layout: Layout) -> Float[Array, "agent 0"]:
        return jnp.zeros((len(layout.agents), 0), jnp.float32)

    def act(
        self, state: Actors, memory: Any, observation: Observation, _first: Float[Array, ""], _key: Key
    ) -> tuple[Any, Action]:
        """Return the controls that the planner would probably choose."""
        controls = _feasible(_point(state, observation), observation)
        return memory, Action(controls, jnp.zeros(controls.shape[0], jnp.int32), ())

    def fit(self, training_set: TrainingSet, seed: int) -> Fitted:
        """Learn to do what the planner does, from its choices in the states that the learner visits.

        Raises:
            InputError: the task's controls do not follow from requests.
        """
        draw, key = np.random.default_rng(seed), jax.random.key(seed)
        state, demonstrations, losses = self.init(key, training_set.problem.layout), [], jnp.zeros(0)
        for number in range(self.rounds):
            count = len(training_set.scenarios)
            episodes = draw.choice(count, self.environments, replace=count < self.environments)
            starts, batches = jax.random.split(jax.random.fold_in(key, number))
            demonstrations.append(play(self, training_set, state, episodes, starts, guided=number == 0))
            rows = jax.tree.map(lambda *each: jnp.concatenate(each), *demonstrations)
            state, losses = descend(self, state, rows, batches)
        asked = sum(len(each.wanted) for each in demonstrations)
        return Fitted(state, asked, {"loss": float(losses[-_REPORTED:].mean())})

    def policy(self, problem: TaskProblem, state: Actors, name: str) -> TrainedPolicy:
        return TrainedPolicy(problem, self, state, name)


def error(learner: Imitation, state: Actors, demonstrations: Demonstrations) -> Float[Array, ""]:
    """Return the mean error of the free controls; what lies beyond a feasible end counts as that end."""
    observation, wanted = demonstrations.observation, demonstrations.wanted
    off = _point(state, observation) - wanted
    off = jnp.where(wanted >= observation.high, jnp.minimum(off, 0.0), off)
    off = jnp.where(wanted <= observation.low, jnp.maximum(off, 0.0), off)
    free = observation.high > observation.low
    return jnp.where(free, optax.losses.huber_loss(off, delta=learner.width), 0.0).mean()


@eqx.filter_jit
def descend(
    learner: Imitation, state: Actors, demonstrations: Demonstrations, key: PRNGKeyArray
) -> tuple[Actors, Float[Array, " update"]]:
    """Move the actors towards the demonstrations for a round's share of gradient steps.

    Args:
        demonstrations: of all rounds so far.

    Returns:
        Actors after, and the error at every gradient step.
    """
    network, losses = fit_batches(
        lambda network, rows: error(learner, state._replace(network=network), rows),
        state.network,
        demonstrations,
        key,
        updates=max(1, learner.updates // learner.rounds),
        batch=learner.batch,
        rate=learner.rate,
        eps=1e-5,
    )
    return state._replace(network=network), losses


def play(
    learner: Imitation,
    training_set: TrainingSet,
    state: Actors,
    episodes: Int[np.ndarray, " environment"],
    key: PRNGKeyArray,
    *,
    guided: bool,
) -> Demonstrations:
    """Play episodes and record in each step what the planner would do.

    Of episodes longer than twice what the planner looks ahead, the end is left out: a plan up to the end
    empties the storages, for a reason that the learner cannot see.

    Args:
        episodes: which to play, shape [env].
        key: draws what is stored at the start, where the task does.
        guided: whether the planner's controls are carried out, else the learner's own.

    Returns:
        Demonstrations, a row for each environment and step.

    Raises:
        InputError: the task's controls do not follow from requests.
    """
    problem = training_set.problem
    world, ahead = problem.task.setting.world, round(_PLANNED_H / training_set.scenarios[0].arrays.dt_h)
    chosen = [training_set.scenarios[episode] for episode in episodes]
    planners = [planner(each, all_knowing=learner.all_knowing) for each in chosen]
    knowledge = [Knowledge(each) for each in chosen]
    memories = [expert.begin(world) for expert in planners]
    states, observation = _begin(problem, jnp.asarray(episodes, jnp.int32), key)
    rows = []
    for now in range(problem.horizon - (ahead if problem.horizon > 2 * ahead else 0)):
        views = jax.tree.map(np.asarray, states.view)
        asked = []
        for at, expert in enumerate(planners):
            view = jax.tree.map(lambda values, at=at: values[at], views)
            view = view._replace(told=knowledge[at].at(now, view))
            memories[at], request = expert.act(world, memories[at], view)
            asked.append(request)
        requests = jax.tree.map(lambda *each: np.stack([np.asarray(one) for one in each]), *asked)
        wanted, states, following = _advance(
            problem, state, states, observation, requests, jnp.asarray(guided)
        )
        rows.append(Demonstrations(observation, wanted))
        observation = following
    played: Demonstrations = jax.tree.map(lambda *each: jnp.concatenate(each), *rows)
    return played


@eqx.filter_jit
def _begin(
    problem: TaskProblem, episodes: Int[Array, " env"], key: PRNGKeyArray
) -> tuple[EnvState, Observation]:
    begun: tuple[EnvState, Observation] = jax.vmap(problem.begin)(
        episodes, jax.random.split(key, len(episodes))
    )
    return begun


@eqx.filter_jit
def _advance(
    problem: TaskProblem,
    state: Actors,
    states: EnvState,
    observation: Observation,
    requests: Any,
    guided: Bool[Array, ""],
) -> tuple[Array, EnvState, Observation]:
    wanted = _feasible(jax.vmap(problem.task.controls_for)(states.view, requests), observation)
    own = _feasible(_point(state, observation), observation)
    states, timestep = jax.vmap(problem.step)(states, jnp.where(guided, wanted, own))
    return wanted, states, timestep.observation


def _feasible(controls: Array, observation: Observation) -> Array:
    return jnp.clip(controls.astype(observation.low.dtype), observation.low, observation.high)


def _point(state: Actors, observation: Observation) -> Float[Array, "*batch agent control"]:
    """Return the controls that the network points at, within the widest range."""
    numbers = forward(state.network, with_identity(observation.features))
    return state.lowest + (state.highest - state.lowest) * jax.nn.sigmoid(numbers)

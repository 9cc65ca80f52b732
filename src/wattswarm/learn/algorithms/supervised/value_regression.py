"""Learns what stored energy is worth from the shadow prices of optimal plans, to act by it (`opportunity`).

Windows of the training episodes start at random steps with storages filled at random. The linear program of
each says what a further stored kWh would have been worth after every step; a network learns that from what
the agents saw before the step and from the energy after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.learn.algorithms.supervised.opportunity import KNOTS, OpportunityValue, ValueNetwork
from wattswarm.learn.parts.descent import fit_batches
from wattswarm.learn.parts.networks import AgentNetwork
from wattswarm.learn.problem import Layout, TaskProblem
from wattswarm.learn.supervised import Fitted, TrainingSet
from wattswarm.outlook import Knowledge, Perfect
from wattswarm.plan.linear import Solver, shadow_prices
from wattswarm.tasks import Task
from wattswarm.world import Scenario, View, open_step, start


class ValueRegression(eqx.Module):
    """Values from duals: a network learns the worth of stored energy that optimal plans of the past show."""

    windows: int = eqx.field(default=6000, static=True)
    hours: float = 30.0
    """Length of each [h]."""
    counted: float = 4.0
    """First hours of each that are learned from [h]: an optimal plan soon leads all storages to the same few
    energies, and near its end worths know too little of what follows."""
    hidden: int = eqx.field(default=64, static=True)
    updates: int = eqx.field(default=6000, static=True)
    batch: int = eqx.field(default=256, static=True)
    """Samples of a gradient step."""
    rate: float = 3e-3
    """First learning rate, falling to 0 as a cosine."""
    width: float = 0.1
    """Error from which it counts linearly [price scales], so that price spikes do not drown the rest."""

    name = "values"

    def init(self, key: PRNGKeyArray, layout: Layout) -> ValueNetwork:
        return ValueNetwork(
            AgentNetwork(key, len(layout.features), ValueNetwork.outputs(), self.hidden, recurrent=False)
        )

    def fit(self, training_set: TrainingSet, seed: int) -> Fitted:
        """Plan windows in hindsight and learn what energy was worth in them.

        Raises:
            InputError: the site has ports, or no storage.
        """
        problem = training_set.problem
        weights, batches = jax.random.split(jax.random.key(seed))
        draw = np.random.default_rng(seed)
        samples = sample_windows(
            problem.task,
            training_set.scenarios,
            draw,
            windows=self.windows,
            hours=self.hours,
            counted=self.counted,
        )
        network, losses = descend(self, self.init(weights, problem.layout), samples, batches)
        planned = self.windows * round(self.hours / training_set.scenarios[0].arrays.dt_h)
        return Fitted(network, planned, {"loss": float(losses[-self.updates // 20 :].mean())})

    def policy(self, problem: TaskProblem, state: ValueNetwork, name: str) -> OpportunityValue:
        return OpportunityValue(problem.task, state, name)


class Samples(NamedTuple):
    """What was seen, and what energy turned out to be worth, leading axis [sample]."""

    features: Float[Array, "sample storage feature"]
    filled: Float[Array, "sample storage"]
    """Energy after the step, as a share of the span from floor to ceiling."""
    worth: Float[Array, "sample storage"]
    """Of a further kWh stored after the step, in price scales."""
    margin: Float[Array, " sample"]
    """What a kWh served in the step after earned beyond its worth at the site, in price scales."""


def sample_windows(
    task: Task,
    scenarios: Sequence[Scenario],
    draw: np.random.Generator,
    *,
    windows: int,
    hours: float,
    counted: float,
) -> Samples:
    """Plan windows in hindsight and note what was seen and what energy was worth.

    Args:
        task: made of the scenarios, in their order; its agents are the storages.
        draw: chooses windows and initial energies.
        hours: length of each window [h].
        counted: its first hours that are noted [h].

    Returns:
        One sample for each step of the hours noted.

    Raises:
        InputError: the site has ports, or no storage.
    """
    arrays, setting = scenarios[0].arrays, task.setting
    if arrays.port_count or len(task.agents) != arrays.storage_count:
        raise InputError(
            "value regression needs a site whose agents are its storages",
            where=f"task {task.name}",
            found=f"{arrays.port_count} ports, {arrays.storage_count} storages, {len(task.agents)} agents",
            expected="no ports and one agent a storage",
            mend="use the task pool",
        )
    length = min(setting.steps, max(2, round(hours / arrays.dt_h)))
    noted = min(length - 1, max(1, round(counted / arrays.dt_h)))
    episode = draw.integers(0, setting.count, windows)
    begin = draw.integers(0, setting.steps - length + 1, windows)
    span = arrays.storage_ceiling_kwh - arrays.storage_floor_kwh
    energy = arrays.storage_floor_kwh + draw.uniform(size=(windows, len(span))) * span
    nothing = np.zeros((windows, arrays.station_count))
    views = jax.tree.map(np.asarray, _see(task, episode, begin, energy, nothing)[0])
    price, solver, rows = float(setting.scales.price), Solver(), []
    known = [Knowledge(each) for each in scenarios]
    for at in range(windows):
        scenario, first = scenarios[episode[at]], int(begin[at])
        view = jax.tree.map(lambda values, at=at: values[at], views)
        outlook = Perfect(scenario).outlook(known[episode[at]].at(first, view), length)
        shadow = shadow_prices(outlook, arrays, scenario.site.tariff, solver)
        margin = outlook.service_price - shadow.used
        rows.append(
            (
                np.full(noted, episode[at]),
                first + np.arange(noted),
                np.vstack([energy[at], shadow.energy_kwh[: noted - 1]]),
                np.vstack([nothing[at], shadow.deferred_kwh[: noted - 1]]),
                (shadow.energy_kwh[:noted] - arrays.storage_floor_kwh) / span,
                shadow.stored[:noted] / price,
                margin[1 : noted + 1] / price,
            )
        )
    of, steps, before, waiting, filled, worth, margin = (
        np.concatenate(each) for each in zip(*rows, strict=True)
    )
    features = _see(task, of, steps, before, waiting)[1]
    return Samples(features, *(jnp.asarray(each, jnp.float32) for each in (filled, worth, margin)))


@eqx.filter_jit
def descend(
    learner: ValueRegression, network: ValueNetwork, samples: Samples, key: PRNGKeyArray
) -> tuple[ValueNetwork, Float[Array, " update"]]:
    """Learn the worth of stored energy from samples.

    Args:
        samples: as `sample_windows` returns.

    Returns:
        The opinion after, and the loss of every gradient step.
    """
    return fit_batches(
        lambda network, rows: loss(network, rows, learner.width),
        network,
        samples,
        key,
        updates=learner.updates,
        batch=learner.batch,
        rate=learner.rate,
    )


def loss(network: ValueNetwork, samples: Samples, width: float) -> Float[Array, ""]:
    """Return the mean error of worths and margins, square up to a width and linear beyond."""
    curve, margin = network(samples.features)
    place = samples.filled * (KNOTS - 1)
    below = jnp.clip(jnp.floor(place), 0, KNOTS - 2).astype(jnp.int32)
    pair = jnp.take_along_axis(curve, jnp.stack([below, below + 1], axis=-1), axis=-1)
    share = place - below
    believed = pair[..., 0] * (1.0 - share) + pair[..., 1] * share
    errors = believed - samples.worth, margin - samples.margin[:, None]
    return sum((optax.losses.huber_loss(error, delta=width).mean() for error in errors), jnp.zeros(()))


@eqx.filter_jit
def _see(task: Task, episode: Any, step: Any, energy_kwh: Floats, deferred_kwh: Floats) -> tuple[View, Array]:
    """Return views and features at given steps with given energies, leading axis [sample]."""
    setting = task.setting
    dtype = setting.episodes.rows.dtype

    def one(episode: Array, step: Array, energy_kwh: Array, deferred_kwh: Array) -> tuple[View, Array]:
        state = start(setting.world)._replace(
            energy_kwh=energy_kwh.astype(dtype), deferred_kwh=deferred_kwh.astype(dtype)
        )
        row = setting.episodes.rows[episode, step]
        view = open_step(setting.world, setting.episodes, state, row)[1]
        return view, task.observe(view)

    observation: tuple[View, Array] = jax.vmap(one)(
        *map(jnp.asarray, (episode, step, energy_kwh, deferred_kwh))
    )
    return observation

"""Training: epochs of mini-batches for members of one design side by side, the best of each kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.sharding import NamedSharding
from jaxtyping import Array, Float, Int

from wattswarm.forecast.contract import LEVELS
from wattswarm.forecast.neural.devices import deal
from wattswarm.forecast.neural.networks import Design, Dropout, Network

Loss = Literal["squared", "huber", "absolute"]

_CHUNK = 256
"""Windows that are forecast at once outside of training."""


@dataclass(frozen=True)
class TrainingSettings:
    """What all members of a training share; one of them is one compiled program."""

    design: Design
    """Of the networks."""
    epochs: int
    """At most."""
    batch: int
    """Windows of a mini-batch."""
    patience: int
    """Epochs without a better validation after which a member stops."""
    loss: Loss
    """Of the mean; quantiles have the pinball loss."""


class Members(NamedTuple):
    """In what the members of a training differ, leading axis [member]."""

    rate: Float[Array, " member"]
    """Greatest learning rate; it rises over no steps and falls by a cosine to zero."""
    dropout: Float[Array, " member"]
    seed: Int[Array, " member"]


class Samples(NamedTuple):
    """Windows and what came of them, one row an origin."""

    past: Float[Array, "origin time column"]
    ahead: Float[Array, "origin step known"]
    truth: Float[Array, "origin step"]
    """Difference from the anchor, by its scale."""


class Outcome(NamedTuple):
    """What a training gave, leading axis [member]."""

    networks: Network
    validation: Float[Array, " member"]
    """Least loss on the validation samples: that of the networks."""
    epochs: int
    """Epochs until all members had stopped."""


class _State(NamedTuple):
    network: Network
    moments: Any
    best: Network
    least: Float[Array, ""]
    waited: Int[Array, ""]


def train(
    settings: TrainingSettings,
    members: Members,
    training: Samples,
    validation: Samples,
    devices: Sequence[jax.Device] | None = None,
) -> Outcome:
    """Train networks side by side; a member's result does not depend on the others.

    Args:
        settings: what they share.
        training: to learn from, at least one mini-batch of them.
        devices: that share the work, None for all of this process.

    Returns:
        Networks with the least validation loss of each member's epochs.
    """
    design = settings.design
    outputs = design.look_back * design.units * design.layers
    dealt = deal(len(members.seed), settings.batch, outputs, devices)
    training, validation = jax.device_put((training, validation), dealt.everywhere)
    members = jax.device_put(members, dealt.members)
    state = _begin(settings, members)
    for epoch in range(settings.epochs):
        state = _epoch(settings, dealt.windows, state, members, training, validation, epoch)
        if bool((state.waited >= settings.patience).all()):
            break
    # Who forecasts with them needs one device.
    best, least = jax.device_put((state.best, state.least), jax.local_devices()[0])
    return Outcome(best, least, epoch + 1)


@jax.jit
def forward(
    networks: Network, past: Float[Array, "origin time column"], ahead: Float[Array, "origin step known"]
) -> Float[Array, "member origin step output"]:
    """Forecast by each member, leading axis [member], in scaled differences from the anchor."""
    outputs = jax.vmap(lambda network: network(*_time_first(past, ahead), Dropout(0.0, None)))(networks)
    return jnp.moveaxis(outputs, 2, 1)


@partial(jax.jit, static_argnums=0)
def _begin(settings: TrainingSettings, members: Members) -> _State:
    def begin(seed: Int[Array, ""]) -> _State:
        network = Network(jax.random.key(seed), settings.design)
        least = jnp.asarray(jnp.inf, jnp.float32)
        return _State(network, _adam().init(network), network, least, jnp.asarray(0, jnp.int32))

    return jax.vmap(begin)(members.seed)


@partial(jax.jit, static_argnums=(0, 1))
def _epoch(
    settings: TrainingSettings,
    windows: NamedSharding | None,
    state: _State,
    members: Members,
    training: Samples,
    validation: Samples,
    epoch: Any,
) -> _State:
    batches = len(training.truth) // settings.batch

    def run(state: _State, member: Members) -> _State:
        shuffle, drop = jax.random.split(jax.random.fold_in(jax.random.key(member.seed), epoch + 1))
        order = jax.random.permutation(shuffle, len(training.truth))[: batches * settings.batch]

        def descend(
            carried: tuple[Network, Any], row: tuple[Array, Array]
        ) -> tuple[tuple[Network, Any], None]:
            network, moments = carried
            chosen, batch = row
            drawn = _dealt(Samples(*(each[chosen] for each in training)), windows)
            dropout = Dropout(member.dropout, jax.random.fold_in(drop, batch))
            slope = jax.grad(lambda network: _loss(settings, network, drawn, dropout).mean())(network)
            way, moments = _adam().update(slope, moments)
            done = (epoch + batch / batches) / settings.epochs
            rate = member.rate * 0.5 * (1.0 + jnp.cos(jnp.pi * done)).astype(jnp.float32)
            return (jax.tree.map(lambda weight, along: weight - rate * along, network, way), moments), None

        rows = (order.reshape(batches, settings.batch), jnp.arange(batches))
        (network, moments), _ = jax.lax.scan(descend, (state.network, state.moments), rows)
        loss = _validate(settings, windows, network, validation)
        better = (loss < state.least) & (state.waited < settings.patience)
        best = jax.tree.map(lambda new, old: jnp.where(better, new, old), network, state.best)
        # A member that has stopped waits for the others: its count can no longer fall.
        waited = jnp.where(better, 0, state.waited + 1)
        return _State(network, moments, best, jnp.where(better, loss, state.least), waited)

    return jax.vmap(run)(state, members)


def _dealt(samples: Samples, windows: NamedSharding | None) -> Samples:
    if windows is None or len(samples.truth) % windows.mesh.size:
        return samples
    parted: Samples = jax.lax.with_sharding_constraint(samples, windows)
    return parted


def _validate(
    settings: TrainingSettings, windows: NamedSharding | None, network: Network, samples: Samples
) -> Float[Array, ""]:
    count = len(samples.truth)
    chunk = min(_CHUNK, count)
    chunks = -(-count // chunk)

    def of(rows: Samples) -> Float[Array, " origin"]:
        return _loss(settings, network, _dealt(rows, windows), Dropout(0.0, None))

    filled = (
        jnp.pad(each, [(0, chunks * chunk - count)] + [(0, 0)] * (each.ndim - 1)).reshape(
            chunks, chunk, *each.shape[1:]
        )
        for each in samples
    )
    losses: Array = jax.lax.map(of, Samples(*filled))
    return losses.reshape(-1)[:count].mean()


def _loss(
    settings: TrainingSettings, network: Network, samples: Samples, dropout: Dropout
) -> Float[Array, " origin"]:
    outputs = network(*_time_first(samples.past, samples.ahead), dropout)
    truth = samples.truth.T
    missed = truth - outputs[..., 0]
    if settings.loss == "squared":
        of_mean = missed * missed
    else:
        of_mean = optax.losses.huber_loss(missed) if settings.loss == "huber" else jnp.abs(missed)
    below = truth[..., None] - outputs[..., 1:]
    levels = jnp.asarray(LEVELS, jnp.float32)
    pinball = jnp.maximum(levels * below, (levels - 1.0) * below).mean(axis=-1)
    both: Array = of_mean + pinball
    return both.mean(axis=0)


def _time_first(past: Array, ahead: Array) -> tuple[Array, Array]:
    return jnp.moveaxis(past, 1, 0), jnp.moveaxis(ahead, 1, 0)


def _adam() -> optax.GradientTransformation:
    # On one vector: many small operations cost more to dispatch than to do, and seconds to compile.
    return optax.flatten(optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam()))

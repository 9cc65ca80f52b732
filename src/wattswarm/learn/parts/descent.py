"""Steps down a slope: Adam (Kingma and Ba, 2015) over a gradient of bounded norm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import optax
from jaxtyping import Array, Float, PRNGKeyArray

Weights = TypeVar("Weights")


def adam(norm: float) -> optax.GradientTransformation:
    """Return Adam's directions, each to be followed at a rate of its own by `descend`.

    Args:
        norm: greatest norm of a gradient over all weights together; longer ones are shortened to it.

    Returns:
        Pure functions `init` and `update`.
    """
    # On one vector: many small operations cost more to dispatch than to do, and seconds to compile.
    return optax.flatten(optax.chain(optax.clip_by_global_norm(norm), optax.scale_by_adam(eps=1e-5)))


def descend(weights: Weights, slope: Weights, rate: Float[Array, ""] | float) -> Weights:
    """Return the weights a step further down the slope."""
    further: Weights = jax.tree.map(lambda weight, along: weight - rate * along, weights, slope)
    return further


def adam_step(
    weights: Weights, slope: Weights, state: optax.OptState, norm: float, rate: Float[Array, ""] | float
) -> tuple[Weights, optax.OptState]:
    """Return weights and Adam's state after one step down the slope, with its norm bounded by `norm`."""
    directions, state = adam(norm).update(slope, state)
    return descend(weights, directions, rate), state


def fit_batches(
    loss: Callable[[Weights, Any], Float[Array, ""]],
    weights: Weights,
    samples: Any,
    key: PRNGKeyArray,
    *,
    updates: int,
    batch: int,
    rate: float,
    eps: float = 1e-8,
) -> tuple[Weights, Float[Array, " update"]]:
    """Fit weights to samples by Adam on batches drawn with replacement.

    Args:
        samples: pytree of leading axis [sample].
        batch: samples of a gradient step.
        rate: first learning rate, falling to 0 as a cosine.
        eps: Adam's.

    Returns:
        The weights after, and the loss of every gradient step.
    """
    schedule = optax.cosine_decay_schedule(rate, updates)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule, eps=eps))
    count = jax.tree.leaves(samples)[0].shape[0]

    def advance(carry: Any, key: PRNGKeyArray) -> Any:
        weights, state = carry
        drawn = jax.random.randint(key, (batch,), 0, count)
        lost, slope = jax.value_and_grad(loss)(weights, jax.tree.map(lambda rows: rows[drawn], samples))
        changes, state = optimiser.update(slope, state)
        return (optax.apply_updates(weights, changes), state), lost

    begin = (weights, optimiser.init(weights))
    (weights, _), losses = jax.lax.scan(advance, begin, jax.random.split(key, updates))
    return weights, losses

"""Choices among feasible actions only: argmax, sampling, probabilities, straight-through Gumbel."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

NEVER = -1e9
"""Stands for minus infinity: finite, so that gradients and differences stay numbers."""

Values = Float[Array, "... choice"]
Mask = Bool[Array, "... choice"]


def masked(values: Values, mask: Mask) -> Values:
    """Return the values with infeasible choices at `NEVER`."""
    return jnp.where(mask, values, NEVER)


def best(values: Values, mask: Mask) -> Int[Array, ...]:
    """Return the feasible choice of highest value."""
    return jnp.argmax(masked(values, mask), axis=-1).astype(jnp.int32)


def sample(key: PRNGKeyArray, logits: Values, mask: Mask) -> Int[Array, ...]:
    """Draw a feasible choice by its logits."""
    return jax.random.categorical(key, masked(logits, mask), axis=-1).astype(jnp.int32)


def epsilon_greedy(
    key: PRNGKeyArray, values: Values, mask: Mask, epsilon: Float[Array, ""] | float
) -> Int[Array, ...]:
    """Return the best feasible choice, or with probability epsilon any feasible one."""
    # Drawn at once, since each call of a generator costs more than the numbers: whether, then a lot a choice.
    lots = jax.random.uniform(key, (*values.shape[:-1], values.shape[-1] + 1), jnp.float32)
    return jnp.where(lots[..., 0] < epsilon, best(lots[..., 1:], mask), best(values, mask))


def log_probabilities(logits: Values, mask: Mask) -> Values:
    """Return log probabilities over feasible choices; infeasible ones at about `NEVER`."""
    return jax.nn.log_softmax(masked(logits, mask), axis=-1)


def log_probability(logits: Values, mask: Mask, choice: Int[Array, ...]) -> Float[Array, ...]:
    return pick(log_probabilities(logits, mask), choice)


def entropy(logits: Values, mask: Mask) -> Float[Array, ...]:
    """Return the entropy over feasible choices [nat]."""
    logs = log_probabilities(logits, mask)
    return -jnp.where(mask, jnp.exp(logs) * logs, 0.0).sum(axis=-1)


def pick(values: Values, choice: Int[Array, ...]) -> Float[Array, ...]:
    # By comparing, not by index: the gradient of an index is a scatter, which CPUs do one number at a time.
    chosen = choice[..., None] == jnp.arange(values.shape[-1], dtype=choice.dtype)
    return jnp.where(chosen, values, 0.0).sum(axis=-1)


def straight_through(
    key: PRNGKeyArray | None, logits: Values, mask: Mask, temperature: float = 1.0
) -> Float[Array, "... choice"]:
    """Return a one-hot feasible choice whose gradient is that of the softmax (Jang et al. 2017).

    Args:
        key: draws Gumbel noise; None takes the best choice.
        mask: feasible choices; infeasible ones get exactly 0, forward and backward.

    Returns:
        One-hot forward, softmax backward.
    """
    noisy = logits if key is None else logits + jax.random.gumbel(key, logits.shape, logits.dtype)
    soft = jnp.where(mask, jax.nn.softmax(masked(noisy, mask) / temperature, axis=-1), 0.0)
    hard = jax.nn.one_hot(best(noisy, mask), logits.shape[-1], dtype=logits.dtype)
    return hard + soft - jax.lax.stop_gradient(soft)

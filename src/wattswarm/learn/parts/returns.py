"""What a step is worth: lambda returns, of which TD(0), n-step returns and GAE are special cases."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def cut_after(first: Float[Array, "time env"]) -> Float[Array, "time env"]:
    """Return 1 at every step whose successor in the sequence belongs to another episode.

    Args:
        first: 1 where a row begins an episode.

    Returns:
        The same shape; 0 in the last row, whose successor is what closes the sequence.
    """
    return jnp.concatenate([first[1:], jnp.zeros_like(first[:1])])


def known(first: Float[Array, "time env"], discount: Float[Array, "time env"]) -> Float[Array, "time env"]:
    """Return 0 at every step whose successor is needed but was lost to a truncation, else 1.

    Sequences whose length divides the horizon have no such step: their truncations fall on their closing
    observation, from which they bootstrap.
    """
    return 1.0 - cut_after(first) * jnp.where(discount > 0, 1.0, 0.0)


def lambda_returns(
    reward: Float[Array, "time ..."],
    discount: Float[Array, "time ..."],
    cut: Float[Array, "time ..."],
    following: Float[Array, "time ..."],
    gamma: float | Float[Array, ""],
    mix: float | Float[Array, ""],
) -> Float[Array, "time ..."]:
    """Return the lambda return of every step.

    Args:
        discount: 0 where the problem ended with the step.
        cut: 1 where the next row is of another episode (`cut_after`).
        following: value of what followed the step.
        mix: lambda; 0 is TD(0), 1 the whole discounted return.

    Returns:
        The same shape as `reward`.

    Source:
        Sutton and Barto (2018), section 12.1; the advantage of GAE is this minus the value of the step.
    """
    # The return of a step without successor is unknown: returns before it bootstrap from its value.
    unknown = cut * jnp.where(discount > 0, 1.0, 0.0)
    keep = mix * (1.0 - cut) * (1.0 - jnp.concatenate([unknown[1:], jnp.zeros_like(unknown[:1])]))

    def back(later: Array, row: tuple[Array, Array, Array, Array]) -> tuple[Array, Array]:
        reward, discount, keep, following = row
        value = reward + gamma * discount * ((1.0 - keep) * following + keep * later)
        return value, value

    rows = (reward, discount, keep, following)
    # The last row has no later return: `following` is all that is known there.
    return jax.lax.scan(back, following[-1], rows, reverse=True)[1]

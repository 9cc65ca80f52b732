"""States of a table: a few features, each binned at given edges, counted together by mixed radix.

Agents of several kinds may each have bins of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.errors import InputError
from wattswarm.learn.problem import Layout


@dataclass(frozen=True)
class Bins:
    """One feature and the edges of its bins; values on an edge count above it."""

    feature: str
    edges: tuple[float, ...]

    @property
    def count(self) -> int:
        return len(self.edges) + 1


@dataclass(frozen=True)
class Kind:
    """Agents that follow one another in a problem and that share their bins."""

    agents: int
    bins: tuple[Bins, ...]
    """Features that make their state, and their edges."""


def evenly(feature: str, low: float, high: float, count: int) -> Bins:
    """Return a feature in bins of equal width; what lies outside counts to the outer ones."""
    width = (high - low) / count
    return Bins(feature, tuple(low + width * at for at in range(1, count)))


def state_count(bins: Sequence[Bins]) -> int:
    """Return the number of states that the bins make together."""
    states = 1
    for each in bins:
        states *= each.count
    return states


def columns(bins: Sequence[Bins], layout: Layout) -> Int[Array, " bin"]:
    """Return the places of the binned features in a problem.

    Returns:
        Index of each feature, shape [bin].

    Raises:
        InputError: the problem does not show a feature, or edges do not rise.
    """
    for each in bins:
        if each.feature not in layout.features:
            raise InputError(
                "the table bins a feature that the problem does not have",
                where=f"bins of {layout.problem}",
                found=each.feature,
                expected=", ".join(layout.features),
                mend="give the learner `bins` of the problem's features",
            )
        if any(after <= before for before, after in zip(each.edges, each.edges[1:], strict=False)):
            raise InputError(
                "the edges of a bin do not increase",
                where=f"bins, {each.feature}",
                found=each.edges,
                expected="each edge above the one before",
            )
    return jnp.asarray([layout.features.index(each.feature) for each in bins], jnp.int32)


def index(
    bins: Sequence[Bins], columns: Int[Array, " bin"], features: Float[Array, "*batch feature"]
) -> Int[Array, " *batch"]:
    """Return the state of each row of features.

    Args:
        columns: where they are, as `columns` returns.
        features: shape [*batch, feature].

    Returns:
        State in 0..`state_count(bins)`-1, shape [*batch].
    """
    state = jnp.zeros(features.shape[:-1], jnp.int32)
    for at, each in enumerate(bins):
        value = jnp.take(features, columns[at], axis=-1, mode="clip")
        edges = jnp.asarray(each.edges, value.dtype).reshape(-1, *(1,) * value.ndim)
        state = state * each.count + (value >= edges).sum(axis=0, dtype=jnp.int32)
    return state


def index_of_kinds(
    kinds: Sequence[Kind], columns: Int[Array, " bin"], features: Float[Array, "*batch agent feature"]
) -> Int[Array, "*batch agent"]:
    """Return the state of each agent, counted from 0 within its own kind.

    Args:
        columns: where the features are, of the bins of all kinds one after another.
        features: shape [*batch, agent, feature].

    Returns:
        State of each agent, shape [*batch, agent].
    """
    states, agent, bin_at = [], 0, 0
    for kind in kinds:
        own = features[..., agent : agent + kind.agents, :]
        states.append(index(kind.bins, columns[bin_at : bin_at + len(kind.bins)], own))
        agent, bin_at = agent + kind.agents, bin_at + len(kind.bins)
    return states[0] if len(states) == 1 else jnp.concatenate(states, axis=-1)

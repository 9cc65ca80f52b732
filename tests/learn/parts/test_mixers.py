"""Mixers rise with every agent's value, so what is best for each is best for all."""

from __future__ import annotations

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.parts.mixers import Mean, Mixer, Monotonic, Separate, Sum

AGENTS, CENTRE, CHOICES = 3, 4, 3


@pytest.fixture(scope="module")
def two() -> Monotonic:
    return Monotonic(jax.random.key(0), 2, AGENTS, CENTRE, 8, 8)


@eqx.filter_jit
def slopes(mixer: Mixer, values: jax.Array, centres: jax.Array) -> jax.Array:
    """Return the slope of the least mixed value in every agent's value, shape [case, agent]."""
    return jax.vmap(jax.grad(lambda value, centre: mixer(value, centre).min()))(values, centres)


def test_the_least_over_mixers_never_falls_when_an_agents_value_rises(two: Monotonic) -> None:
    cases = 256
    values = 5 * jax.random.normal(jax.random.key(1), (cases, AGENTS), jnp.float32)
    centres = 3 * jax.random.normal(jax.random.key(2), (cases, CENTRE), jnp.float32)
    slope = np.asarray(slopes(two, values, centres))
    assert slope.min() >= 0.0
    assert (slope > 0).mean() > 0.95, "a mixer that ignores the agents would be monotone too"


def test_mixers_side_by_side_differ(two: Monotonic) -> None:
    mixed = two(jnp.ones((5, AGENTS), jnp.float32), jnp.ones((5, CENTRE), jnp.float32))
    assert mixed.shape == (2, 5, 1)
    assert not np.allclose(mixed[0], mixed[1])


def test_each_agents_best_choice_is_the_best_joint_choice(two: Monotonic) -> None:
    joint = np.array(list(itertools.product(range(CHOICES), repeat=AGENTS)))

    @jax.jit
    def mixed(values: jax.Array, centre: jax.Array) -> jax.Array:
        taken = values[jnp.arange(AGENTS), joint]
        return two(taken, jnp.broadcast_to(centre, (len(joint), CENTRE))).min(axis=0)[:, 0]

    draws = np.random.default_rng(0)
    for _ in range(50):
        values = draws.normal(size=(AGENTS, CHOICES)).astype(np.float32)
        whole = np.asarray(mixed(values, draws.normal(size=CENTRE).astype(np.float32)))
        each = int((joint == values.argmax(axis=1)).all(axis=1).argmax())
        assert whole[each] >= whole.max() - 1e-6
        assert whole.max() > whole.min()


@pytest.mark.parametrize(
    ("mixer", "expected"), [(Separate(), [1.0, 2.0, 6.0]), (Sum(), [9.0]), (Mean(), [3.0])]
)
def test_plain_mixers_leave_add_and_average(mixer: Mixer, expected: list[float]) -> None:
    values = jnp.asarray([[1.0, 2.0, 6.0]], jnp.float32)
    assert mixer(values, jnp.zeros((1, CENTRE)))[0, 0].tolist() == expected

"""Steps down a slope are bounded, and lead down."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.learn.parts.descent import adam, descend


def test_a_gradient_of_many_weights_is_shortened_as_a_whole() -> None:
    steep = {"a": jnp.asarray([3e3, 0.0]), "b": jnp.asarray(4e3)}
    gentle = jax.tree.map(lambda slope: slope / 1e4, steep)
    rule = adam(0.5)
    found, _ = rule.update(steep, rule.init(steep))
    expected, _ = rule.update(gentle, rule.init(gentle))
    jax.tree.map(lambda one, other: np.testing.assert_allclose(one, other, rtol=1e-4), found, expected)


def test_steps_of_the_given_rate_reach_the_bottom_of_a_bowl() -> None:
    bottom = {"a": jnp.asarray([1.0, -2.0]), "b": jnp.asarray(0.5)}
    rule, weights = adam(1.0), jax.tree.map(jnp.zeros_like, bottom)
    kept = rule.init(weights)
    for _ in range(60):
        slope, kept = rule.update(jax.tree.map(jnp.subtract, weights, bottom), kept)
        weights = descend(weights, slope, 0.1)
    jax.tree.map(lambda one, other: np.testing.assert_allclose(one, other, atol=0.2), weights, bottom)

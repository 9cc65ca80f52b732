"""Layers over columns give what equinox gives for one sample at a time."""

from __future__ import annotations

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from wattswarm.learn.parts.layers import dense, gru, norm


def test_layers_and_their_gradients_are_those_of_equinox_sample_by_sample() -> None:
    draws = np.random.default_rng(0)
    one, two = jax.random.split(jax.random.key(0))
    linear, cell = eqx.nn.Linear(6, 2, key=one), eqx.nn.GRUCell(6, 3, key=two)
    learned = [jnp.asarray(draws.normal(size=6), jnp.float32) for _ in range(2)]
    normal = eqx.tree_at(lambda layer: (layer.weight, layer.bias), eqx.nn.LayerNorm(6), tuple(learned))
    inputs, memory = (draws.normal(size=(size, 5)).astype(np.float32) for size in (6, 3))

    def ours(inputs: Array) -> tuple[Array, ...]:
        return dense(linear, inputs), norm(normal, inputs), gru(cell, memory, inputs)

    def theirs(inputs: Array) -> tuple[Array, ...]:
        per_sample = (jax.vmap(layer, 1, 1) for layer in (linear, normal))
        return *(layer(inputs) for layer in per_sample), jax.vmap(cell, 1, 1)(inputs, memory)

    def told(layers: Callable[[Array], tuple[Array, ...]]) -> tuple[Array, ...]:
        slope = jax.grad(lambda rows: sum(jnp.sin(each).sum() for each in layers(rows)))
        return *jax.jit(layers)(inputs), jax.jit(slope)(inputs)

    for found, expected in zip(told(ours), told(theirs), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)

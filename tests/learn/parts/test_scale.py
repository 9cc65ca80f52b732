"""The scale of returns: measured from batches, and carried over without changing what a critic says."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.parts.networks import AgentNetwork
from wattswarm.learn.parts.scale import Scale, carry_over, measure

_measure = jax.jit(measure)


def test_the_first_batch_alone_sets_the_scale_and_later_ones_move_it() -> None:
    returns = jnp.asarray([100.0, 140.0, 9e9])
    weight = jnp.asarray([1.0, 1.0, 0.0])
    scale = _measure(Scale.start(), returns, weight, 0.9)
    assert float(scale.mean) == pytest.approx(120.0)
    assert float(scale.deviation) == pytest.approx(20.0, rel=1e-4)
    np.testing.assert_allclose(scale.widen(scale.narrow(returns[:2])), returns[:2], rtol=1e-6)
    assert 120.0 < float(_measure(scale, returns + 50.0, weight, 0.9).mean) < 170.0


def test_returns_that_never_vary_stay_finite() -> None:
    scale = _measure(Scale.start(), jnp.full(4, 7.0), jnp.ones(4), 0.9)
    assert np.isfinite(scale.narrow(jnp.full(4, 7.0))).all()
    assert float(Scale.start().deviation) == 1.0


def test_a_new_scale_changes_nothing_that_a_critic_says() -> None:
    critic = AgentNetwork(jax.random.key(0), 3, 1, 8, recurrent=False, head_scale=1.0)
    old = _measure(Scale.start(), jnp.asarray([1.0, 3.0]), jnp.ones(2), 0.9)
    new = _measure(old, jnp.asarray([500.0, -100.0]), jnp.ones(2), 0.5)
    features, memory = jnp.asarray([0.3, -1.0, 2.0]), jnp.zeros(0)
    said = old.widen(critic(memory, features)[1])
    carried = carry_over(critic, old, new)
    np.testing.assert_allclose(new.widen(carried(memory, features)[1]), said, rtol=1e-4)
    assert float(jnp.abs(critic(memory, features)[1] - carried(memory, features)[1]).max()) > 1e-3

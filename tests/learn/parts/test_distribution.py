"""Distributions of choices and controls: nothing outside what is feasible, densities that are densities."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array

from wattswarm.learn.parts.distribution import Choices, Range
from wattswarm.tasks import Observation

ACTORS = [(0.0, 0.0), (8.0, -8.0), (-8.0, -8.0), (3.0, 8.0), (-30.0, 30.0), (30.0, -30.0)]
"""Numbers of an actor: centre and spread before they are squashed, extremes included."""
_log_probability, _entropy = jax.jit(Range().log_probability), jax.jit(Range().entropy)


def bounds(low: list[float], high: list[float]) -> Observation:
    empty = jnp.zeros((len(low), 0))
    mask = jnp.ones((len(low), 1), bool)
    return Observation(empty, jnp.zeros(0), mask, jnp.asarray(low)[:, None], jnp.asarray(high)[:, None])


def masks(mask: list[list[bool]]) -> Observation:
    empty = jnp.zeros((len(mask), 0))
    return Observation(empty, jnp.zeros(0), jnp.asarray(mask), empty, empty)


@pytest.mark.parametrize("numbers", ACTORS)
def test_the_density_of_a_control_integrates_to_1_over_its_range(numbers: tuple[float, float]) -> None:
    low, high = -3.0, 4.5
    fractions = jnp.linspace(0.0, 1.0, 20001)
    observation = jax.tree.map(lambda x: jnp.broadcast_to(x, (20001, *x.shape)), bounds([low], [high]))
    rows = jnp.broadcast_to(jnp.asarray(numbers), (20001, 1, 2))
    logs = _log_probability(rows, fractions[:, None, None], observation)[:, 0]
    density = np.exp(np.asarray(logs, np.float64))
    controls = np.asarray(low + fractions * (high - low), np.float64)
    assert np.trapezoid(density, controls) == pytest.approx(1.0, abs=1e-3)
    entropy = -np.trapezoid(density * np.asarray(logs), controls)
    assert float(_entropy(rows[0], bounds([low], [high]))[0]) == pytest.approx(entropy, abs=2e-3)


@jax.jit
@jax.grad
def _slope(numbers: Array, fraction: Array) -> Array:
    observation = bounds([-1.0, 2.0], [1.0, 2.0])
    drawn = jnp.full((2, 1), fraction)
    rows = jnp.stack([numbers, numbers])
    return (_log_probability(rows, drawn, observation) + _entropy(rows, observation)).sum()


@pytest.mark.parametrize("numbers", ACTORS)
@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_the_density_has_a_finite_slope_at_the_ends_of_a_range(
    numbers: tuple[float, float], fraction: float
) -> None:
    assert np.isfinite(_slope(jnp.asarray(numbers, jnp.float32), fraction)).all()


def test_draws_stay_within_their_ranges_and_match_their_density() -> None:
    rng = np.random.default_rng(0)
    count = 4000
    low = rng.normal(size=count) * 50
    observation = bounds(low.tolist(), (low + rng.random(count) * rng.integers(0, 2, count)).tolist())
    observation = jax.tree.map(lambda x: x.astype(jnp.float32), observation)
    numbers = jnp.tile(jnp.asarray([1.0, 0.0], jnp.float32), (count, 1))
    policy = Range()
    drawn = policy.draw(jax.random.key(0), numbers, observation)
    controls, choice = policy.controls(drawn, observation, jnp.zeros((1, 1)))
    assert ((controls >= observation.low) & (controls <= observation.high)).all()
    assert (np.asarray(choice) == 0).all()
    fractions = np.linspace(0, 1, 2001)
    wide = bounds([0.0], [1.0])
    wide = jax.tree.map(lambda x: jnp.broadcast_to(x, (2001, *x.shape)), wide)
    rows = jnp.broadcast_to(numbers[:1], (2001, 1, 2))
    logs = policy.log_probability(rows, jnp.asarray(fractions)[:, None, None], wide)
    mean = np.trapezoid(np.exp(np.asarray(logs)[:, 0]) * fractions, fractions)
    assert float(drawn.mean()) == pytest.approx(mean, abs=0.02)


def test_a_control_without_a_range_is_certain() -> None:
    observation = bounds([2.0], [2.0])
    numbers = jnp.asarray([[0.3, -0.2]])
    for drawn in (0.0, 0.4, 1.0):
        assert float(Range().log_probability(numbers, jnp.full((1, 1), drawn), observation)[0]) == 0.0
    assert float(Range().entropy(numbers, observation)[0]) == 0.0


def test_a_greedy_control_lies_at_the_centre_and_a_greedy_choice_is_the_likeliest_feasible_one() -> None:
    observation = bounds([-1.0], [3.0])
    policy = Range()
    drawn = policy.draw(None, jnp.zeros((1, 2)), observation)
    assert float(policy.controls(drawn, observation, jnp.zeros((1, 1)))[0][0, 0]) == pytest.approx(1.0)
    choices = Choices().draw(None, jnp.asarray([[9.0, 1.0, 2.0]]), masks([[False, True, True]]))
    assert int(choices[0]) == 2


def test_choices_have_probabilities_over_the_feasible_ones_alone() -> None:
    observation = masks([[True, False, True], [False, True, False]])
    numbers = jnp.asarray([[0.5, 9.0, -0.5], [3.0, 1.0, 2.0]])
    policy = Choices()
    share = 1.0 / (1.0 + np.exp(-1.0))
    logs = [policy.log_probability(numbers, jnp.full(2, choice), observation) for choice in range(3)]
    assert float(jnp.exp(logs[0][0])) == pytest.approx(share, rel=1e-5)
    assert float(jnp.exp(logs[1][0])) == 0.0
    assert float(logs[1][1]) == 0.0
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    np.testing.assert_allclose(policy.entropy(numbers, observation), [entropy, 0.0], atol=1e-6)
    grid = jnp.asarray([[1.0], [2.0], [3.0]])
    drawn = jax.vmap(lambda key: policy.draw(key, numbers, observation))(
        jax.random.split(jax.random.key(0), 50)
    )
    assert set(np.asarray(drawn[:, 0]).tolist()) == {0, 2}
    assert (np.asarray(policy.controls(drawn[0], observation, grid)[0][1]) == 2.0).all()


def test_the_slope_of_entropy_and_probability_of_infeasible_choices_is_exactly_0() -> None:
    observation = masks([[True, False, True]])

    def total(numbers: Array) -> Array:
        policy = Choices()
        return (
            policy.entropy(numbers, observation)
            + policy.log_probability(numbers, jnp.asarray([2]), observation)
        ).sum()

    slope = np.asarray(jax.grad(total)(jnp.asarray([[0.1, 50.0, 0.3]])))
    assert slope[0, 1] == 0.0
    assert slope[0, 0] != 0.0

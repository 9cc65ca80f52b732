"""Ageing of a fleet, step by step."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.battery.conftest import commute_with_v2g

from wattswarm.battery import Ageing, Health, age, fresh, health, renew, schmalstieg, xu

CAPACITY_KWH = 60.0


def _fleet() -> jax.Array:
    rng = np.random.default_rng(7)
    return jnp.asarray(np.stack([commute_with_v2g(rng, 10) for _ in range(3)], axis=1))


once = jax.jit(age)
read = jax.jit(health)


@jax.jit
def _lives(soc: jax.Array) -> tuple[Ageing, Health]:
    """Ageing at the end of hourly states of charge [T, B], and health after each hour [T - 1, B]."""

    def step(state: Ageing, end: jax.Array) -> tuple[Ageing, Health]:
        moved = (end - state.rainflow.last) * CAPACITY_KWH
        after = age(state, end, jnp.maximum(moved, 0), jnp.maximum(-moved, 0), 1.0, CAPACITY_KWH)
        return after, health(after)

    return jax.lax.scan(step, fresh(soc[0]), soc[1:])


def _live(soc: jax.Array) -> Ageing:
    return _lives(soc)[0]


def test_ageing_only_ever_adds() -> None:
    for history in _lives(_fleet())[1]:
        assert bool(jnp.all(history[0] >= 0))
        assert bool(jnp.all(jnp.diff(history, axis=0) >= -1e-15))
        assert bool(jnp.all(history[-1] > history[0]))


def test_equivalent_full_cycles_are_the_path_over_twice_the_range() -> None:
    soc = _fleet()
    want = np.abs(np.diff(np.asarray(soc), axis=0)).sum(0) / 2
    np.testing.assert_allclose(read(_live(soc)).equivalent_full_cycles, want, rtol=1e-12)


def test_open_cycles_are_counted_before_they_close() -> None:
    state = once(fresh(jnp.array([0.9])), jnp.array([0.1]), 0.0, 48.0, 1.0, CAPACITY_KWH)
    stress = 0.5 * float(xu.depth_stress(0.8)) + float(xu.calendar_stress(0.5, 1.0))
    assert float(read(state).xu_loss[0]) == pytest.approx(float(xu.capacity_loss(stress)), rel=1e-9)


def test_a_parked_battery_ages_by_the_calendar_alone() -> None:
    parked = read(_live(jnp.full((240, 3), 0.5)))
    assert float(parked.equivalent_full_cycles[0]) == 0.0
    want = schmalstieg.calendar_loss(schmalstieg.calendar_wear(0.5, 239.0))
    assert float(parked.schmalstieg_loss[0]) == pytest.approx(float(want), rel=1e-9)


def test_warmth_raises_every_loss() -> None:
    step: tuple[Any, ...] = (jnp.array([0.4]), 0.0, 24.0, 1.0, CAPACITY_KWH)
    cool, warm = (read(once(fresh(jnp.array([0.8])), *step, t), t) for t in (25.0, 40.0))
    assert float(warm.xu_loss[0]) > float(cool.xu_loss[0])
    assert float(warm.schmalstieg_loss[0]) > float(cool.schmalstieg_loss[0])


def test_renewed_batteries_are_new_and_the_others_untouched() -> None:
    state = _live(_fleet())
    arrived = jnp.array([False, True, False])
    after = renew(state, arrived, jnp.array([0.3, 0.3, 0.3]))
    jax.tree.map(
        lambda a, b: np.testing.assert_array_equal(a[jnp.array([0, 2])], b[jnp.array([0, 2])]), after, state
    )
    jax.tree.map(lambda a, b: np.testing.assert_array_equal(a[1], b), after, fresh(jnp.asarray(0.3)))
    assert float(read(after).schmalstieg_loss[1]) == 0.0


def test_newer_cells_lose_in_proportion_to_their_scale() -> None:
    state = _live(_fleet())
    half = read(state, schmalstieg_scale=0.5).schmalstieg_loss
    np.testing.assert_allclose(half, 0.5 * read(state).schmalstieg_loss, rtol=1e-12)


def test_single_precision_stays_single_and_close() -> None:
    soc = _fleet()
    single, double = read(_live(soc.astype(jnp.float32))), read(_live(soc))
    for a, b in zip(single, double, strict=True):
        assert a.dtype == jnp.float32
        np.testing.assert_allclose(a, b, rtol=2e-4)


def test_the_gradient_of_wear_is_that_of_finite_differences() -> None:
    # Away from plateaus and ties, where wear has a kink.
    soc = jnp.asarray(np.random.default_rng(8).random((12, 1)))

    @jax.jit
    def loss(shift: jax.Array) -> jax.Array:
        end = fresh(soc[0])
        end, _ = jax.lax.scan(lambda s, x: (age(s, x, 0.0, 0.0, 1.0, 60.0), None), end, soc.at[6].add(shift))
        lost = health(end)
        return lost.xu_loss.sum() + lost.schmalstieg_loss.sum()

    step = 1e-5
    numeric = (loss(jnp.asarray(step)) - loss(jnp.asarray(-step))) / (2 * step)
    slope = float(jax.jit(jax.grad(loss))(jnp.asarray(0.0)))
    assert slope == pytest.approx(float(numeric), rel=1e-4)
    assert slope != 0

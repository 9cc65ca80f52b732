"""Stress functions and capacity loss of Xu et al."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.battery import wear_price, xu
from wattswarm.battery.rainflow import Cycles


def test_deeper_fuller_and_warmer_cycles_wear_more() -> None:
    grid = jnp.linspace(0.0, 1.0, 50)
    assert bool(jnp.all(jnp.diff(xu.depth_stress(grid)) > 0))
    assert bool(jnp.all(jnp.diff(xu.mean_stress(grid)) > 0))
    assert bool(jnp.all(jnp.diff(xu.temperature_stress(15 + 30 * grid)) > 0))


def test_reference_conditions_change_nothing() -> None:
    assert float(xu.mean_stress(0.5)) == 1.0
    assert float(xu.temperature_stress(25.0)) == 1.0


def test_full_depth_stress_is_one_in_seventeen_thousand() -> None:
    assert float(xu.depth_stress(1.0)) == pytest.approx(1 / (1.40e5 - 1.23e5), rel=1e-12)


def test_no_depth_no_stress_and_a_finite_gradient() -> None:
    assert float(xu.depth_stress(0.0)) == 0.0
    assert np.isfinite(jax.grad(lambda d: xu.depth_stress(d))(0.0))


def test_stress_of_a_set_is_the_weighted_sum_of_its_cycles() -> None:
    cycles = Cycles(jnp.array([0.8, 0.3, 0.5]), jnp.array([0.5, 0.6, 0.2]), jnp.array([1.0, 0.5, 0.0]))
    want = float(xu.depth_stress(0.8)) + 0.5 * float(xu.depth_stress(0.3)) * np.exp(1.04 * 0.1)
    assert float(xu.cycle_stress(cycles)) == pytest.approx(want, rel=1e-12)


def test_calendar_stress_grows_with_time_alone() -> None:
    year = xu.calendar_stress(0.5, 8760.0)
    assert float(year) == pytest.approx(4.14e-10 * 8760 * 3600, rel=1e-12)


def test_loss_starts_at_nothing_fast_by_its_film_and_never_reaches_all() -> None:
    stress = jnp.array([0.0, 0.001, 0.01, 0.2, 20.0])
    loss = np.asarray(xu.capacity_loss(stress))
    want = 1 - 0.0575 * np.exp(-121 * np.asarray(stress)) - (1 - 0.0575) * np.exp(-np.asarray(stress))
    np.testing.assert_allclose(loss, want, atol=1e-15)
    assert loss[0] == 0
    assert loss[-1] < 1
    assert loss[1] > 5 * 0.001


def test_loss_of_a_fresh_battery_is_resolved_in_single_precision() -> None:
    tiny = 1e-7
    assert float(xu.capacity_loss(jnp.float32(tiny))) == pytest.approx(
        tiny * (0.0575 * 121 + 0.9425), rel=1e-4
    )


@pytest.mark.parametrize(
    ("depth", "price"),
    [(0.1, 0.0094), (0.2, 0.0079), (0.4, 0.0076), (0.6, 0.0086), (0.8, 0.0112), (1.0, 0.0176)],
)
def test_wear_price_at_120_per_kwh_is_that_of_the_table(depth: float, price: float) -> None:
    assert float(wear_price(120.0, depth)) == pytest.approx(price, abs=6e-5)


def test_wear_price_is_proportional_to_the_pack_and_inverse_to_its_life() -> None:
    assert float(wear_price(240.0, 0.5)) == pytest.approx(2 * float(wear_price(120.0, 0.5)))
    assert float(wear_price(120.0, 0.5, end_of_life_stress=0.1)) == pytest.approx(
        2 * float(wear_price(120.0, 0.5))
    )

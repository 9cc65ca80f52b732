"""The energy balance of a battery: round trips, windows and limits, in any step length and precision."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.battery.energy import charge_limit, discharge_limit, energy_after

NO_CURVE = jnp.full((1, 1), 1e6), jnp.zeros((1, 1))
efficiency = st.floats(0.5, 1.0)
step_h = st.sampled_from([1 / 12, 0.25, 1.0])


def one(value: float, dtype: Any = np.float64) -> Any:
    """Return a battery of one."""
    return jnp.full(1, value, dtype)


@given(efficiency, efficiency, st.floats(0.0, 50.0), step_h)
def test_a_round_trip_leaves_the_energy_where_it_was_and_costs_both_losses(
    inward: float, outward: float, power: float, hours: float
) -> None:
    back = power * inward * outward
    charged = energy_after(one(20.0), one(power), one(0.0), one(inward), one(outward), hours)
    discharged = energy_after(charged, one(0.0), one(back), one(inward), one(outward), hours)
    assert float(charged[0]) == pytest.approx(20.0 + power * inward * hours)
    assert float(discharged[0]) == pytest.approx(20.0)


@given(st.floats(0.0, 60.0), efficiency, step_h, st.sampled_from([np.float32, np.float64]))
def test_the_limits_lead_to_the_ends_of_the_window_and_no_further(
    energy: float, share: float, hours: float, dtype: Any
) -> None:
    held, ceiling, floor = one(energy, dtype), one(55.0, dtype), one(6.0, dtype)
    curve = NO_CURVE[0].astype(dtype), NO_CURVE[1].astype(dtype)
    full, eta, none = one(1e6, dtype), one(share, dtype), one(0.0, dtype)
    inward = charge_limit(held, ceiling, full, *curve, eta, hours)
    outward = discharge_limit(held, floor, full, eta, hours)
    assert inward.dtype == dtype
    assert float(inward[0]) >= 0
    assert float(outward[0]) >= 0
    tolerance = 1e-9 if dtype is np.float64 else 1e-4
    top = energy_after(held, inward, none, eta, eta, hours)
    bottom = energy_after(held, none, outward, eta, eta, hours)
    assert float(top[0]) == pytest.approx(max(energy, 55.0), abs=tolerance)
    assert float(bottom[0]) == pytest.approx(min(energy, 6.0), abs=tolerance)


def test_rated_power_window_and_curve_each_limit_charging() -> None:
    curve = jnp.array([[1e6] * 3, [1e6, 1e6, 40.0]]), jnp.array([[0.0] * 3, [0.0, 0.0, -0.5]])
    limit = charge_limit(
        jnp.array([10.0, 58.0, 60.0]),
        jnp.array([100.0, 60.0, 100.0]),
        jnp.full(3, 22.0),
        *curve,
        jnp.full(3, 0.8),
        0.25,
    )
    np.testing.assert_allclose(limit, [22.0, 2.0 / (0.8 * 0.25), 10.0])


def test_a_battery_above_its_ceiling_takes_nothing_and_below_its_floor_gives_nothing() -> None:
    assert float(charge_limit(one(61.0), one(60.0), one(11.0), *NO_CURVE, one(0.9), 1.0)[0]) == 0.0
    assert float(discharge_limit(one(5.0), one(6.0), one(11.0), one(0.9), 1.0)[0]) == 0.0

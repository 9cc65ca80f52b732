"""LinDistFlow against the exact flow, and its rows against itself."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.grid import ieee33, lindistflow, power_flow, voltage_rows

flow = jax.jit(partial(power_flow, iterations=12))
linear = jax.jit(lindistflow)


@pytest.mark.parametrize(("share", "most"), [(0.5, 7e-4), (1.0, 3e-3), (1.2, 5e-3), (-0.5, 7e-4)])
def test_the_linear_voltage_errs_high_and_little(share: float, most: float) -> None:
    feeder = ieee33()
    loads = share * feeder.base_p_kw, share * feeder.base_q_kvar
    error = np.asarray(linear(feeder, *loads) - flow(feeder, *loads).magnitude)
    assert error.min() >= -1e-12
    assert 0 < error.max() < most


def test_rows_hold_exactly_where_the_linear_voltages_are_within_limits() -> None:
    feeder = ieee33()
    rng = np.random.default_rng(0)
    rows = voltage_rows(feeder, minimum_pu=0.9, maximum_pu=1.02, margin_pu=0.01, kvar_per_kw=0.2)
    verdicts = []
    for scale in (0, 20, 60, 100, -60, -200, -400):
        added = rng.uniform(0, scale, 33) if scale > 0 else rng.uniform(scale, 0, 33)
        v = np.asarray(linear(feeder, feeder.base_p_kw + added, feeder.base_q_kvar + 0.2 * added))[1:]
        want = np.concatenate([v >= 0.91, v <= 1.02])
        np.testing.assert_array_equal(rows.matrix @ added <= rows.bound, want)
        verdicts.append(bool(want.all()))
    assert True in verdicts
    assert False in verdicts


def test_what_keeps_the_rows_keeps_the_lowest_voltage_in_the_exact_flow() -> None:
    feeder = ieee33()
    rows = voltage_rows(feeder, minimum_pu=0.9)
    direction = np.zeros(33)
    direction[[17, 24, 32]] = 1.0
    room = rows.bound / np.where(rows.matrix @ direction > 0, rows.matrix @ direction, np.inf)
    added = direction * room[room > 0].min()
    lowest = flow(feeder, feeder.base_p_kw + jnp.asarray(added)).magnitude.min()
    assert 0.9 <= float(lowest) < 0.906


def test_rows_take_a_forecast_in_place_of_the_base_load() -> None:
    feeder = ieee33()
    idle = voltage_rows(feeder, np.zeros(33), np.zeros(33), minimum_pu=0.95, margin_pu=0.0)
    np.testing.assert_allclose(idle.bound[:32], 1 - 0.95**2)


def test_limits_without_room_between_them_are_refused() -> None:
    with pytest.raises(InputError, match="nothing between"):
        voltage_rows(ieee33(), minimum_pu=1.0, maximum_pu=1.0)


def test_a_load_beyond_the_line_reads_zero_and_not_nan() -> None:
    assert float(linear(ieee33(), jnp.full(33, 1e5)).min()) == 0.0

"""Calendar and cycle ageing of Schmalstieg et al."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.battery import schmalstieg as cell
from wattswarm.battery.rainflow import Cycles

DAYS = 8 * 365.0


def _cycles(depth: float, soc: float, number: float) -> Cycles:
    return Cycles(jnp.array([depth]), jnp.array([soc]), jnp.array([number]))


@pytest.mark.parametrize("step_h", [0.25, 1.0, 24.0])
def test_calendar_increments_reproduce_the_closed_form(step_h: float) -> None:
    steps = 2000
    wear = np.asarray(cell.calendar_wear(jnp.full(steps, 0.7), step_h, 30.0)).cumsum()[-1]
    alpha = float(cell.calendar_rate(cell.open_circuit_voltage(0.7), 30.0))
    assert float(cell.calendar_loss(wear)) == pytest.approx(alpha * (steps * step_h / 24) ** 0.75, rel=1e-9)


def test_cycle_increments_reproduce_the_closed_form() -> None:
    wear = sum(float(cell.cycle_wear(_cycles(0.4, 0.5, 1.0))) for _ in range(50))
    beta = float(cell.cycle_rate(cell.open_circuit_voltage(0.5), 0.4))
    assert float(cell.cycle_loss(wear)) == pytest.approx(beta * np.sqrt(50 * 2 * 0.4 * 2.15), rel=1e-9)


def test_wear_is_the_equivalent_age_method_when_stress_changes() -> None:
    rate = [float(cell.calendar_rate(cell.open_circuit_voltage(s))) for s in (0.3, 0.9)]
    # The second stress starts from the age at which it alone would have caused the first loss.
    first = rate[0] * 100**0.75
    second = rate[1] * ((first / rate[1]) ** (4 / 3) + 50) ** 0.75
    wear = cell.calendar_wear(0.3, 2400.0) + cell.calendar_wear(0.9, 1200.0)
    assert float(cell.calendar_loss(wear)) == pytest.approx(second, rel=1e-9)


@pytest.mark.parametrize(
    ("soc", "depth", "full_cycles_per_day", "calendar", "cycle"),
    [(0.5, 0.3, 0.15, 0.123, 0.088), (0.9, 0.3, 0.15, 0.192, 0.139), (0.6, 0.6, 0.6, 0.140, 0.295)],
)
def test_eight_years_cost_what_the_literature_says(
    soc: float, depth: float, full_cycles_per_day: float, calendar: float, cycle: float
) -> None:
    wear = cell.cycle_wear(_cycles(depth, soc, DAYS * full_cycles_per_day / depth))
    assert float(cell.calendar_loss(cell.calendar_wear(soc, DAYS * 24))) == pytest.approx(calendar, rel=0.01)
    assert float(cell.cycle_loss(wear)) == pytest.approx(cycle, rel=0.01)


def test_full_and_warm_cells_age_faster() -> None:
    grid = jnp.linspace(0.0, 1.0, 20)
    assert bool(jnp.all(jnp.diff(cell.calendar_rate(cell.open_circuit_voltage(grid))) > 0))
    assert bool(jnp.all(jnp.diff(cell.calendar_rate(3.8, 10 + 30 * grid)) > 0))
    assert bool(jnp.all(jnp.diff(cell.cycle_rate(3.8, grid)) > 0))


def test_a_new_cell_has_lost_nothing_and_its_gradient_is_finite() -> None:
    assert float(cell.calendar_loss(0.0)) == 0.0 == float(cell.cycle_loss(0.0))
    assert np.isfinite(jax.grad(lambda w: cell.calendar_loss(w) + cell.cycle_loss(w))(0.0))

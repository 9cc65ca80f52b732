"""What selfishness costs: little among many, and never less than nothing."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from tests.market.game.conftest import night

from wattswarm.market.game import nash_equilibrium, no_limits, price_of_anarchy, transformer_limit
from wattswarm.market.game.verify import bill_surplus, generation_cost, payments


@pytest.mark.parametrize("limited", [False, True])
def test_an_equilibrium_is_nearly_but_not_quite_as_good_as_the_best_for_all(limited: bool) -> None:
    game = night(30, wear=2e-3)
    limits = transformer_limit(game, 78.0) if limited else no_limits(30, 24, jnp.dtype("float64"))
    found = price_of_anarchy(game, limits, nash_equilibrium(game, limits).power_kw)
    assert 1.0001 < found.payments < 1.05
    assert 1.0 <= found.generation < 1.01
    assert found.payments - 1e-12 <= found.payments_at_most < found.payments + 1e-6
    assert found.generation - 1e-12 <= found.generation_at_most < found.generation + 1e-6
    hasty = game.vehicles.limit_kw * (game.vehicles.energy_kwh / game.vehicles.limit_kw.sum(1))[:, None]
    if not limited:
        assert price_of_anarchy(game, limits, hasty).generation > found.generation


def test_among_many_generation_costs_hardly_more_than_the_least() -> None:
    shares = []
    for vehicles in (30, 60):
        game = night(vehicles, wear=2e-3)
        limits = no_limits(vehicles, 24, jnp.dtype("float64"))
        found = price_of_anarchy(game, limits, nash_equilibrium(game).power_kw)
        shares.append(float(found.generation) - 1.0)
    assert 0.0 <= shares[1] < 0.7 * shares[0]


def test_all_money_that_is_paid_is_generation_cost_or_the_suppliers_rent() -> None:
    game = night(30)
    power = nash_equilibrium(game).power_kw
    total = power.sum(0)
    rent = 0.5 * (game.slope * total**2).sum() * game.vehicles.step_h
    np.testing.assert_allclose(bill_surplus(game, power), rent, rtol=1e-9)
    np.testing.assert_allclose(payments(game, power).sum(), generation_cost(game, power) + rent, rtol=1e-12)

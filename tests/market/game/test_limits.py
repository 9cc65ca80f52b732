"""Shared limits: congestion prices only where limits bind, and what is refused."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import linprog
from tests.market.game.conftest import night, night_of_v2g

from wattswarm.errors import InputError
from wattswarm.market.game import (
    ChargingGame,
    Needs,
    SharedLimits,
    kkt_residual,
    nash_equilibrium,
    transformer_limit,
    wardrop_equilibrium,
)


def _tight(game: ChargingGame) -> float:
    """Return a transformer's limit halfway between the peak and the mean of a free equilibrium [kW]."""
    loads = game.load_kw + nash_equilibrium(game).total_kw
    return float(0.5 * loads.max() + 0.5 * loads.mean())


@pytest.mark.parametrize("make", [night, night_of_v2g])
@pytest.mark.parametrize("equilibrium", [nash_equilibrium, wardrop_equilibrium])
def test_congestion_costs_only_where_the_transformer_is_full(make, equilibrium) -> None:
    game = make(30)
    limits = transformer_limit(game, _tight(game))
    found = equilibrium(game, limits, tolerance=1e-12)
    own_impact = 1.0 if equilibrium is nash_equilibrium else 0.0
    residual = kkt_residual(game, limits, found.power_kw, found.congestion, own_impact=own_impact)
    assert float(residual.violation) < 1e-8
    assert float(residual.complementarity) < 1e-8
    assert float(residual.gain) < 1e-8
    assert float(found.congestion.max()) > 1e-3
    room = limits.bound_kw[0] - found.total_kw
    assert float(room.max()) > 1.0
    np.testing.assert_array_equal(found.congestion[0][room > 1e-6], 0.0)


def test_the_transformer_binds_the_other_way_where_vehicles_give_back() -> None:
    game = night_of_v2g(30)
    given = -float(nash_equilibrium(game).total_kw.min())
    assert given > 1.0
    # So much sun that all flows back, at prices as they were; half of what would be given back fits beside.
    sunny = game._replace(
        load_kw=jnp.full(24, -500.0), price=game.price + game.slope * (game.load_kw + 500.0)
    )
    limits = transformer_limit(sunny, 500.0 + 0.5 * given)
    found = nash_equilibrium(sunny, limits, tolerance=1e-12)
    assert max(map(float, kkt_residual(sunny, limits, found.power_kw, found.congestion))) < 1e-8
    assert float(found.total_kw.min()) == pytest.approx(-0.5 * given)
    assert float(found.congestion[0].max()) == 0.0
    assert float(found.congestion[1].max()) > 1e-4
    np.testing.assert_array_equal(found.congestion[1][found.total_kw > -0.5 * given + 1e-6], 0.0)


def test_a_limit_that_never_binds_changes_nothing() -> None:
    game = night(30)
    free, roomy = nash_equilibrium(game), nash_equilibrium(game, transformer_limit(game, 1e4))
    np.testing.assert_allclose(free.power_kw, roomy.power_kw, atol=1e-8)
    assert float(roomy.congestion.max()) == 0.0


def test_limits_of_places_price_the_places_apart() -> None:
    game = night(30)
    place = jax.nn.one_hot(jnp.arange(30) % 2, 2, dtype=jnp.float64)
    free = place.T @ nash_equilibrium(game).power_kw
    # The first place has a tight limit, the second has none; half of each counts against a third, loose one.
    matrix = jnp.asarray([[1.0, 0.0], [0.5, 0.5]])
    bound = jnp.stack([jnp.full(24, 0.8 * free[0].max()), jnp.full(24, 1e4)])
    limits = SharedLimits(matrix, bound, place)
    found = nash_equilibrium(game, limits, tolerance=1e-12)
    residual = kkt_residual(game, limits, found.power_kw, found.congestion)
    assert max(map(float, residual)) < 1e-8
    assert float(found.congestion[0].max()) > 1e-4
    assert float(found.congestion[1].max()) == 0.0


def test_at_a_constant_price_the_congestion_prices_are_those_of_the_linear_program() -> None:
    # Without slope and wear the least bill under the limit is a small linear program.
    needs = Needs(jnp.full((2, 3), 4.0), jnp.asarray([5.0, 4.0]), jnp.asarray(1.0))
    game = ChargingGame(needs, jnp.asarray([0.1, 0.2, 0.4]), jnp.zeros(3), jnp.ones(3), jnp.zeros(2))
    found = nash_equilibrium(game, transformer_limit(game, 5.0))
    program = linprog(
        np.tile([0.1, 0.2, 0.4], 2),
        A_ub=np.tile(np.eye(3), 2),
        b_ub=np.full(3, 4.0),
        A_eq=np.kron(np.eye(2), np.ones(3)),
        b_eq=[5.0, 4.0],
        bounds=(0.0, 4.0),
    )
    bill = float((found.power_kw * game.price).sum())
    assert bill == pytest.approx(program.fun, abs=1e-8)
    np.testing.assert_allclose(found.congestion[0], -program.ineqlin.marginals, atol=1e-6)


def _refused(game: ChargingGame, limits: SharedLimits | None = None) -> str:
    with pytest.raises(InputError) as error:
        nash_equilibrium(game, limits)
    return str(error.value)


def test_needs_that_do_not_fit_are_refused_with_the_vehicle() -> None:
    game = night(3)
    energy = game.vehicles.energy_kwh.at[1].set(900.0)
    message = _refused(game._replace(vehicles=game.vehicles._replace(energy_kwh=energy)))
    assert "energy_kwh, vehicle 1" in message
    assert "900" in message
    assert "at most" in message


def test_storage_that_cannot_be_reached_is_refused_with_the_step() -> None:
    game = night_of_v2g(3)
    floor = game.vehicles.floor_kwh.at[2, 5].set(49.0)
    assert "floor_kwh, vehicle 2, step 5" in _refused(
        game._replace(vehicles=game.vehicles._replace(floor_kwh=floor))
    )


def test_prices_that_fall_with_load_and_numbers_that_are_none_are_refused_with_the_step() -> None:
    game = night(3)
    assert "slope, step 4" in _refused(game._replace(slope=game.slope.at[4].set(-1e-3)))
    assert "price, step 7" in _refused(game._replace(price=game.price.at[7].set(jnp.nan)))
    assert "wear, vehicle 1" in _refused(game._replace(wear=game.wear.at[1].set(-1.0)))


def test_limits_without_room_are_refused_with_the_row() -> None:
    game = night(30)
    message = _refused(game, transformer_limit(game, float(game.load_kw.max()) * 1.01))
    assert "bound_kw, row 0, step" in message
    assert "no room" in message

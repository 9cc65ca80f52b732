"""Stations that compete by price: where they rest, and where they chase each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.market.game.competition import Stations, compete, profits, sales

ROOMY = Stations(
    cost=np.array([0.10, 0.10]),
    waiting=np.zeros(2),
    capacity_kwh=np.full(2, np.inf),
    market_kwh=100.0,
    theta=20.0,
    outside=np.inf,
    prices=np.linspace(0.10, 0.60, 501),
)
FULL = replace(ROOMY, capacity_kwh=np.full(2, 60.0), outside=0.5, theta=40.0)


def test_two_equal_stations_with_room_rest_at_the_margin_of_logit_choice() -> None:
    found = compete(ROOMY)
    # (price - cost) theta (1 - share) = 1 with half of the market each.
    np.testing.assert_allclose(found.price, 0.10 + 2 / 20.0, atol=2e-3)
    assert found.converged
    assert found.epsilon < 1e-3 * found.profit.sum()
    assert len(found.cycle) == 0


def test_keener_drivers_and_a_cheaper_outside_lower_prices_and_waiting_costs_a_station() -> None:
    assert (compete(replace(ROOMY, theta=40.0)).price < compete(ROOMY).price).all()
    assert (compete(replace(ROOMY, outside=0.15)).price < compete(ROOMY).price).all()
    slow = compete(replace(ROOMY, waiting=np.array([0.0, 0.05])))
    assert slow.profit[1] < 0.8 * slow.profit[0]


def test_stations_that_fill_up_chase_each_other_and_the_round_is_reported() -> None:
    found = compete(FULL)
    assert not found.converged
    assert len(found.cycle) > 2
    assert found.epsilon > 1.0
    # Played on from any of its prices the round comes back to them.
    again = compete(FULL, start=found.cycle[0])
    np.testing.assert_array_equal(again.cycle, found.cycle)


def test_nobody_sells_beyond_capacity_or_more_than_drivers_want() -> None:
    price = np.random.default_rng(0).uniform(0.1, 0.6, (200, 2))
    sold = sales(FULL, price)
    assert (sold >= 0).all()
    assert (sold <= 60.0 + 1e-9).all()
    assert (sold.sum(1) <= 100.0 + 1e-9).all()
    # Who finds the cheap station full goes to the other.
    tight = sales(replace(FULL, outside=np.inf), np.array([0.1, 0.6]))
    np.testing.assert_allclose(tight, [60.0, 40.0], atol=1e-6)


def test_no_price_brings_a_station_that_rests_more() -> None:
    found = compete(ROOMY)
    for station in range(2):
        for price in ROOMY.prices[::25]:
            other = found.price.copy()
            other[station] = price
            assert profits(ROOMY, other)[station] <= found.profit[station] + 1e-9


def test_numbers_that_make_no_market_are_refused() -> None:
    with pytest.raises(InputError, match="theta"):
        compete(replace(ROOMY, theta=-1.0))
    with pytest.raises(InputError, match="cost, 1"):
        compete(replace(ROOMY, cost=np.array([0.1, np.nan])))
    with pytest.raises(InputError, match="rising"):
        compete(replace(ROOMY, prices=np.array([0.3, 0.2])))

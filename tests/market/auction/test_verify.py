"""The measures of an auction, on clearings made up to fail them."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.auction import Book, Clearing, book_of
from wattswarm.market.auction.verify import budget_surplus, efficiency, energy_lost, gains, least_gain
from wattswarm.market.auction.welfare import most_welfare, program_welfare

BOOK = book_of([[0.30, 2.0], [0.20, 2.0]], [[0.10, 3.0], [0.25, 2.0]])


def clearing(bought: list[float], sold: list[float], paid: list[float], earned: list[float]) -> Clearing:
    return Clearing(*map(jnp.asarray, (bought, sold, paid, earned, 0.0)))


def test_the_best_trades_are_those_of_the_program() -> None:
    assert float(most_welfare(BOOK)) == pytest.approx(2 * 0.20 + 1 * 0.10)
    assert program_welfare(BOOK) == pytest.approx(0.50)


def test_money_and_energy_that_go_missing_show() -> None:
    found = clearing([1.0, 0.0], [1.5, 0.0], [0.20, 0.0], [0.30, 0.0])
    assert float(budget_surplus(found)) == pytest.approx(-0.10)
    assert float(energy_lost(found)) == pytest.approx(0.5)


def test_a_buyer_who_pays_more_than_it_values_is_the_one_that_gains_least() -> None:
    found = clearing([0.0, 1.0], [1.0, 0.0], [0.0, 0.27], [0.15, 0.0])
    buyers, sellers = gains(BOOK, found)
    np.testing.assert_allclose(buyers, [0.0, -0.07])
    np.testing.assert_allclose(sellers, [0.05, 0.0], atol=1e-12)
    assert float(least_gain(BOOK, found)) == pytest.approx(-0.07)
    assert float(efficiency(BOOK, found)) == pytest.approx(0.10 / 0.50)


def test_energy_beyond_an_order_is_worth_nothing_and_cannot_be_sold() -> None:
    found = clearing([5.0, 0.0], [5.0, 0.0], [1.0, 0.0], [1.0, 0.0])
    buyers, sellers = gains(BOOK, found)
    assert float(buyers[0]) == pytest.approx(2.0 * 0.30 - 1.0)
    assert float(sellers[0]) == -np.inf


def test_where_nothing_can_be_gained_nothing_is_lost() -> None:
    nothing = Book(*(jnp.zeros(2) for _ in range(4)))
    assert float(efficiency(nothing, clearing([0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]))) == 1.0

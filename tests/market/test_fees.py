"""Fees are base + rate x value; success is drawn, and retries make it likelier."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.fees import break_even, card, fee_of, free, goes_through, lightning, on_chain, percent


def test_a_fee_is_a_base_and_a_share_of_the_value() -> None:
    values = jnp.array([0.0, 1.0, 10.0])
    np.testing.assert_allclose(fee_of(card(), values), [0.0, 0.323, 0.53])
    np.testing.assert_allclose(fee_of(percent(), values), [0.0, 0.023, 0.23])
    np.testing.assert_allclose(fee_of(lightning(), values), [0.0, 0.000629, 0.00089])
    np.testing.assert_allclose(fee_of(on_chain(), values), [0.0, 0.84, 0.84])
    np.testing.assert_allclose(fee_of(free(), values), 0.0)


def test_the_rate_of_lightning_is_the_papers() -> None:
    assert 100.0 * float(lightning().rate) == pytest.approx(0.0029)


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_payments_go_through_as_often_as_their_attempts_allow(retries: int) -> None:
    fees = percent()._replace(success=0.6, retries=float(retries))
    drawn = jax.random.uniform(jax.random.key(retries), (40_000,))
    told = np.random.default_rng(retries).random((40_000, 1 + retries)) < 0.6
    assert float(goes_through(fees, drawn).mean()) == pytest.approx(told.any(axis=1).mean(), abs=0.01)


def test_free_payments_never_fail() -> None:
    assert bool(goes_through(free(), jnp.linspace(0.0, 1.0 - 1e-7, 1001)).all())


def test_the_break_even_price_of_v2g_is_the_published_one() -> None:
    trip = {"round_trip": 0.95**2, "wear": 0.02}
    assert round(float(break_even(0.12, lightning(), **trip)), 4) == 0.1530
    assert round(float(break_even(0.12, percent(), **trip)), 4) == 0.1597

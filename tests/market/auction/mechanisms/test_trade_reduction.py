"""Multi-unit trade reduction beside pymarket's, and how the longer side gives up energy."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from wattswarm.market.auction import book_of
from wattswarm.market.auction.mechanisms.trade_reduction import clear_reduced, give_up

# Bids and asks (price, kWh) drawn at random, and what pymarket 0.7.6 (MIT), huang_auction, makes of them:
# energies bought and sold, the buyers' price and the sellers'.
PYMARKET = [
    (
        [(0.17, 1.4), (0.19, 4.8), (0.13, 1.7), (0.15, 5.7), (0.29, 4.2), (0.28, 5.2)],
        [(0.15, 1.0), (0.22, 3.6), (0.15, 1.7), (0.16, 3.1), (0.12, 2.1)],
        [0.0, 0.0, 0.0, 0.0, 4.2, 0.0],
        [0.075, 0.0, 0.775, 2.175, 1.175],
        (0.28, 0.22),
    ),
    (
        [(0.17, 5.2), (0.2, 2.1), (0.13, 3.0), (0.11, 1.6), (0.18, 1.0), (0.18, 2.5)],
        [(0.23, 4.6), (0.23, 4.3), (0.15, 4.2), (0.14, 3.7), (0.14, 2.9)],
        [0.0, 2.1, 0.0, 0.0, 1.0, 2.5],
        [0.0, 0.0, 0.0, 3.2, 2.4],
        (0.17, 0.15),
    ),
    (
        [(0.07, 1.8), (0.29, 1.8), (0.23, 4.1), (0.23, 3.1), (0.2, 0.9), (0.08, 1.6)],
        [(0.1, 1.1), (0.09, 3.5), (0.11, 5.7), (0.22, 3.5), (0.23, 2.0)],
        [0.0, 1 / 3, 2.1 + 8 / 15, 1.1 + 8 / 15, 0.0, 0.0],
        [1.1, 3.5, 0.0, 0.0, 0.0],
        (0.2, 0.11),
    ),
    (
        [(0.28, 5.1), (0.23, 3.1), (0.26, 4.6), (0.22, 5.5), (0.21, 2.5), (0.19, 1.6)],
        [(0.11, 4.5), (0.25, 5.8), (0.26, 3.5), (0.08, 3.2), (0.28, 4.8)],
        [5.1, 0.0, 0.0, 0.0, 0.0, 0.0],
        [3.2, 0.0, 0.0, 1.9, 0.0],
        (0.26, 0.25),
    ),
]


@pytest.mark.parametrize("case", range(len(PYMARKET)))
def test_it_trades_what_pymarket_trades(case: int) -> None:
    bids, asks, bought, sold, (pay, get) = PYMARKET[case]
    clearing = clear_reduced(book_of(bids, asks))
    np.testing.assert_allclose(clearing.bought_kwh, bought, atol=1e-9)
    np.testing.assert_allclose(clearing.sold_kwh, sold, atol=1e-9)
    np.testing.assert_allclose(clearing.paid, pay * np.array(bought), atol=1e-9)
    np.testing.assert_allclose(clearing.earned, get * np.array(sold), atol=1e-9)


@given(arrays(np.float64, 5, elements=st.integers(0, 50).map(lambda x: x / 10)), st.floats(0.0, 1.0))
def test_all_give_up_the_same_and_nobody_more_than_it_has(kwh: np.ndarray, share: float) -> None:
    left = np.asarray(give_up(jnp.asarray(kwh), jnp.asarray(share * kwh.sum())))
    assert left.sum() == pytest.approx(share * kwh.sum(), abs=1e-9)
    given_up = kwh - left
    assert given_up.min() >= -1e-12
    cut = given_up.max()
    np.testing.assert_allclose(given_up[left > 1e-9], cut, atol=1e-9)
    assert (kwh[left <= 1e-9] <= cut + 1e-9).all()

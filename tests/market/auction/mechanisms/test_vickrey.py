"""Charging slots by Vickrey's rule: who wins, what they pay, chance among equals, no gain from a lie."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.auction import clear_slots

KEY = jax.random.key(0)
clear = jax.jit(clear_slots)


def test_the_highest_bidders_win_and_pay_the_first_bid_that_does_not() -> None:
    bids = jnp.asarray([0.20, 0.35, 0.10, 0.28, 0.31])
    clearing = clear(bids, 2, 0.05, 1.0, KEY, 7.0)
    np.testing.assert_allclose(clearing.bought_kwh, [0, 7.0, 0, 0, 7.0])
    assert float(clearing.price) == pytest.approx(0.28)
    np.testing.assert_allclose(clearing.paid, [0, 1.96, 0, 0, 1.96])
    np.testing.assert_allclose(clearing.earned, [3.92])


def test_the_reserve_is_paid_where_slots_are_left_and_keeps_low_bids_out() -> None:
    clearing = clear(jnp.asarray([0.20, 0.35, 0.10, -jnp.inf]), 3, 0.15, 1.0, KEY)
    np.testing.assert_allclose(clearing.bought_kwh, [1, 1, 0, 0])
    assert float(clearing.price) == pytest.approx(0.15)


def test_where_nobody_bids_enough_there_is_no_price() -> None:
    clearing = clear(jnp.asarray([0.05, -jnp.inf]), 3, 0.15, 1.0, KEY)
    assert not any(np.asarray(each).any() for each in clearing)


def test_chance_alone_decides_among_those_at_the_cap() -> None:
    bids = jnp.asarray([0.9, 0.4, 0.5, 0.6, 0.1])
    clearing = jax.vmap(lambda key: clear_slots(bids, 2, 0.05, 0.375, key))(jax.random.split(KEY, 4000))
    won = np.asarray(clearing.bought_kwh).mean(0)
    np.testing.assert_allclose(won, [0.5, 0.5, 0.5, 0.5, 0.0], atol=0.04)
    np.testing.assert_allclose(clearing.price, 0.375, rtol=1e-6)


def test_every_round_may_have_its_own_slots_cap_and_reserve() -> None:
    bids = jnp.asarray([[0.2, 0.3, 0.4], [0.2, 0.3, 0.4]])
    clearing = clear(bids, jnp.asarray([1, 2]), jnp.asarray([0.1, 0.25]), jnp.asarray([0.35, 0.9]), KEY)
    np.testing.assert_allclose(clearing.bought_kwh, [[0, 0, 1], [0, 1, 1]])
    np.testing.assert_allclose(clearing.price, [0.3, 0.25])

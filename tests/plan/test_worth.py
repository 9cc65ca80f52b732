"""What stored energy is worth is what a search over all its uses finds, and storages act by it."""

from __future__ import annotations

from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.plan.worth import (
    Rates,
    balance_price,
    best_power,
    price_inside,
    put_off_for,
    put_off_until,
    worth_before,
)
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.pool.task import SoundPool, sound_pool
from wattswarm.world import View, open_step, start

ONE = jnp.ones(())
KNOTS = 201
before = jax.jit(worth_before)


@pytest.fixture(scope="module")
def pool() -> SoundPool:
    """A pool of three on one day."""
    return sound_pool([pool_scenario(start=date(2024, 3, 4), days=1, seed=4)])


@pytest.fixture(scope="module")
def view(pool: SoundPool) -> View:
    """Its first step, storages half full."""
    world, episodes = pool.setting.world, pool.setting.episodes
    return open_step(world, episodes, start(world), episodes.rows[0, 0])[1]


def searched(
    value: np.ndarray, import_price: float, export_price: float, net: float, rates: Rates
) -> np.ndarray:
    """Return the value of every energy an hour earlier, by trying every energy after the hour."""
    even = np.linspace(0.0, 1.0, len(value))
    change = even[None, :] - even[:, None]
    drawn = np.where(change > 0, change / rates.eta, change * rates.eta_out)
    total = net + drawn
    cost = import_price * np.maximum(total, 0) - export_price * np.maximum(-total, 0)
    cost = cost - (import_price * max(net, 0.0) - export_price * max(-net, 0.0)) + rates.wear * np.abs(drawn)
    allowed = (change <= rates.up + 1e-9) & (change >= -rates.down - 1e-9)
    return np.where(allowed, value[None, :] - cost, -np.inf).max(axis=1)


@settings(max_examples=60)
@given(
    hours=st.lists(
        st.tuples(st.floats(0.0, 2.0), st.floats(0.5, 1.0), st.floats(-0.6, 0.6)), min_size=1, max_size=6
    ),
    up=st.floats(0.1, 0.9),
    down=st.floats(0.1, 0.9),
    wear=st.floats(0.0, 0.1),
)
def test_the_worth_is_what_a_search_over_all_uses_finds(
    hours: list[tuple[float, float, float]], up: float, down: float, wear: float
) -> None:
    # Steps of the search are the knots, so rates are whole numbers of them.
    up, down = round(up * (KNOTS - 1)) / (KNOTS - 1), round(down * (KNOTS - 1)) / (KNOTS - 1)
    rates = Rates(*map(jnp.asarray, (up, down, 0.9, 0.95, wear)))
    worth = jnp.linspace(0.6, 0.4, KNOTS)
    value = np.concatenate([[0.0], np.cumsum(np.asarray(worth[1:] + worth[:-1]) / 2 / (KNOTS - 1))])
    plain = Rates(up, down, 0.9, 0.95, wear)
    for price, share, net in reversed(hours):
        worth = before(worth, *map(jnp.asarray, (price, share * price, net)), rates)
        value = searched(value, price, share * price, net, plain)
    gained = np.concatenate(
        [[0.0], np.cumsum(np.asarray(worth[1:] + worth[:-1], np.float64) / 2 / (KNOTS - 1))]
    )
    assert (np.diff(np.asarray(worth)) <= 1e-9).all()
    assert gained == pytest.approx(value - value[0], abs=0.02)


def test_with_no_price_to_gain_the_worth_stays() -> None:
    rates = Rates(*map(jnp.asarray, (0.5, 0.5, 0.9, 0.9, 0.0)))
    worth = jnp.linspace(1.02, 0.98, 11)
    same = before(worth, ONE, ONE, 0.1 * ONE, rates)
    assert np.asarray(same) == pytest.approx(np.asarray(worth))


def test_a_storage_charges_below_its_worth_rests_within_its_losses_and_discharges_above(
    pool: SoundPool, view: View
) -> None:
    curve = jnp.linspace(1.001, 0.999, 9) * jnp.ones((3, 1))

    def at(price: float) -> np.ndarray:
        return np.asarray(best_power(pool.setting.world, view, curve, jnp.asarray(price), ONE))

    eta = 0.95
    assert at(0.98 * eta) == pytest.approx(np.asarray(view.charge_limit_kw))
    assert at(1.02 / eta) == pytest.approx(-np.asarray(view.discharge_limit_kw))
    assert not at(1.0).any()
    assert not at(1.03).any()
    assert not at(0.97).any()


def test_a_falling_worth_stops_the_charge_where_price_and_worth_meet(pool: SoundPool, view: View) -> None:
    curve = jnp.linspace(1.5, 0.5, 9) * jnp.ones((3, 1))
    span = np.asarray(view.exogenous.ceiling_kwh - view.exogenous.floor_kwh)
    filled = np.asarray(view.energy_kwh - view.exogenous.floor_kwh) / span
    worth_after = 1.5 - (filled + 0.1)
    power = best_power(pool.setting.world, view, curve, jnp.asarray(worth_after[0] * 0.95), ONE)
    assert np.asarray(power) == pytest.approx(0.1 * span / 0.95, rel=1e-4)


def test_site_and_storages_meet_at_import_export_or_a_price_between() -> None:
    def net(load: float) -> object:
        return lambda price: load - 10.0 * price

    low, high = jnp.asarray(1.0), jnp.asarray(2.0)
    assert balance_price(net(30.0), low, high) == 2.0
    assert balance_price(net(5.0), low, high) == 1.0
    assert balance_price(net(14.0), low, high) == pytest.approx(1.4, abs=1e-6)


def test_the_price_of_balance_has_the_gradient_of_a_root() -> None:
    low, high = jnp.asarray(1.0), jnp.asarray(2.0)

    def price(load: jax.Array) -> jax.Array:
        return balance_price(lambda price: load - 10.0 * price, low, high)

    assert jax.grad(price)(jnp.asarray(14.0)) == pytest.approx(0.1)
    assert jax.grad(price)(jnp.asarray(30.0)) == 0.0


def test_the_price_inside_is_that_of_the_storage_between_those_of_the_grid() -> None:
    rates = Rates(*map(jnp.asarray, (0.5, 0.5, 0.9, 0.9, 0.0)))
    stored = jnp.ones(11)

    def price(net: float, bought: float = 2.0, sold: float = 0.5) -> np.ndarray:
        return np.asarray(price_inside(stored, bought * ONE, sold * ONE, net * ONE, rates))

    draws, feeds = price(0.09), price(-0.1)
    assert draws[2:] == pytest.approx(1.0 / 0.9)
    assert draws[0] == 2.0, "an empty storage gives nothing"
    assert feeds[:-1] == pytest.approx(0.9)
    assert feeds[-1] == 0.5, "a full storage takes nothing"
    assert price(0.6) == pytest.approx(2.0), "more than its power"
    assert price(-0.6) == pytest.approx(0.5), "more than its power"
    assert price(0.09, bought=1.05)[2:] == pytest.approx(1.05)


def test_demand_waits_until_waiting_gains_nothing(view: View) -> None:
    x = view.exogenous
    later = jnp.linspace(2.0, 1.0, 11)
    span = (x.ceiling_kwh - x.floor_kwh).sum()
    stored = float((view.energy_kwh - x.floor_kwh).sum() / span)

    def waiting(price: float) -> float:
        put_off = put_off_until(view, x.service_price, later, ONE)
        return float(put_off(jnp.asarray(price), view.energy_kwh).sum())

    regular = float(x.regular_kwh.sum())
    assert waiting(2.5) == pytest.approx(regular)
    assert waiting(0.5) == 0.0
    now = 2.0 - stored + 0.3 * regular / float(span)
    assert waiting(now) == pytest.approx(0.3 * regular, rel=1e-2)


def test_demand_with_a_margin_waits_where_that_is_more_than_serving_now_earns(view: View) -> None:
    x = view.exogenous
    put_off = put_off_for(view, jnp.full_like(x.regular_kwh, 0.1), ONE)
    assert put_off(x.service_price, view.energy_kwh) == pytest.approx(np.asarray(x.regular_kwh))
    assert not np.asarray(put_off(x.service_price - 0.2, view.energy_kwh)).any()

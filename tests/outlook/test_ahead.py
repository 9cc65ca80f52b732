"""Prices ahead: what is published is seen as it is, the rest is believed from the past alone."""

from __future__ import annotations

import time
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.market import Regime
from wattswarm.outlook.ahead import HOURLY_H, believed_ahead, known_ahead
from wattswarm.outlook.beliefs import believing
from wattswarm.outlook.foresight import Climatology, DayAhead
from wattswarm.outlook.hints import hint_columns
from wattswarm.outlook.known import Knowledge
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.world import look, reveal, start

STEPS = 60


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(0, STEPS - 1), st.integers(1, 30))
def test_no_price_that_is_not_known_enters_any_block(seed: int, at: int, known_ahead_of_now: int) -> None:
    rng = np.random.default_rng(seed)
    price, history = rng.normal(0.1, 0.1, STEPS), rng.normal(0.1, 0.1, 500)
    known = np.minimum(np.arange(STEPS) + known_ahead_of_now, STEPS)
    other = np.where(np.arange(STEPS) < known[at], price, rng.normal(5.0, 1.0, STEPS))
    told, retold = (believed_ahead(values, history, known, 1.0, HOURLY_H)[at] for values in (price, other))
    np.testing.assert_array_equal(told, retold)
    published = price[at + 1 : known[at]][:24]
    np.testing.assert_array_equal(told[: len(published)], published)


def test_where_everything_is_known_both_fills_agree() -> None:
    price = np.random.default_rng(1).normal(0.1, 0.05, STEPS)
    known = np.full(STEPS, STEPS)
    bounds = (0.0, 1.0, 3.0, 6.0, 12.0)
    seen = slice(0, STEPS - 12)
    np.testing.assert_allclose(
        known_ahead(price, known, 1.0, bounds)[seen],
        believed_ahead(price, np.empty(0), known, 1.0, bounds)[seen],
    )


@pytest.mark.parametrize("regime", [Regime.RT, Regime.DAM])
def test_what_is_believed_is_what_the_planner_believes(regime: Regime) -> None:
    scenario = pool_scenario(
        start=date(2024, 3, 4), days=3, regime=regime, ahead_h=HOURLY_H, ahead_fill="usual"
    )
    ahead = hint_columns(scenario)["price_ahead"]
    foresight = Climatology() if regime is Regime.RT else DayAhead()
    world, timeline = scenario.world(), scenario.timeline()
    view = look(world, reveal(world, start(world), timeline.at(0)), timeline.at(0))
    for at in (0, 7, 20, 46):
        outlook = foresight.outlook(Knowledge(scenario).at(at, view), 25)
        np.testing.assert_allclose(ahead[at], outlook.import_price[1:], atol=1e-12)


def test_prices_are_believed_from_the_first_hours_even_without_history() -> None:
    price = np.random.default_rng(2).normal(0.1, 0.05, STEPS)
    known = np.arange(STEPS) + 1
    ahead = believed_ahead(price, np.empty(0), known, 1.0, HOURLY_H)
    assert np.isfinite(ahead).all()
    assert ahead[0] == pytest.approx(price[0])
    gaps = np.where(np.arange(48) < 30, np.nan, 0.2)
    assert np.isfinite(believed_ahead(price, gaps, known, 1.0, HOURLY_H)).all()


def test_a_month_takes_less_than_a_fifth_of_a_second_of_a_processor() -> None:
    price = np.random.default_rng(3).normal(0.1, 0.05, 744)
    seconds = []
    for _ in range(3):
        began = time.process_time()
        believed_ahead(price, np.tile(price, 1)[: 28 * 24], np.arange(744) + 1, 1.0, HOURLY_H)
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.2


def test_the_load_ahead_is_what_mpc_expects_of_load_and_sun() -> None:
    first = pool_scenario(start=date(2024, 3, 4), days=4, seed=2)
    scenario = believing(first, ahead_h=HOURLY_H, expects_load=True)
    ahead = hint_columns(scenario)["net_ahead_kw"]
    world = scenario.world()
    for at in (0, 7, 13, 40):
        exogenous = jax.tree.map(jnp.asarray, scenario.timeline().at(jnp.asarray(at)))
        view = look(world, reveal(world, start(world), exogenous), exogenous)
        outlook = DayAhead().outlook(Knowledge(scenario).at(at, view), 25)
        demand = outlook.urgent_kwh.sum(1) + outlook.regular_kwh.sum(1) + outlook.base_kw.sum(1)
        assert ahead[at] == pytest.approx((demand - outlook.solar_kw.sum(1))[1:], abs=1e-6)


def test_no_load_is_expected_unless_asked() -> None:
    scenario = pool_scenario(start=date(2024, 3, 4), days=1, seed=2)
    assert hint_columns(scenario)["net_ahead_kw"].shape == (24, 0)

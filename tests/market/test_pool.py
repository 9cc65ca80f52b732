"""The pool of stations: nothing is lost in sharing, and the price among stations only moves money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.data.generate import generate_prices
from wattswarm.market.pool import PoolTrade, pool_trade, station_profit
from wattswarm.plan.bound import perfect_foresight
from wattswarm.tasks import pool_scenario
from wattswarm.world import Scenario

needs = arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3)))


@given(needs)
def test_nothing_is_lost_in_sharing(need: np.ndarray) -> None:
    shared, bought, sold = map(np.asarray, pool_trade(jnp.asarray(need)))
    assert shared.sum() == pytest.approx(0.0, abs=1e-9)
    assert need + shared == pytest.approx(bought - sold, abs=1e-9)
    assert min(bought.min(), sold.min()) >= 0
    assert bought.sum() - sold.sum() == pytest.approx(need.sum(), abs=1e-9)


@given(needs)
def test_the_pool_never_buys_and_sells_in_the_same_step(need: np.ndarray) -> None:
    _, bought, sold = map(np.asarray, pool_trade(jnp.asarray(need)))
    assert min(bought.sum(), sold.sum()) == pytest.approx(0.0, abs=1e-9)


@given(needs)
def test_who_needs_gives_nothing_and_nobody_gives_more_than_it_has(need: np.ndarray) -> None:
    shared = np.asarray(pool_trade(jnp.asarray(need)).shared_kwh)
    assert (np.where(need > 0, shared, -shared) <= 1e-9).all()
    assert (np.abs(shared) <= np.abs(need) + 1e-9).all()


@given(needs, st.floats(0.01, 100.0))
def test_the_unit_of_energy_does_not_matter(need: np.ndarray, unit: float) -> None:
    one, other = pool_trade(jnp.asarray(need)), pool_trade(jnp.asarray(unit * need))
    for mine, theirs in zip(one, other, strict=True):
        assert unit * np.asarray(mine) == pytest.approx(np.asarray(theirs), rel=1e-9, abs=1e-9)


@given(needs, st.randoms(use_true_random=False))
def test_the_order_of_the_stations_does_not_matter(need: np.ndarray, random: object) -> None:
    order = np.array(random.sample(range(len(need)), len(need)))  # type: ignore[attr-defined]
    one, other = pool_trade(jnp.asarray(need)), pool_trade(jnp.asarray(need[order]))
    for mine, theirs in zip(one, other, strict=True):
        assert np.asarray(mine)[order] == pytest.approx(np.asarray(theirs), abs=1e-9)


def test_alike_stations_share_nothing_and_steps_can_be_stacked() -> None:
    need = jnp.asarray([[5.0, 5.0, 5.0], [-2.0, -2.0, -2.0], [4.0, -1.0, -1.0]])
    trade = pool_trade(need)
    expected = [[0, 0, 0], [0, 0, 0], [-2.0, 1.0, 1.0]]
    np.testing.assert_allclose(trade.shared_kwh, expected, atol=1e-12)
    for step in range(3):
        np.testing.assert_allclose(trade.shared_kwh[step], pool_trade(need[step]).shared_kwh)


def prices(days: int) -> object:
    return generate_prices(
        start=date(2024, 2, 1),
        days=32 + days,
        timezone="America/New_York",
        currency="USD",
        negative_share=0.0,
        rng=np.random.default_rng(0),
    )


@cache
def traded() -> Run:
    """Three days of a pool that trades with its storages while the sun differs from station to station."""
    scenario = pool_scenario(prices(3), start=date(2024, 3, 4), days=3)  # type: ignore[arg-type]
    return simulate(scenario, [rule("storage-threshold")])[0]


def shares(run: Run) -> tuple[PoolTrade, np.ndarray]:
    """Return the trade behind a run and the energy served, shape [step, station]."""
    dispatch, hours = run.flows.dispatch, run.scenario.arrays.dt_h
    need = dispatch.load_kw + dispatch.charge_kw - dispatch.discharge_kw - dispatch.solar_kw
    return pool_trade(jnp.asarray(need * hours)), np.asarray(dispatch.served_kwh)


@pytest.mark.parametrize("multiple", [0.0, 0.9, 3.0])
def test_the_trading_price_changes_no_total_which_is_the_worlds_profit(multiple: float) -> None:
    run = traded()
    scenario = run.scenario
    trade, served = shares(run)
    assert np.abs(trade.shared_kwh).sum() > 10.0
    profit = station_profit(
        trade,
        jnp.asarray(served),
        service_price=jnp.asarray(scenario.service_price),
        import_price=jnp.asarray(scenario.import_price),
        trade_price=jnp.asarray(multiple * scenario.import_price),
        export_price=jnp.asarray(scenario.export_price),
    )
    money = run.flows.money
    net = np.asarray(money.service_income).sum(axis=1) + money.export_income - money.import_cost
    assert np.asarray(profit).sum(axis=1) == pytest.approx(net, abs=1e-9)
    assert float(profit.sum()) == pytest.approx(run.profit, rel=1e-9)


def test_what_the_pool_buys_and_sells_is_what_crosses_the_grid_connection() -> None:
    run = traded()
    trade, _ = shares(run)
    assert np.asarray(trade.bought_kwh).sum(axis=1) == pytest.approx(
        np.asarray(run.flows.import_kw), abs=1e-9
    )
    assert np.asarray(trade.sold_kwh).sum(axis=1) == pytest.approx(np.asarray(run.flows.export_kw), abs=1e-9)


def test_three_equal_stations_earn_at_best_what_one_of_triple_size_does() -> None:
    three = pool_scenario(prices(4), start=date(2024, 3, 4), days=4, solar_kw=(200.0,) * 3)  # type: ignore[arg-type]
    one = pool_scenario(
        prices(4),  # type: ignore[arg-type]
        start=date(2024, 3, 4),
        days=4,
        capacity_kwh=1500.0,
        solar_kw=(600.0,),
        demand_kw=300.0,
    )
    one = _with_totals_of(one, three)
    assert perfect_foresight(one).profit == pytest.approx(perfect_foresight(three).profit, rel=1e-6)


def _with_totals_of(one: Scenario, many: Scenario) -> Scenario:
    names = ("solar_kw", "urgent_kwh", "regular_kwh")
    return replace(one, **{name: getattr(many, name).sum(axis=1, keepdims=True) for name in names})  # type: ignore[arg-type]

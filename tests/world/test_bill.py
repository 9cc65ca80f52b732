"""Prices at work: negative ones, feed-in, the demand charge over months, and who is fined for what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

STORAGE = {"capacity_kwh": 100, "power_kw": 20, "initial_soc": 0.5, "efficiency": 1.0}


@pytest.mark.parametrize(
    ("market", "feed_in", "fed_kw", "why"),
    [
        (0.1, None, 10.0, "a sold kWh earns"),
        (-0.1, None, 0.0, "being paid to import beats own sun"),
        (-0.1, 0.05, 10.0, "the feed-in tariff still pays"),
        (0.0, None, 10.0, "feeding in costs nothing"),
    ],
)
def test_the_sun_is_curtailed_where_a_kwh_of_it_costs_money(
    plain_day: Callable[..., Any],
    play: Callable[..., Any],
    market: float,
    feed_in: float | None,
    fed_kw: float,
    why: str,
) -> None:
    scenario = plain_day(
        station={"solar": {"peak_kw": 20}},
        solar_kw=10.0,
        base_kw=4.0,
        market=market,
        tariff={"feed_in_per_kwh": feed_in},
    )
    flows = play(scenario, 0.0).flows
    np.testing.assert_allclose(flows.dispatch.solar_kw, fed_kw, err_msg=why)
    np.testing.assert_allclose(flows.import_kw - flows.export_kw, 4.0 - fed_kw)


def test_the_sun_is_cut_to_the_load_where_exports_cost_but_imports_do_too(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(
        station={"solar": {"peak_kw": 20}},
        solar_kw=10.0,
        base_kw=4.0,
        market=-0.05,
        tariff={"import_adder_per_kwh": 0.2},
    )
    flows = play(scenario, 0.0).flows
    np.testing.assert_allclose(flows.dispatch.solar_kw, 4.0)
    np.testing.assert_allclose(flows.money.export_income, 0.0)


def test_a_policy_that_wants_the_sun_gets_it_at_any_price(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(station={"solar": {"peak_kw": 20}}, solar_kw=10.0, market=-0.1)
    flows = play(scenario, 0.0, solar_kw=7.0).flows
    np.testing.assert_allclose(flows.export_kw, 7.0)
    np.testing.assert_allclose(flows.money.export_income, -0.7)


def test_exports_earn_the_feed_in_price_up_to_the_output_of_the_sun(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(
        station={"solar": {"peak_kw": 20}, "storage": STORAGE},
        solar_kw=np.where(np.arange(24) == 0, 10.0, 1.0),
        base_kw=2.0,
        market=0.1,
        tariff={"feed_in_per_kwh": 0.3},
    )
    asked = np.zeros((24, 1))
    asked[:2] = -5.0
    flows = play(scenario, asked).flows
    # First more sun than exports do not use (8 of 13 kWh), then 1 kWh of sun in 4 kWh of exports.
    assert flows.export_kw[:3] == pytest.approx([13.0, 4.0, 0.0])
    assert flows.money.export_income[:3] == pytest.approx([10 * 0.3 + 3 * 0.1, 1 * 0.3 + 3 * 0.1, 0.0])


def test_the_demand_charge_grows_with_the_peak_and_starts_again_with_a_month(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    load = np.full(48, 1.0)
    load[[3, 7, 9, 20, 24, 30]] = 5.0, 4.0, 8.0, 8.0, 3.0, 7.0
    scenario = plain_day(day=date(2024, 1, 31), days=2, base_kw=load, tariff={"demand_charge_per_kw": 2.0})
    assert np.flatnonzero(scenario.new_period).tolist() == [0, 24]
    charged = play(scenario, np.zeros((48, 0))).flows.money.demand_charge
    expected = np.zeros(48)
    expected[[0, 3, 9, 24, 30]] = 2.0 * np.array([1.0, 4.0, 3.0, 3.0, 4.0])
    np.testing.assert_allclose(charged, expected, atol=1e-12)


def test_the_peak_valley_charge_grows_with_the_difference_and_starts_again_with_a_day(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    load, sun = np.ones(48), np.zeros(48)
    load[[3, 20, 30]] = 5.0, 4.0, 3.0
    sun[10] = 7.0
    scenario = plain_day(
        days=2,
        station={"solar": {"peak_kw": 7}},
        base_kw=load,
        solar_kw=sun,
        tariff={"peak_valley_charge_per_kw": 2.0, "billing_period": "day"},
    )
    assert np.flatnonzero(scenario.new_period).tolist() == [0, 24]
    charged = play(scenario, np.zeros((48, 0))).flows.money.peak_valley_charge
    expected = np.zeros(48)
    # From 1 to 5 kW at three o'clock, down to -6 kW at ten; the second day begins anew.
    expected[[3, 10, 30]] = 2.0 * np.array([4.0, 7.0, 2.0])
    np.testing.assert_allclose(charged, expected, atol=1e-12)


def test_a_driver_pays_on_leaving_for_what_is_there_and_is_paid_for_what_is_missing(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(
        ports=[{"count": 1, "power_kw": 10, "efficiency": 0.8}],
        visits=[(2.0, 6.0, 20.0, 0.5, "s")],
        tariff={"customer_price_per_kwh": 0.5, "unmet_penalty_per_kwh": 2.0},
    )
    asked = np.zeros((24, 1))
    asked[3] = 10.0
    money = play(scenario, asked).flows.money
    # 16 kWh wanted in the battery, 8 there; 10 kWh at the meter.
    expected = np.zeros(24)
    expected[5] = 1.0
    np.testing.assert_allclose(money.customer_income[:, 0], 0.5 * 10.0 * expected)
    np.testing.assert_allclose(money.unmet_penalty[:, 0], 2.0 * 8.0 * expected)


def test_energy_lent_and_charged_back_costs_the_driver_nothing(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(
        ports=[{"count": 1, "power_kw": 10, "discharge_kw": 10, "efficiency": 0.9}],
        visits=[(0.0, 8.0, 9.0, 0.5, "s")],
        tariff={"customer_price_per_kwh": 0.5, "v2g_reward_per_kwh": 0.1},
    )
    straight, lent = np.zeros((24, 1)), np.zeros((24, 1))
    straight[0] = 9.0
    lent[0] = -8.1
    lent[1:3] = 9.5
    paid = [play(scenario, asked).flows.money for asked in (straight, lent)]
    assert paid[0].customer_income.sum() == pytest.approx(4.5)
    assert paid[1].customer_income.sum() == pytest.approx(4.5)
    assert paid[1].v2g_reward.sum() == pytest.approx(0.81)

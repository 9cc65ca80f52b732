"""Nothing is lost on the way: energy at the meter, in the batteries and on the bill agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.world import Scenario

SEEDS = st.integers(0, 10**6)


def requests(scenario: Scenario, seed: int) -> Any:
    """Draw what to ask of each battery, beyond its power in both directions, shape [step, battery]."""
    width = scenario.arrays.port_count + scenario.arrays.storage_count
    return np.random.default_rng(seed).uniform(-60.0, 60.0, (scenario.steps, width))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_metered_energy_is_stored_energy_and_losses(
    random_day: Callable[..., Any], play: Callable[..., Any], dtype: Any
) -> None:
    @settings(max_examples=20)
    @given(SEEDS)
    def holds(seed: int) -> None:
        scenario = random_day(seed)
        arrays, stays = scenario.arrays, scenario.stays
        day = play(scenario, requests(scenario, seed + 1), dtype=dtype)
        charge = day.flows.dispatch.charge_kw.astype(np.float64) * arrays.dt_h
        discharge = day.flows.dispatch.discharge_kw.astype(np.float64) * arrays.dt_h
        energy = day.flows.energy_kwh.astype(np.float64)
        storages = slice(arrays.port_count, None)
        in_vehicles = (energy[stays.end - 1, stays.port] - stays.arrival_kwh).sum()
        in_storages = (energy[-1, storages] - arrays.storage_initial_kwh).sum()
        # What a storage holds at the start of a step and held at the end of the one before.
        held = np.vstack([arrays.storage_initial_kwh, energy[:-1, storages]])
        standing = (held - day.view.energy_kwh[:, storages]).sum()
        converting = (1 - arrays.charge_efficiency) * charge + (
            1 / arrays.discharge_efficiency - 1
        ) * discharge
        metered = (charge - discharge).sum()
        assert standing >= 0
        throughput = (charge + discharge).sum()
        assert metered == pytest.approx(
            in_vehicles + in_storages + standing + converting.sum(), abs=1e-5 * throughput
        )

    holds()


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 2e-4)])
def test_power_in_is_power_out_in_every_step(
    random_day: Callable[..., Any], play: Callable[..., Any], dtype: Any, tolerance: float
) -> None:
    @settings(max_examples=20)
    @given(SEEDS)
    def holds(seed: int) -> None:
        scenario = random_day(seed)
        flows = play(scenario, requests(scenario, seed + 1), dtype=dtype).flows
        dispatch = flows.dispatch
        sources = flows.import_kw + dispatch.solar_kw.sum(1) + dispatch.discharge_kw.sum(1)
        sinks = flows.export_kw + dispatch.charge_kw.sum(1) + dispatch.load_kw.sum(1)
        np.testing.assert_allclose(sources, sinks, atol=tolerance)
        assert (np.minimum(flows.import_kw, flows.export_kw) == 0).all()
        np.testing.assert_allclose(flows.limit_kw[:, -4], flows.import_kw - flows.export_kw, atol=tolerance)

    holds()


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-6), (np.float32, 2e-4)])
def test_no_battery_leaves_its_window(
    random_day: Callable[..., Any], play: Callable[..., Any], dtype: Any, tolerance: float
) -> None:
    @settings(max_examples=20)
    @given(SEEDS, st.sampled_from([-np.inf, np.inf, 0.0]))
    def holds(seed: int, extreme: float) -> None:
        scenario = random_day(seed)
        day = play(scenario, requests(scenario, seed + 1) + extreme, dtype=dtype)
        x = day.view.exogenous
        assert (day.flows.energy_kwh >= x.floor_kwh - tolerance).all()
        assert (day.flows.energy_kwh <= x.ceiling_kwh + tolerance).all()
        assert (x.ceiling_kwh <= x.capacity_kwh + tolerance).all()
        assert (day.flows.energy_kwh[x.capacity_kwh == 0] == 0).all()

    holds()


def test_demand_is_served_once_now_or_one_step_later(
    random_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = random_day(3)
    defer = np.random.default_rng(4).uniform(-1.0, 4.0, (scenario.steps, 2))
    dispatch = play(scenario, 0.0, defer_kwh=defer).flows.dispatch
    asked = (scenario.urgent_kwh + scenario.regular_kwh).sum(0)
    np.testing.assert_allclose(dispatch.served_kwh.sum(0) + dispatch.deferred_kwh[-1], asked, rtol=1e-12)
    assert (dispatch.deferred_kwh <= scenario.regular_kwh + 1e-12).all()
    assert (dispatch.deferred_kwh > 0).any()
    np.testing.assert_allclose(dispatch.load_kw, scenario.base_kw + dispatch.served_kwh, rtol=1e-12)


def test_every_item_of_money_is_its_flow_times_its_price(
    random_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    @settings(max_examples=20)
    @given(SEEDS)
    def holds(seed: int) -> None:
        scenario = random_day(seed)
        flows = play(scenario, requests(scenario, seed + 1)).flows
        tariff, arrays, stays = scenario.site.tariff, scenario.arrays, scenario.stays
        dispatch, money = flows.dispatch, flows.money
        ports = slice(0, arrays.port_count)
        solar_out = np.minimum(flows.export_kw, dispatch.solar_kw.sum(1))
        exported = scenario.export_price @ (flows.export_kw - solar_out) + scenario.feed_in_price @ solar_out
        left = flows.energy_kwh[stays.end - 1, stays.port]
        short = np.maximum(stays.target_kwh - left, 0.0)
        wanted = np.maximum(stays.target_kwh - stays.arrival_kwh, 0.0)
        efficiency = arrays.charge_efficiency[stays.port]
        wear = flows.dispatch.charge_kw + flows.dispatch.discharge_kw
        wear_price = np.zeros_like(wear)
        wear_price[:, arrays.port_count :] = arrays.storage_wear_price
        for port, begin, end, price in zip(stays.port, stays.begin, stays.end, stays.wear_price, strict=True):
            wear_price[begin:end, port] = price
        items = {
            "import_cost": scenario.import_price @ flows.import_kw,
            "export_income": exported,
            "demand_charge": tariff.demand_charge_per_kw * flows.import_kw.max(),
            "peak_valley_charge": tariff.peak_valley_charge_per_kw
            * np.ptp(flows.import_kw - flows.export_kw),
            "wear": (wear_price * wear).sum(),
            "customer_income": tariff.customer_price_per_kwh * ((wanted - short) / efficiency).sum(),
            "v2g_reward": tariff.v2g_reward_per_kwh * dispatch.discharge_kw[:, ports].sum(),
            "unmet_penalty": tariff.unmet_penalty_per_kwh * short.sum(),
            "service_income": (scenario.service_price[:, None] * dispatch.served_kwh).sum(),
        }
        for name, expected in items.items():
            assert getattr(money, name).sum() == pytest.approx(expected, rel=1e-9, abs=1e-9), name
        income = ("export_income", "customer_income", "service_income")
        profit = sum(value if name in income else -value for name, value in items.items())
        per_step = money._replace(**{name: getattr(money, name).sum(0) for name in money._fields})
        assert float(per_step.net) == pytest.approx(profit, rel=1e-9, abs=1e-9)
        assert flows.carbon_kg.sum() == pytest.approx(scenario.carbon @ flows.import_kw, rel=1e-9)

    holds()


def test_a_round_trip_returns_the_product_of_both_efficiencies(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    storage = {"capacity_kwh": 100, "power_kw": 10, "efficiency": 0.9, "minimum_soc": 0.0, "initial_soc": 0.0}
    scenario = plain_day(station={"storage": storage})
    asked = np.where(np.arange(24) < 5, 10.0, -np.inf)[:, None]
    dispatch = play(scenario, asked).flows.dispatch
    assert dispatch.charge_kw.sum() == pytest.approx(50.0)
    assert dispatch.discharge_kw.sum() == pytest.approx(0.9 * 0.9 * 50.0, rel=1e-12)

"""What sessions took, gave, cost and paid is what flowed at their ports; with the site's part, the bill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.world import session_flows

SEEDS = st.integers(0, 2**31)


def requests(scenario: Any, seed: int) -> Any:
    """Draw what each battery is asked to draw or give in each step [kW]."""
    batteries = scenario.arrays.port_count + scenario.arrays.storage_count
    return np.random.default_rng(seed).uniform(-30.0, 60.0, (scenario.steps, batteries))


def test_sessions_and_the_rest_of_the_site_add_up_to_the_bill(
    random_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    gave = [0.0]

    @settings(max_examples=25)
    @given(SEEDS)
    def holds(seed: int) -> None:
        scenario = random_day(seed)
        flows = play(scenario, requests(scenario, seed + 1)).flows
        table, ports = session_flows(scenario, flows), scenario.arrays.port_count
        gave[0] += table.export_income.sum()
        dispatch, money = flows.dispatch, flows.money
        drawn = dispatch.charge_kw.sum(1) + dispatch.load_kw.sum(1)
        imported = flows.import_kw / np.maximum(drawn, 1e-9)
        to_site = dispatch.charge_kw[:, ports:].sum(1) + dispatch.load_kw.sum(1)
        # The sun's surplus is sold first; the rest comes from all that discharges alike.
        sun = np.minimum(dispatch.solar_kw.sum(1), flows.export_kw)
        exported = (flows.export_kw - sun) / np.maximum(dispatch.discharge_kw.sum(1), 1e-9)
        from_site = exported * dispatch.discharge_kw[:, ports:].sum(1)
        rest = {
            "import_cost": scenario.import_price @ (imported * to_site),
            "export_income": scenario.export_price @ from_site + scenario.feed_in_price @ sun,
            "wear": money.wear[:, ports:].sum(),
            "customer_income": 0.0,
            "v2g_reward": 0.0,
            "unmet_penalty": 0.0,
        }
        for name, left in rest.items():
            whole = float(getattr(money, name).sum())
            assert getattr(table, name).sum() + left == pytest.approx(whole, abs=1e-9), name
        of_site = rest["export_income"] + money.service_income.sum() - rest["import_cost"] - rest["wear"]
        of_site -= money.demand_charge.sum() + money.peak_valley_charge.sum()
        profit = money.export_income + money.customer_income.sum(1) + money.service_income.sum(1)
        profit -= money.import_cost + money.demand_charge + money.peak_valley_charge + money.wear.sum(1)
        profit -= money.v2g_reward.sum(1) + money.unmet_penalty.sum(1)
        assert table.profit.sum() + of_site == pytest.approx(profit.sum(), abs=1e-9)
        assert (table.import_kwh <= table.charged_kwh + 1e-9).all()
        assert (table.export_kwh <= table.discharged_kwh + 1e-9).all()
        energy = (table.charged_kwh.sum(), table.discharged_kwh.sum())
        power = (dispatch.charge_kw[:, :ports].sum(), dispatch.discharge_kw[:, :ports].sum())
        np.testing.assert_allclose(energy, power, rtol=1e-12)

    holds()
    assert gave[0] != 0.0


def test_a_battery_holds_what_it_came_with_and_what_its_session_moved(
    random_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = random_day(5)
    arrays, stays = scenario.arrays, scenario.stays
    table = session_flows(scenario, play(scenario, requests(scenario, 6)).flows)
    charged, discharged = (table.by_session(each) for each in (table.charged_kwh, table.discharged_kwh))
    moved = arrays.charge_efficiency[stays.port] * charged
    moved -= discharged / arrays.discharge_efficiency[stays.port]
    last = np.flatnonzero(table.step == stays.end[table.stay] - 1)
    np.testing.assert_allclose(table.stored_kwh[last], stays.arrival_kwh + moved, atol=1e-9)
    assert discharged.max() > 0


def test_two_vehicles_and_a_load_pay_for_what_they_draw_of_a_dear_hour(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = plain_day(
        ports=[{"count": 2, "power_kw": 10, "efficiency": 1.0}],
        visits=[(0.0, 1.0, 6.0, 0.1, "s"), (0.0, 2.0, 9.0, 0.1, "s")],
        market=[0.5] + [0.1] * 23,
        station={"solar": {"peak_kw": 5}},
        base_kw=4.0,
        solar_kw=5.0,
    )
    flows = play(scenario, np.tile([6.0, 2.0], (24, 1))).flows
    table = session_flows(scenario, flows)
    # 12 kW are drawn in the first hour, 5 of them from the sun; in the second the sun does for 6 kW but 1.
    assert table.import_kwh.tolist() == pytest.approx([6 * 7 / 12, 2 * 7 / 12, 2 * 1 / 6])
    assert table.import_cost.tolist() == pytest.approx([6 * 7 / 12 * 0.5, 2 * 7 / 12 * 0.5, 2 * 1 / 6 * 0.1])
    assert table.stays.session[table.stay].tolist() == [
        "s@2024-06-02T22:00:00Z",
        "s@2024-06-02T22:00:00Z#2",
        "s@2024-06-02T22:00:00Z#2",
    ]

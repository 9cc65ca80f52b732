"""The figures of a run are those that its flows add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wattswarm.battery.xu import capacity_loss
from wattswarm.errors import InputError
from wattswarm.report.measures import jain_index, measure
from wattswarm.report.wear import first_year_losses, stress_of_loss
from wattswarm.world import build_scenario


def test_energy_of_the_grid_the_sun_the_load_and_the_batteries_balances(hub_runs):
    for run in hub_runs:
        figures, dispatch = measure(run), run.flows.dispatch
        hours = run.scenario.arrays.dt_h
        into_batteries = (dispatch.charge_kw - dispatch.discharge_kw).sum() * hours
        load = dispatch.load_kw.sum() * hours
        gained = figures.import_kwh - figures.export_kwh + figures.solar_used_kwh
        assert gained == pytest.approx(load + into_batteries, rel=1e-9)
        assert load > 0
        assert abs(into_batteries) > 1


def test_profit_is_income_less_cost_item_by_item(hub_runs):
    for run in hub_runs:
        figures = measure(run)
        items = figures.money
        income = items["customer_income"] + items["service_income"] + items["export_income"]
        other = items["wear"] + items["v2g_reward"] + items["unmet_penalty"]
        by_power = items["demand_charge"] + items["peak_valley_charge"]
        bill = items["import_cost"] + by_power - items["export_income"]
        assert figures.energy_cost == pytest.approx(bill)
        assert figures.profit == pytest.approx(income - items["export_income"] - figures.energy_cost - other)
        assert figures.cost_per_kwh == pytest.approx(
            (bill + items["wear"] + items["v2g_reward"]) / figures.delivered_kwh
        )


def test_customers_pay_for_exactly_what_was_delivered(hub_runs):
    run = hub_runs[0]
    stays, site, arrays = run.scenario.stays, run.scenario.site, run.scenario.arrays
    at_the_meter = (stays.target_kwh - stays.arrival_kwh) / arrays.charge_efficiency[stays.port]
    figures = measure(run)
    assert figures.unmet_kwh == pytest.approx(0.0, abs=1e-6)
    assert figures.money["customer_income"] == pytest.approx(
        site.tariff.customer_price_per_kwh * at_the_meter.sum()
    )
    assert figures.delivered_kwh == pytest.approx(figures.asked_kwh)
    assert figures.satisfied_share == 1.0
    assert figures.fairness == pytest.approx(1.0)


def test_who_gets_nothing_is_counted_as_unmet(idle, site):
    ports = {"ports": [{"count": 2, "power_kw": 11.0}]}
    scenario = build_scenario(site(**ports), start=date(2024, 6, 3), days=2)
    assert len(scenario.stays) > 0
    figures = measure(idle(scenario))
    asked = (scenario.stays.target_kwh - scenario.stays.arrival_kwh).sum()
    assert figures.unmet_kwh == pytest.approx(asked)
    assert figures.unmet_share == 1.0
    assert figures.satisfied_share == pytest.approx(
        (scenario.stays.target_kwh <= scenario.stays.arrival_kwh).mean()
    )
    assert figures.delivered_kwh == 0.0
    assert figures.cost_per_kwh is None
    assert figures.fairness is None


def test_an_excess_over_a_limit_is_counted_in_steps_and_energy(hub_runs):
    run = hub_runs[0]
    assert measure(run).violations == 0
    power = run.flows.limit_kw.copy()
    power[3, 0] = run.scenario.arrays.import_limit_kw[0] + 2.0
    power[5, -1] = -run.scenario.arrays.export_limit_kw[-1] - 4.0
    figures = measure(replace(run, flows=run.flows._replace(limit_kw=power)))
    assert figures.violations == 2
    assert figures.violation_kwh == pytest.approx(6.0 * run.scenario.arrays.dt_h)


def test_curtailed_and_used_sun_add_up_to_what_shone(hub_runs):
    for run in hub_runs:
        figures = measure(run)
        shone = run.scenario.solar_kw.sum() * run.scenario.arrays.dt_h
        assert figures.solar_used_kwh + figures.solar_curtailed_kwh == pytest.approx(shone)


def test_a_value_that_is_no_number_is_refused_with_its_time(hub_runs):
    run = hub_runs[0]
    broken = run.flows.import_kw.copy()
    broken[7] = np.nan
    with pytest.raises(InputError, match="uncontrolled") as caught:
        measure(replace(run, flows=run.flows._replace(import_kw=broken)))
    assert str(run.scenario.times[7]) in caught.value.where


def test_jain_index_is_one_for_equal_shares_and_one_nth_for_a_single_winner():
    assert jain_index(np.full(7, 0.3)) == pytest.approx(1.0)
    assert jain_index(np.array([0.0, 0.0, 0.9, 0.0])) == pytest.approx(0.25)
    assert jain_index(np.zeros(3)) is None
    assert jain_index(np.zeros(0)) is None


def test_stress_is_found_again_from_its_loss():
    stress = np.array([0.0, 1e-7, 1e-4, 1e-2, 0.5])
    assert stress_of_loss(np.asarray(capacity_loss(stress), np.float64)) == pytest.approx(
        stress, rel=1e-3, abs=1e-9
    )


def test_a_first_year_wears_more_than_a_day_and_less_than_365_of_them(hub_runs):
    run = hub_runs[1]
    assert run.health is not None
    day = np.asarray(run.health.xu_loss)[run.scenario.arrays.port_count :]
    also = np.asarray(run.health.schmalstieg_loss)[run.scenario.arrays.port_count :]
    wear = first_year_losses(run)
    assert (wear.cycles > 0.5).all()
    assert ((wear.xu > day) & (wear.xu < 365 * day)).all()
    assert ((wear.schmalstieg > also * 365**0.5 * 0.99) & (wear.schmalstieg < also * 365**0.75 * 1.01)).all()


def test_storages_without_kept_health_have_no_cycles(hub_runs):
    figures = measure(replace(hub_runs[1], health=None))
    assert figures.storage_cycles is None
    assert figures.storage_loss_xu is None

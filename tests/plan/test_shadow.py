"""Shadow prices are what a further kWh saves: solving again with one more says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wattswarm.outlook.outlook import hindsight
from wattswarm.plan.linear.program import build_program
from wattswarm.plan.linear.shadow import shadow_prices
from wattswarm.plan.linear.solver import Solver
from wattswarm.tasks import pool_scenario


def test_stored_energy_is_worth_what_a_further_kwh_at_the_start_saves() -> None:
    scenario = pool_scenario(start=date(2024, 3, 4), days=1, seed=3)
    arrays, tariff = scenario.arrays, scenario.site.tariff
    middle = arrays.storage_floor_kwh + 0.37 * (arrays.storage_ceiling_kwh - arrays.storage_floor_kwh)
    outlook = replace(hindsight(scenario), storage_kwh=middle)
    shadow = shadow_prices(outlook, arrays, tariff, Solver())
    for storage in range(arrays.storage_count):
        more = middle.copy()
        more[storage] += 0.01
        costs = [
            Solver().solve(build_program(replace(outlook, storage_kwh=kwh), arrays, tariff)).cost
            for kwh in (middle, more)
        ]
        # A kWh there before the first step is a kWh there after it.
        assert shadow.stored[0, storage] == pytest.approx((costs[0] - costs[1]) / 0.01, rel=1e-4)
    assert (shadow.stored > 0).any()


def test_used_energy_is_worth_something_between_the_prices_of_export_and_import() -> None:
    scenario = pool_scenario(start=date(2024, 3, 4), days=1, seed=3)
    shadow = shadow_prices(hindsight(scenario), scenario.arrays, scenario.site.tariff, Solver())
    assert (shadow.used >= scenario.export_price - 1e-9).all()
    assert (shadow.used <= scenario.import_price + 1e-9).all()
    assert np.ptp(shadow.used / scenario.import_price) > 0.05


def test_the_plan_is_that_of_the_program() -> None:
    scenario = pool_scenario(start=date(2024, 3, 4), days=1, seed=3)
    outlook = hindsight(scenario)
    shadow = shadow_prices(outlook, scenario.arrays, scenario.site.tariff, Solver())
    program = build_program(outlook, scenario.arrays, scenario.site.tariff)
    power, _, defer = program.requests(Solver().solve(program).x, 24, scenario.arrays.storage_count)
    inside = np.diff(shadow.energy_kwh, axis=0)
    gained = np.where(power > 0, power * 0.95, power / 0.95)[1:]
    assert inside == pytest.approx(gained, abs=1e-6)
    assert shadow.deferred_kwh == pytest.approx(defer)
    assert defer.max() > 0

"""What the study reads off a run: energy and money that add up, and nothing served late."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.papers.p002_pool.judging import score, station_need_kwh
from wattswarm.tasks import pool_scenario


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    scenario = pool_scenario(start=date(2023, 6, 5), days=3, seed=1)
    return simulate(scenario, [rule("uncontrolled"), rule("every-threshold")])


def test_the_needs_of_stations_add_up_to_what_the_grid_gave_and_took(runs: list[Run]) -> None:
    for run in runs:
        need = station_need_kwh(run).sum(axis=1)
        np.testing.assert_allclose(need, run.flows.import_kw - run.flows.export_kw, atol=1e-6)


def test_what_the_pool_buys_and_sells_is_what_crosses_the_grid_connection(runs: list[Run]) -> None:
    for run in runs:
        told = score(run)
        assert told.bought_kwh == pytest.approx(float(run.flows.import_kw.sum()), rel=1e-9)
        assert told.sold_kwh == pytest.approx(float(run.flows.export_kw.sum()), abs=1e-6)
        assert told.profit == pytest.approx(run.profit, rel=1e-12)


def test_trade_never_costs_and_pays_the_spread_of_every_shared_kwh(runs: list[Run]) -> None:
    for run in runs:
        told = score(run)
        spread = run.scenario.import_price - run.scenario.export_price
        assert told.shared_kwh > 0
        assert 0 < told.profit - told.alone <= told.shared_kwh * spread.max() + 1e-9


def test_urgent_demand_is_served_at_once_and_idle_storages_do_not_cycle(runs: list[Run]) -> None:
    assert [score(run).unserved_kwh for run in runs] == [0.0, 0.0]
    assert score(runs[0]).cycled_kwh == 0.0 < score(runs[1]).cycled_kwh

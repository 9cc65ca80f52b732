"""A night's outcome by hand, and what is known of it when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.papers.p003_fusion.design import HOME
from wattswarm.papers.p003_fusion.layers.beliefs import layer
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.outcome import night_of, reduction, share_met
from wattswarm.papers.p003_fusion.layers.places import HISTORY, Place, PublishedPlace, records, weighing
from wattswarm.tasks.fleet.site import fleet_load, fleet_scenario


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(fleet_scenario(6, start=date(2024, 5, 31)), [rule("uncontrolled")])[0]


def test_the_objective_is_the_sites_loss_beside_its_households(run: Run) -> None:
    night, scenario = night_of(run), run.scenario
    households = float(scenario.import_price @ scenario.base_kw.sum(axis=1))
    assert night.objective(0.3) == pytest.approx(-run.profit - households)
    assert night.difference_kw == pytest.approx(night.highest_kw - night.lowest_kw)
    assert night.vehicles == 6
    assert share_met([night]) == 1.0
    assert reduction([night], [replace(night, cost=2 * night.cost)], "cost") == pytest.approx(0.5)


def test_waiting_is_the_hours_of_charging_where_nobody_waits(run: Run) -> None:
    stays = run.scenario.stays
    need = (stays.target_kwh - stays.arrival_kwh) / (0.95 * 7.2)
    assert night_of(run).waiting_h == pytest.approx(np.ceil(need - 1e-9).mean())


def test_only_the_operators_price_knows_the_price_of_the_difference() -> None:
    day, other = date(2025, 7, 1), Place(weights=weighing(1.0))
    assert Game("lear", 0.4).file(HOME, day) == Game("lear", 0.4).file(other, day)
    assert Game("lear").file(HOME, day) != Game("lear").file(other, day)
    assert Game("lear").file(HOME, day) != Game("lear", 0.4).file(HOME, day)


def test_by_the_exchanges_rule_the_night_is_known_from_one_o_clock() -> None:
    day, there = date(2025, 7, 1), records(None)
    told, hidden = (place.day(day, there) for place in (PublishedPlace(), HOME))
    assert told.known_until.tolist() == [12, *[24] * 23]
    assert hidden.known_until.tolist() == list(range(1, 25))
    np.testing.assert_array_equal(told.market, hidden.market)
    assert Game("lear").file(PublishedPlace(), day) != Game("lear").file(HOME, day)


def test_a_night_is_forecast_by_what_was_fitted_before_its_month() -> None:
    there = layer(records(None), None, quick=True)
    assert there.prices.learned(date(2025, 7, 17)) == (HISTORY, date(2025, 7, 1))
    assert there.prices.record.steps == there.load.record.steps


def test_more_history_leaves_the_load_of_the_nights_alone() -> None:
    load, alone = records(None).load, fleet_load(date(2024, 1, 1), 366)
    inside = (load.times >= alone.times[0]) & (load.times <= alone.times[-1])
    np.testing.assert_array_equal(load.values[inside], alone.values)
    assert (np.diff(load.times) == np.timedelta64(1, "h")).all()

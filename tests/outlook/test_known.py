"""What is known ends where it must: no array reaches into what lies ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.outlook.known import Knowledge, Known, known_of
from wattswarm.tasks.fleet.site import fleet_scenario
from wattswarm.world import Scenario, View, look, reveal, start

AT = 5


@pytest.fixture(scope="module")
def night() -> Scenario:
    return fleet_scenario(6, start=date(2024, 5, 31))


def seen(scenario: Scenario, at: int) -> View:
    """Return the view of a step that nothing has happened before."""
    world, exogenous = scenario.world(), scenario.timeline().at(jnp.asarray(at))
    return look(world, reveal(world, start(world), exogenous), exogenous)


@pytest.fixture(scope="module")
def known(night: Scenario) -> Known:
    return Knowledge(night).at(AT, seen(night, AT))


def test_the_past_ends_now_and_prices_end_where_they_are_published(night: Scenario, known: Known) -> None:
    np.testing.assert_array_equal(known.past.market[-1], night.market[AT])
    np.testing.assert_array_equal(known.past.base_kw[-AT - 1 :], night.base_kw[: AT + 1])
    np.testing.assert_array_equal(known.published, night.market[AT : night.known_until[AT]])
    assert known.times[0] == night.times[AT]
    assert len(known.times) == night.steps - AT


def test_who_is_plugged_in_is_known_and_who_comes_is_only_expected(night: Scenario, known: Known) -> None:
    stays = night.stays
    here = (stays.begin <= AT) & (stays.end > AT)
    assert known.stays.port.tolist() == stays.port[here].tolist()
    assert known.stays.end.tolist() == (stays.end[here] - AT).tolist()
    assert known.arrivals is not None
    assert not np.isin(known.arrivals.port, stays.port[stays.begin <= AT]).any()


def test_no_array_is_a_view_of_what_happens_later(night: Scenario, known: Known) -> None:
    truth = (night.market, night.base_kw, night.solar_kw, night.stays.target_kwh)
    for values in (known.published, known.past.table, *vars(known.stays).values()):
        base: Any = values
        while base is not None:
            assert len(base) < len(night.with_history["market"])
            assert not any(np.shares_memory(base, each) for each in truth)
            base = base.base
    assert not np.shares_memory(known.times, night.times)


def test_a_planner_that_is_told_nothing_says_how_to_run_it(night: Scenario) -> None:
    with pytest.raises(TypeError, match="simulate"):
        known_of(seen(night, AT))

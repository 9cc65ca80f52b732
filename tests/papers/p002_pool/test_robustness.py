"""Disturbances of the test months: named before any is laid out, each changing what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wattswarm.evaluate.regions import Region, generated
from wattswarm.evaluate.split import Split
from wattswarm.papers.p002_pool.robustness import disturbances


@pytest.fixture
def region() -> Region:
    split = Split(training=(), validation=(), test=("2024-02",), shock=("2023-03",))
    return replace(generated(), split=split)


def test_asking_for_the_names_or_for_one_disturbance_lays_out_no_other(region: Region) -> None:
    ways = disturbances(region)
    assert {"days in another order", "shock month"} < set(ways)
    assert vars(region).keys().isdisjoint({"test", "shock"})
    assert ways["shock month"]() is region.shock
    assert "test" not in vars(region)


def test_a_region_without_a_shock_has_no_shock_month(region: Region) -> None:
    calm = replace(region, split=replace(region.split, shock=()))
    assert "shock month" not in disturbances(calm)


def test_a_factor_of_1_leaves_the_test_months_as_they_are_and_others_do_not(region: Region) -> None:
    ways = disturbances(region)
    assert ways["spread of demand and sun x 1"]() is region.test
    assert not np.array_equal(ways["spread of demand and sun x 2"]()[0].solar_kw, region.test[0].solar_kw)


def test_days_in_another_order_have_the_same_prices_and_come_out_the_same_again(region: Region) -> None:
    reordered = disturbances(region)["days in another order"]()[0].market
    usual = region.test[0].market
    assert not np.array_equal(reordered, usual)
    np.testing.assert_array_equal(np.sort(reordered), np.sort(usual))
    np.testing.assert_array_equal(reordered, disturbances(region)["days in another order"]()[0].market)

"""Regions: months of one role only, whole scenarios, records that are named when they are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.evaluate.regions import Region, east, generated, west
from wattswarm.evaluate.split import Split, month_days, weeks
from wattswarm.market import Regime
from wattswarm.tasks.pool.task import literal_pool, sound_pool
from wattswarm.world import Scenario


@cache
def made_up() -> Region:
    return replace(generated(), every_days=16)


def spans(scenarios: tuple[Scenario, ...]) -> list[tuple[np.datetime64, np.datetime64]]:
    return [(each.times[0], each.times[-1]) for each in scenarios]


def roles(region: Region) -> list[tuple[Scenario, ...]]:
    return [region.training, region.validation, region.test, region.shock]


def apart(groups: list[tuple[Scenario, ...]]) -> bool:
    """Whether no hour is in two groups."""
    return all(
        end < begin or last < first
        for one, other in combinations(map(spans, groups), 2)
        for first, end in one
        for begin, last in other
    )


def test_no_hour_trains_and_judges() -> None:
    region = made_up()
    assert apart(roles(region))
    assert not apart([region.training, region.training[3:4]])


def test_a_month_with_two_roles_is_refused() -> None:
    with pytest.raises(InputError, match="two roles"):
        Split(training=("2018-01", "2018-02"), validation=(), test=("2018-02",))


def test_training_is_weeks_of_168_hours_that_make_one_task() -> None:
    region = made_up()
    task = sound_pool(region.training)
    assert task.setting.count == len(region.training) == 32
    assert task.setting.steps == 168
    assert len({each.times[0] for each in region.training}) == len(region.training)


def test_judged_are_whole_months_of_every_season_with_four_weeks_before_them() -> None:
    region = made_up()
    months = [each.times[0].astype("datetime64[M]").astype(int) % 12 for each in region.test]
    assert {month // 3 for month in months} == {0, 1, 2, 3}
    for month, scenario in zip(region.split.test, region.test, strict=True):
        assert scenario.steps == 24 * month_days(month)[1]
        assert scenario.history is not None
        assert np.isfinite(scenario.history.market).all()
        assert len(scenario.history.market) == 28 * 24


def test_stations_differ_and_a_literal_pool_can_be_made() -> None:
    region = made_up()
    arrays = region.test[0].arrays
    assert len(set(arrays.storage_capacity_kwh)) == len(set(arrays.solar_peak_kw)) == 3
    assert arrays.charge_kw.tolist() == (arrays.storage_capacity_kwh / 2).tolist()
    free = replace(region, power_per_kwh=1.0)
    assert literal_pool([free.scenario(*month_days("2024-02"))]).setting.count == 1


def test_episodes_differ_in_demand_and_repeat_with_the_seed() -> None:
    region = made_up()
    again, other = generated(), generated(seed=1)
    first, second = region.training[0], region.training[1]
    assert not np.array_equal(first.regular_kwh, second.regular_kwh)
    start = month_days("2023-02")[0]
    np.testing.assert_array_equal(first.regular_kwh, again.scenario(start, 7).regular_kwh)
    assert not np.array_equal(first.market, other.scenario(start, 7).market)


def test_weeks_lie_within_their_month_and_start_on_different_weekdays() -> None:
    starts = weeks("2024-02", 3)
    assert (starts[0].day, starts[-1].day) == (1, 22)
    assert len({start.weekday() for start in starts}) == 7
    assert all(start.month == 2 for start in starts)


@pytest.mark.parametrize("make", [east, west])
def test_a_missing_record_is_named(make: Callable[[Path], Region], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is missing(.|\n)*\.parquet"):
        make(tmp_path)


@pytest.mark.parametrize("make", [east, west])
def test_real_regions_keep_roles_apart_and_the_shock_out(
    make: Callable[[Path], Region], real_data: Path
) -> None:
    region = replace(make(real_data), every_days=24, regime=Regime.RT)
    assert apart(roles(region))
    assert len(region.training) >= 20
    assert {each.steps for each in region.training} == {168}
    for scenario in (*region.test, *region.validation, *region.shock):
        assert scenario.history is not None
        assert scenario.regime is Regime.RT
        assert scenario.site.currency == "USD"
    dearest = max(float(each.market.mean()) for each in (*region.test, *region.training))
    assert float(region.shock[0].market.std()) > float(region.test[0].market.std())
    assert (float(region.shock[0].market.mean()) > dearest) or region.name == "East"


def test_the_storm_of_the_west_enters_no_other_months_history(real_data: Path) -> None:
    region = replace(west(real_data), every_days=24)
    others = (*region.training, *region.validation, *region.test)
    assert float(region.shock[0].market.max()) > 8.9
    assert max(float(np.nanmax(each.with_history["market"])) for each in others) < 3.0


def test_the_suns_holes_are_counted_in_the_sources(real_data: Path) -> None:
    sources = " ".join(west(real_data).month("2022-02").sources)
    assert "holes: 2910 intervals filled" in sources
    assert "9 years earlier" in sources

"""Features say what they are, reach no further back than told, and follow the local calendar."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest
from tests.forecast.conftest import hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.features.almanac import COLUMNS, almanac, country_of
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.rows import Features, design
from wattswarm.forecast.models.baselines import repeat
from wattswarm.forecast.record import Record


def lay(
    record: Record, origins: np.ndarray, steps: int, features: Features
) -> tuple[np.ndarray, dict[str, int]]:
    history = History(record, origins, steps)
    found = design(history, features, np.zeros((len(origins), steps)))
    return found.values, {told: number for number, told in enumerate(found.names)}


def test_each_feature_is_the_value_of_its_name() -> None:
    record = with_columns(hourly(40), late=6)
    values, load, sun = record.target.values, record.covariates[0].values, record.covariates[1].values
    origins, steps = np.array([500, 700]), 24
    found, at = lay(record, origins, steps, Features())
    ahead = origins[:, None] + np.arange(steps)
    ones = np.ones(steps)
    expected = {
        "value 3 back (before the origin)": values[origins - 3][:, None] * ones,
        "same time, day 2 (before the origin)": values[ahead - 48],
        "same time, week 2 (before the origin)": values[ahead - 336],
        "same time -2, day 1 (before the origin)": values[ahead - 26],
        "change, day 1 (before the origin)": values[ahead - 24] - values[origins - 25][:, None],
        "load, latest 1 (6 steps after the target)": load[origins - 7][:, None] * ones,
        "sun (beforehand)": sun[ahead],
        "steps ahead (always)": np.arange(steps) * np.ones((2, 1)),
    }
    for name, right in expected.items():
        np.testing.assert_array_equal(found[..., at[name]], right, err_msg=name)
    late = found[..., at["load, day 1 (6 steps after the target)"]]
    np.testing.assert_array_equal(late[:, :18], load[ahead - 24][:, :18])
    np.testing.assert_array_equal(late[:, 18:], load[ahead - 48][:, 18:])


def test_levels_are_told_from_the_naive_forecast_and_changes_and_the_calendar_are_not() -> None:
    record = hourly(40)
    history = History(record, np.array([500]), 24)
    naive = repeat("naive-day", history)
    plain, relative = design(history, Features(), 0 * naive), design(history, Features(), naive)
    moved = np.array([told.split()[0] in ("value", "same", "mean", "min", "max") for told in plain.names])
    np.testing.assert_allclose(relative.values[..., moved], plain.values[..., moved] - naive[..., None])
    np.testing.assert_array_equal(relative.values[..., ~moved], plain.values[..., ~moved])


@pytest.mark.parametrize("steps", [1, 24])
@pytest.mark.parametrize("features", [Features(), Features(weeks=(), profile=3, windows_h=(2,))])
def test_a_forecast_needs_just_the_steps_that_its_reach_tells(features: Features, steps: int) -> None:
    record = hourly(40)
    reach = features.reach(record)
    lay(record, np.array([reach]), steps, features)
    with pytest.raises(InputError, match="too little history before an origin"):
        lay(record, np.array([reach - 30]), steps, features)


def test_the_rows_of_two_years_of_quarter_hours_are_laid_out_quickly() -> None:
    record = hourly(731, step_s=900)
    reach = Features().reach(record)
    begun = time.process_time()
    found, _ = lay(record, np.arange(reach, record.steps), 1, Features())
    assert found.shape[0] > 68_000
    assert time.process_time() - begun < 2.0


def test_the_calendar_is_that_of_the_local_clock_and_of_the_country_of_its_zone() -> None:
    record = hourly(300)
    told = dict(zip(COLUMNS, almanac(record.target, 0, 7200).T, strict=True))
    independence = (date(2025, 8, 15) - date(2025, 1, 1)).days * 24
    assert told["hour"][0] == 0.0
    assert told["weekday"][0] == 2
    for name, day in (("holiday", 0), ("holiday tomorrow", -1), ("holiday yesterday", 1)):
        assert told[name][independence + 24 * day : independence + 24 * day + 24].all()
        assert not told[name][5 * 24 : 12 * 24].any()
    assert not almanac(record.target, 0, 7200, "")[:, 2:5].any()


def test_the_country_is_read_from_the_zone_and_an_unknown_one_is_refused() -> None:
    assert [country_of(zone) for zone in ("Asia/Kolkata", "Europe/Amsterdam", "UTC")] == ["IN", "NL", ""]
    with pytest.raises(InputError, match="no calendar of public holidays"):
        almanac(hourly(2).target, 0, 24, "QQ")

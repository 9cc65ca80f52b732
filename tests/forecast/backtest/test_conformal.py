"""Calibrated bands hold what they say on exchangeable errors, and never cross."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.backtest.conformal import FEWEST, learn_margins, widen
from wattswarm.forecast.contract import LEVELS, Forecast
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.record import Record

STEP_S = 3600


def _record(values: np.ndarray) -> Record:
    times = np.datetime64("2024-01-01", "s") + np.arange(len(values)) * np.timedelta64(STEP_S, "s")
    return Record(Series("price", "EUR/kWh", times, values, STEP_S, "UTC"))


def _forecasts(origins: np.ndarray, steps: int, quantiles: bool) -> Forecast:
    mean = np.zeros((len(origins), steps))
    # Bands of a model that is far too sure of itself.
    offsets = np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    return Forecast(origins, mean, mean[..., None] + offsets if quantiles else None)


@pytest.mark.parametrize("quantiles", [False, True])
def test_bands_hold_what_they_say_on_exchangeable_errors(quantiles: bool) -> None:
    steps, tests = 2, 4000
    rng = np.random.default_rng(0)
    hits = {0.5: 0, 0.9: 0}
    for _ in range(tests // 50):
        record = _record(rng.gamma(2.0, size=2 * 100))
        origins = np.arange(0, 200, steps)
        chosen = rng.permutation(100)
        past = _forecasts(origins[chosen[:50]], steps, quantiles)
        fresh = _forecasts(origins[chosen[50:]], steps, quantiles)
        told = widen(record, fresh, learn_margins(record, past)).quantiles
        assert told is not None
        truth = outcomes(record, fresh.origins, steps)[:, 0]
        for share, (low, high) in {0.5: (1, 3), 0.9: (0, 4)}.items():
            hits[share] += int(np.sum((told[:, 0, low] <= truth) & (truth <= told[:, 0, high])))
    for share, count in hits.items():
        # 50 tests share one calibration of 50: their spread is twice that of independent ones.
        low, high = stats.betabinom.interval(0.9999, tests, tests // 2 * share, tests // 2 * (1 - share))
        assert low <= count
        # No more than the step to the next rank above what was promised.
        assert count <= high + tests * 2 / 51


def test_each_lead_step_gets_margins_of_its_own_errors() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(60, 2)) * np.array([1.0, 10.0])
    record = _record(values.ravel())
    past = _forecasts(np.arange(0, 120, 2), 2, quantiles=False)
    told = widen(record, past, learn_margins(record, past)).quantiles
    assert told is not None
    width = (told[..., 4] - told[..., 0]).mean(axis=0)
    assert width[1] > 5 * width[0]


def test_hours_of_the_day_can_be_kept_apart() -> None:
    rng = np.random.default_rng(2)
    hour = np.arange(24 * 40) % 24
    record = _record(rng.normal(size=len(hour)) * np.where(hour == 0, 10.0, 1.0))
    past = _forecasts(np.arange(len(hour)), 1, quantiles=False)
    told = widen(record, past, learn_margins(record, past, hourly=True)).quantiles
    assert told is not None
    width = told[:, 0, 4] - told[:, 0, 0]
    assert width[hour == 0].min() > 3 * width[hour != 0].max()


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_quantiles_never_cross_and_the_mean_stays(seed: int, quantiles: bool) -> None:
    rng = np.random.default_rng(seed)
    record = _record(rng.standard_t(1.5, size=60))
    origins = np.arange(0, 60, 2)
    mean = rng.normal(size=(30, 2))
    # A model whose own quantiles cross.
    crossing = rng.normal(size=(30, 2, len(LEVELS))) if quantiles else None
    past = Forecast(origins, mean, crossing)
    told = widen(record, past, learn_margins(record, past))
    assert told.quantiles is not None
    assert np.all(np.diff(told.quantiles, axis=-1) >= 0.0)
    np.testing.assert_array_equal(told.mean, mean)


def test_too_few_errors_are_refused() -> None:
    record = _record(np.arange(40.0))
    with pytest.raises(InputError, match="too short"):
        learn_margins(record, _forecasts(np.arange(FEWEST - 1), 1, quantiles=False))


def test_margins_of_other_forecasts_are_refused() -> None:
    record = _record(np.random.default_rng(3).normal(size=80))
    origins = np.arange(30)
    margins = learn_margins(record, _forecasts(origins, 1, quantiles=True))
    with pytest.raises(InputError, match="not learned for these"):
        widen(record, _forecasts(origins, 1, quantiles=False), margins)
    with pytest.raises(InputError, match="not learned for these"):
        widen(record, _forecasts(origins, 2, quantiles=True), margins)


def test_bands_by_the_hour_reach_beyond_the_end_of_the_record() -> None:
    # The night hour errs by ten, all others by one: what follows the end has the margins of its own hour.
    hours = np.arange(40 * 24) % 24
    record = _record(np.where(hours == 3, 10.0, 1.0) * np.random.default_rng(0).choice([-1, 1], 40 * 24))
    origins = np.arange(24, 40 * 24)
    margins = learn_margins(record, _forecasts(origins, 1, quantiles=False), hourly=True)
    for end, far in ((40 * 24, 1.0), (39 * 24 + 3, 10.0)):
        told = widen(record.until(end), _forecasts(np.array([end]), 1, quantiles=False), margins).quantiles
        assert told is not None
        np.testing.assert_allclose(told[0, 0, [0, -1]], [-far, far])

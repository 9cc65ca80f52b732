"""ARIMA recovers a process it can express, and its filter forecasts as the library does, from any origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX
from tests.forecast.conftest import assert_no_leak, hourly

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead, next_day, one_step
from wattswarm.forecast.models.arima import Arima, ArimaModel
from wattswarm.forecast.record import Record


def autoregression(steps: int = 3000, slope: float = 0.9, level: float = 5.0) -> Record:
    record = hourly(steps // 24)
    values = np.full(record.steps, level)
    shocks = np.random.default_rng(3).normal(0, 1, record.steps)
    for step in range(1, record.steps):
        values[step] = level + slope * (values[step - 1] - level) + shocks[step]
    return Record(replace(record.target, values=values))


def test_it_looks_only_back() -> None:
    record = hourly(30)
    for ask in (one_step(), day_ahead(record)):
        assert_no_leak(Arima(), record, ask)


def test_it_finds_the_slope_and_the_level_of_an_autoregression() -> None:
    record = autoregression()
    model = Arima(autoregressive=1, moving=0).fit(record, next_day(record))
    assert model.coefficients[0] == pytest.approx(0.9, abs=0.03)
    assert model.mean == pytest.approx(5.0, abs=0.5)
    told = model.predict(record, np.array([2000])).mean[0]
    last = record.target.values[1999]
    expected = model.mean + model.coefficients[0] ** np.arange(1, 25) * (last - model.mean)
    np.testing.assert_allclose(told, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("order", "seasonal"), [((2, 0, 1), (0, 0, 0)), ((3, 1, 2), (0, 0, 0)), ((1, 0, 0), (1, 1, 0))]
)
def test_each_origin_is_forecast_as_by_the_library_from_all_values_before_it(
    order: tuple[int, int, int], seasonal: tuple[int, int, int]
) -> None:
    record = hourly(25)
    coefficients = np.array([0.5, 0.2, -0.1, 0.3, 0.1, 1.0][: sum(order)] + [0.4] * seasonal[0] + [1.0])
    model = ArimaModel(order, (*seasonal, 12 * any(seasonal)), coefficients, 4.0, 24, 2000)
    origins = np.array([450, 500, 600])
    told = model.predict(record, origins).mean
    for row, origin in enumerate(origins):
        values = record.target.values[:origin] - model.mean
        library = SARIMAX(values, order=order, seasonal_order=model.season)
        expected = library.filter(model.coefficients).forecast(24) + model.mean
        np.testing.assert_allclose(told[row], expected, rtol=1e-6, atol=1e-8)


def test_the_filter_has_settled_after_the_values_it_is_given() -> None:
    record = autoregression()
    model = Arima().fit(record, one_step())
    origins = np.arange(2800, 2900)
    brief = replace(model, settle=300).predict(record, origins).mean
    np.testing.assert_allclose(model.predict(record, origins).mean, brief, rtol=1e-8)


def test_an_origin_with_too_little_before_it_and_a_constant_record_are_refused() -> None:
    record = hourly(30)
    model = Arima().fit(record, one_step())
    with pytest.raises(InputError, match="too little history before an origin"):
        model.predict(record, np.array([20]))
    with pytest.raises(InputError, match="never changes"):
        Arima().fit(Record(replace(record.target, values=np.ones(record.steps))), one_step())

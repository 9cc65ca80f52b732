"""Boosted trees look only back, beat the naive forecast they correct, and tell quantiles in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead, next_day, one_step
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.models.baselines import Naive
from wattswarm.forecast.models.boosting import Boosting
from wattswarm.forecast.registry import forecaster


def small(**changes: Any) -> Boosting:
    return Boosting(**{"trees": 30, "leaves": 7, "least": 10, "rate": 0.1, "threads": 1, **changes})


@pytest.mark.parametrize("ask", ["one step", "path", "day ahead"])
def test_boosting_looks_only_back(ask: str) -> None:
    record = with_columns(hourly(50))
    asked = {"one step": one_step(), "path": next_day(record), "day ahead": day_ahead(record)}[ask]
    assert_no_leak(small(quantiles=ask == "day ahead", most=3000), record, asked)


def test_a_column_declared_beforehand_that_is_published_with_the_price_is_caught() -> None:
    record = with_columns(hourly(50), late=0)
    load, sun = record.covariates
    wrong = replace(record, covariates=(replace(load, known="beforehand"), sun))
    with pytest.raises(AssertionError, match="boosting looks ahead"):
        assert_no_leak(small(), wrong, one_step(), truth=record)


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_it_beats_what_it_corrects(loss: str) -> None:
    record = with_columns(hourly(80))
    train, ask = record.until(60 * 24), day_ahead(record)
    origins = ask.origins(record, 60 * 24)
    truth = outcomes(record, origins, 24)
    error = [
        np.abs(each.fit(train, ask).predict(record, origins).mean - truth).mean()
        for each in (small(loss=loss), Naive("naive-day"))
    ]
    assert error[0] < 0.75 * error[1]


def test_quantiles_never_cross_and_the_middle_half_holds_about_half() -> None:
    record = hourly(120)
    train, ask = record.until(90 * 24), one_step()
    origins = ask.origins(record, 90 * 24)
    told = small(quantiles=True).fit(train, ask).predict(record, origins).quantiles
    assert told is not None
    assert told.shape == (len(origins), 1, 5)
    assert (np.diff(told, axis=-1) >= 0).all()
    truth = outcomes(record, origins, 1)
    inside = ((told[..., 1] <= truth) & (truth <= told[..., 3])).mean()
    assert 0.35 < inside < 0.65


def test_the_seed_decides_and_a_long_path_is_forecast_in_parts_as_in_one() -> None:
    record = hourly(40)
    ask = next_day(record)
    one, again, other = (small(most=3000).fit(record, ask, seed=seed) for seed in (3, 3, 4))
    origins = np.arange(record.steps - 30, record.steps + 1)
    together = one.predict(record, origins).mean
    np.testing.assert_array_equal(together, again.predict(record, origins).mean)
    assert (together != other.predict(record, origins).mean).any()
    apart = np.concatenate([one.predict(record, origins[k : k + 1]).mean for k in range(len(origins))])
    np.testing.assert_array_equal(together, apart)


def test_a_record_with_other_columns_than_learned_from_is_refused_by_name() -> None:
    record = with_columns(hourly(40))
    model = small().fit(record, one_step())
    with pytest.raises(InputError, match="columns are not those the model") as refused:
        model.predict(replace(record, covariates=record.covariates[:1]), np.array([900]))
    assert "sun (beforehand)" in str(refused.value)


def test_both_losses_are_on_offer_by_name() -> None:
    assert forecaster("boosting", trees=5) == Boosting(trees=5)
    assert forecaster("boosting-l1", trees=5) == Boosting(loss="absolute", trees=5)
    with pytest.raises(InputError, match="no such setting"):
        forecaster("boosting", tres=5)

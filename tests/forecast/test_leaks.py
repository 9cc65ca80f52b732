"""The generic leak test catches every leak that is planted, and a split by chance is shown to be one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import lightgbm
import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly

from wattswarm.forecast.ask import Ask, Origins, next_day, one_step
from wattswarm.forecast.backtest.measures import mae
from wattswarm.forecast.backtest.rolling import Span, backtest
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.features.rows import Features, design
from wattswarm.forecast.models.baselines import Naive, repeat
from wattswarm.forecast.record import Covariate, Record
from wattswarm.forecast.registry import forecaster


@dataclass(frozen=True)
class Planted:
    """A forecaster of the next step that cheats, or does not."""

    leak: Literal["none", "smoothing", "window", "column"]
    name: str = "planted"

    def reach(self, record: Record) -> int:  # noqa: ARG002
        return 1

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> Planted:  # noqa: ARG002
        return self

    def predict(self, record: Record, origins: Origins) -> Forecast:
        values = record.target.values
        if self.leak == "smoothing":
            values = np.convolve(values, np.full(5, 0.2), mode="same")
        if self.leak == "window":
            return Forecast(origins, values[origins[:, None] + np.arange(-3, 1)].mean(axis=1, keepdims=True))
        if self.leak == "column":
            history = History(record, origins, 1)
            return Forecast(origins, history.column(record.covariates[0], history.ahead))
        return Forecast(origins, values[origins - 1][:, None])


def test_an_honest_forecaster_passes() -> None:
    assert_no_leak(Planted("none"), hourly(10), one_step())


@pytest.mark.parametrize("leak", ["smoothing", "window"])
def test_a_centred_smoothing_and_a_window_that_reaches_the_origin_are_caught(leak: str) -> None:
    with pytest.raises(AssertionError, match="planted looks ahead"):
        assert_no_leak(Planted(leak), hourly(10), one_step())  # type: ignore[arg-type]


def test_a_column_declared_known_before_it_is_published_is_caught() -> None:
    record = hourly(10)
    volume = Covariate("volume", record.target.values * 3, "beforehand")
    declared = replace(record, covariates=(volume,))
    published = replace(record, covariates=(replace(volume, known="afterwards"),))
    assert_no_leak(Planted("column"), declared, one_step())
    with pytest.raises(AssertionError, match="planted looks ahead"):
        assert_no_leak(Planted("column"), declared, one_step(), truth=published)


def wandering(days: int = 60) -> Record:
    """Return a random walk, of which nothing but its last value can be forecast."""
    record = hourly(days)
    steps = np.random.default_rng(5).normal(0.0, 1.0, record.steps)
    return Record(replace(record.target, values=np.cumsum(steps)))


def skill(record: Record, learned: Origins, judged: Origins) -> float:
    """Return the MAE of trees, trained and judged on some origins, over that of persistence."""
    ask = next_day(record)

    def laid(origins: Origins) -> tuple[np.ndarray, np.ndarray]:
        history = History(record, origins, ask.steps)
        naive = repeat("persistence", history)
        missed = outcomes(record, origins, ask.steps) - naive
        return design(history, Features(), naive).rows, missed.ravel()

    rows, missed = laid(learned)
    settings = {"num_leaves": 31, "num_threads": 1, "verbose": -1, "seed": 0, "deterministic": True}
    trees = lightgbm.train(settings, lightgbm.Dataset(rows, missed, params={"verbose": -1}), 80)
    rows, missed = laid(judged)
    return float(np.mean(np.abs(missed - trees.predict(rows))) / np.mean(np.abs(missed)))


def test_a_random_split_shows_skill_that_no_forecast_can_have_and_a_split_by_time_shows_none() -> None:
    record = wandering()
    origins = np.arange(Features().reach(record), record.steps - 24, 4)
    shuffled = np.random.default_rng(0).permutation(origins)
    cut = round(0.8 * len(origins))
    assert skill(record, np.sort(shuffled[:cut]), shuffled[cut:]) < 0.7
    # By time, with the gap of a path between the last that is learned and the first that is judged.
    late = origins[cut:]
    early = origins[origins + 24 <= late[0]]
    assert skill(record, early, late) > 0.97


def test_the_rolling_origin_shows_no_skill_on_a_walk_that_nothing_can_forecast() -> None:
    record = wandering()
    span = Span(calibrate_from=26 * 24, test_from=48 * 24, end=60 * 24, refit_days=0)
    ask = replace(next_day(record), every=3)
    trees, naive = (
        backtest(each, record, ask, span)
        for each in (forecaster("boosting", trees=60, threads=1, anchor="persistence"), Naive("persistence"))
    )
    assert trees is not None
    assert naive is not None
    assert mae(trees.truth, trees.forecast.mean) > 0.97 * mae(naive.truth, naive.forecast.mean)

"""Candidates are judged by the tail of the record, and never train on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins, one_step
from wattswarm.forecast.forecaster import Forecast, Forecaster
from wattswarm.forecast.record import Record
from wattswarm.forecast.tuning import Allowance, Real, Space, Validation, tune, tune_forecaster

STEPS, FIRST, LOOK_BACK = 960, 800, 24


def record(tail_shift: float = 0.0) -> Record:
    times = np.datetime64("2024-01-01T00:00:00") + np.arange(STEPS) * np.timedelta64(3600, "s")
    values = np.random.default_rng(0).normal(5.0, 1.0, STEPS)
    values[FIRST - LOOK_BACK :] += tail_shift
    return Record(Series("price", "INR/kWh", times, values, 3600, "Asia/Kolkata"))


@dataclass(frozen=True)
class ShareOfLast:
    """Expects a share of the last value and the rest of the mean that it saw in training."""

    share: float
    name: str = "share of last"

    def reach(self, _record: Record) -> int:
        return LOOK_BACK

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> ShareModel:  # noqa: ARG002
        return ShareModel(self.share, float(record.target.values.mean()), record.steps)


@dataclass(frozen=True)
class ShareModel:
    share: float
    mean: float
    trained_on: int
    name: str = "share of last"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        last = record.target.values[origins - 1]
        return Forecast(origins, (self.share * last + (1 - self.share) * self.mean)[:, None])


def validation(tail_shift: float = 0.0, made: list[ShareModel] | None = None) -> Validation:
    def make(share: float) -> Forecaster:
        if made is None:
            return ShareOfLast(share)

        class Watched(ShareOfLast):
            def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> ShareModel:
                made.append(super().fit(record, ask, seed=seed))
                return made[-1]

        return Watched(share)

    return Validation(make, record(tail_shift), one_step(), FIRST)


def test_the_value_is_the_root_mean_square_error_of_every_forecast_of_the_tail() -> None:
    (value,) = next(iter(validation()([{"share": 1.0}]))).values()
    series = record().target.values
    assert value == pytest.approx(np.sqrt(np.mean((series[FIRST:] - series[FIRST - 1 : -1]) ** 2)))


def test_training_ends_a_look_back_before_the_tail_and_does_not_feel_it() -> None:
    plain: list[ShareModel] = []
    shifted: list[ShareModel] = []
    for shift, made in ((0.0, plain), (50.0, shifted)):
        list(validation(shift, made)([{"share": 0.5}, {"share": 0.1}]))
    assert plain == shifted
    assert [model.trained_on for model in plain] == [FIRST - LOOK_BACK] * 2


def test_every_candidate_gets_its_own_value() -> None:
    values = [
        value for each in validation()([{"share": s} for s in (1.0, 0.0, 1.0)]) for value in each.items()
    ]
    assert [place for place, _ in values] == [0, 1, 2]
    assert values[0][1] == values[2][1] > values[1][1]


def test_tuning_finds_that_white_noise_is_not_like_its_last_value() -> None:
    space = Space({"share": Real(-1.0, 1.0)})
    found = tune(validation(), space, method="pelican", allowance=Allowance(trainings=60, together=5))
    assert abs(found.best.settings["share"]) < 0.15


@pytest.mark.parametrize("name", ["persistence", "no-such-model"])
def test_a_forecaster_without_settings_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"nothing to tune|no such forecaster"):
        tune_forecaster(name, record(), one_step())


def test_a_share_that_leaves_nothing_to_train_or_judge_on_is_refused() -> None:
    with pytest.raises(InputError, match="share"):
        tune_forecaster("bilstm", record(), one_step(), share=1.0)

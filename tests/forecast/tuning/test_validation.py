"""Candidates are judged by the tail of the record, and never train on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.forecast.conftest import hourly

from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins, one_step
from wattswarm.forecast.contract import Forecast, Forecaster
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster, settings
from wattswarm.forecast.tuning import (
    Allowance,
    Integer,
    Real,
    Space,
    Trial,
    Validation,
    tunable_names,
    tune,
    tune_forecaster,
    usual_space,
)

STEPS, FIRST, GAP = 960, 800, 24


def record(tail_shift: float = 0.0) -> Record:
    times = np.datetime64("2024-01-01T00:00:00") + np.arange(STEPS) * np.timedelta64(3600, "s")
    values = np.random.default_rng(0).normal(5.0, 1.0, STEPS)
    values[FIRST:] += tail_shift
    return Record(Series("price", "INR/kWh", times, values, 3600, "Asia/Kolkata"))


@dataclass(frozen=True)
class ShareOfLast:
    """Expects a share of the last value and the rest of the mean that it saw in training."""

    share: float
    name: str = "share of last"

    def reach(self, _record: Record) -> int:
        return 1

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


@pytest.mark.parametrize("gap", [0, GAP])
def test_training_ends_where_the_tail_begins_or_a_gap_before_it_and_does_not_feel_it(gap: int) -> None:
    plain: list[ShareModel] = []
    shifted: list[ShareModel] = []
    for shift, made in ((0.0, plain), (50.0, shifted)):
        list(replace(validation(shift, made), gap=gap)([{"share": 0.5}, {"share": 0.1}]))
    assert plain == shifted
    assert [model.trained_on for model in plain] == [FIRST - gap] * 2


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


def test_networks_trained_side_by_side_err_as_those_trained_one_by_one() -> None:
    candidates = [{"rate": 1e-3}, {"rate": 1e-2}]
    make = partial(forecaster, "mlp", layers=1, units=4, look_back=4, epochs=1, batch=64, dropout=0.0)
    alone, together = (Validation(make, hourly(days=16), one_step(), 320, most=most) for most in (1, 4))
    singles, groups = list(alone(candidates)), list(together(candidates))
    assert [sorted(each) for each in singles] == [[0], [1]]
    assert [sorted(each) for each in groups] == [[0, 1]]
    values = {at: value for each in singles for at, value in each.items()}
    assert values[0] != values[1]
    assert groups[0] == pytest.approx(values, rel=1e-4)


def test_one_call_tunes_a_forecaster_of_the_registry_and_goes_on_from_its_file(tmp_path: Path) -> None:
    space = Space({"trees": Integer(1, 60, log=True), "rate": Real(0.05, 0.5, log=True)})
    fixed = {"threads": 1, "leaves": 7}
    call = partial(
        tune_forecaster, "boosting", ask=one_step(), allowance=Allowance(6, 4), space=space, fixed=fixed
    )
    path = tmp_path / "trials.jsonl"
    told: list[Trial] = []
    tuning = call(hourly(days=40), path=path, progress=told.append)
    assert [trial.settings for trial in told] == [trial.settings for trial in tuning.trials]
    assert tuning.best.value < 0.9 * max(trial.value for trial in tuning.trials)
    forecaster("boosting", **fixed, **tuning.best.settings)
    assert call(hourly(days=40), path=path, progress=told.append).trials == tuning.trials
    assert len(told) == 6
    with pytest.raises(InputError, match="line 1, values"):
        call(hourly(days=40, noise=0.4), path=path)


@pytest.mark.parametrize("name", tunable_names())
def test_every_usual_space_names_settings_of_its_forecaster(name: str) -> None:
    space = usual_space(name)
    for place in np.random.default_rng(0).random((5, space.dimension)):
        forecaster(name, **space.decode(place))
    usual = settings(name)
    assert all(isinstance(value, type(usual[field])) for field, value in space.decode(place).items())


@pytest.mark.parametrize("name", ["persistence", "no-such-model"])
def test_a_forecaster_without_settings_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"nothing to tune|no such forecaster"):
        tune_forecaster(name, record(), one_step())


def test_a_share_that_leaves_nothing_to_train_or_judge_on_is_refused() -> None:
    with pytest.raises(InputError, match="share"):
        tune_forecaster("bilstm", record(), one_step(), share=1.0)

"""The generic leak test catches every leak that is planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pytest
from leaks import assert_no_leak
from records import hourly

from wattswarm.forecast.ask import Ask, Origins, one_step
from wattswarm.forecast.forecaster import Forecast
from wattswarm.forecast.record import Beside, Record
from wattswarm.forecast.sight import Sight


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
            sight = Sight(record, origins, 1)
            return Forecast(origins, sight.column(record.beside[0], sight.ahead))
        return Forecast(origins, values[origins - 1][:, None])


def test_an_honest_forecaster_passes() -> None:
    assert_no_leak(Planted("none"), hourly(10), one_step())


@pytest.mark.parametrize("leak", ["smoothing", "window"])
def test_a_centred_smoothing_and_a_window_that_reaches_the_origin_are_caught(leak: str) -> None:
    with pytest.raises(AssertionError, match="planted looks ahead"):
        assert_no_leak(Planted(leak), hourly(10), one_step())  # type: ignore[arg-type]


def test_a_column_declared_known_before_it_is_published_is_caught() -> None:
    record = hourly(10)
    volume = Beside("volume", record.target.values * 3, "beforehand")
    declared = replace(record, beside=(volume,))
    published = replace(record, beside=(replace(volume, known="afterwards"),))
    assert_no_leak(Planted("column"), declared, one_step())
    with pytest.raises(AssertionError, match="planted looks ahead"):
        assert_no_leak(Planted("column"), declared, one_step(), truth=published)

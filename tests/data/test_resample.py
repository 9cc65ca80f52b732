"""Resampling keeps the integral, holds on finer steps, averages on coarser ones, and refuses to invent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.data import Series, resample
from wattswarm.errors import InputError

START = np.datetime64("2024-05-01", "s")


def series(values: list[float], step_s: int = 3600) -> Series:
    times = START + (np.arange(len(values)) * step_s).astype("timedelta64[s]")
    return Series("price", "EUR/kWh", times, np.asarray(values, dtype=np.float64), step_s, "UTC")


def seconds(count: int) -> np.timedelta64:
    return np.timedelta64(count, "s")


@given(
    values=st.lists(st.floats(-10, 10), min_size=6, max_size=48).filter(lambda v: len(v) % 6 == 0),
    step_s=st.sampled_from((300, 900, 1200, 2400, 3600, 5400, 7200, 21_600)),
)
def test_the_integral_is_kept_on_every_step(values: list[float], step_s: int) -> None:
    source = series(values)
    result = resample(source, step_s, source.start, source.end)
    assert result.values.sum() * step_s == pytest.approx(source.values.sum() * 3600, abs=1e-6)
    assert (result.start, result.end, result.step_s) == (source.start, source.end, step_s)
    assert result.values.min() >= source.values.min() - 1e-12
    assert result.values.max() <= source.values.max() + 1e-12


def test_a_finer_step_holds_and_its_average_is_the_source() -> None:
    source = series([1.0, -2.0, 3.0])
    fine = resample(source, 900, source.start, source.end)
    np.testing.assert_array_equal(fine.values, np.repeat(source.values, 4))
    np.testing.assert_array_equal(resample(fine, 3600, fine.start, fine.end).values, source.values)


def test_a_part_may_begin_inside_an_interval() -> None:
    part = resample(series([1.0, 2.0]), 1800, START + seconds(1800), START + seconds(5400))
    np.testing.assert_array_equal(part.values, [1.0, 2.0])
    across = resample(series([1.0, 2.0]), 3600, START + seconds(900), START + seconds(4500))
    np.testing.assert_allclose(across.values, [1.25])


def test_a_span_that_is_not_covered_names_the_missing_times() -> None:
    with pytest.raises(
        InputError, match="missing 2024-04-30T23:00:00 to 2024-05-01T00:00:00 and 2024-05-01T02:00:00"
    ):
        resample(series([1.0, 2.0]), 3600, START - seconds(3600), START + seconds(10_800))


def test_a_span_of_no_whole_steps_is_refused() -> None:
    with pytest.raises(InputError, match="not a whole number of steps"):
        resample(series([1.0, 2.0]), 3600, START, START + seconds(5400))

"""What is not known at an origin cannot be read, whatever its column and however late."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from tests.forecast.conftest import hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.features.history import History, LookAheadError

ORIGINS = np.array([200, 217, 320])


def test_the_target_can_be_read_up_to_the_step_before_the_origin() -> None:
    history = History(hourly(20), ORIGINS, 24)
    np.testing.assert_array_equal(
        history.target(history.before(1))[:, 0], history.record.target.values[ORIGINS - 1]
    )
    with pytest.raises(LookAheadError, match="price is read 0 steps from the origin, known up to -1"):
        history.target(history.before(0))


def test_a_late_column_can_be_read_only_so_much_earlier() -> None:
    history = History(with_columns(hourly(20), late=6), ORIGINS, 24)
    load = history.record.covariates[0]
    assert np.isfinite(history.column(load, history.before(7))).all()
    with pytest.raises(LookAheadError, match="load is read -6 steps from the origin, known up to -7"):
        history.column(load, history.before(6))


def test_a_column_known_beforehand_can_be_read_to_the_end_of_the_forecast_and_no_further() -> None:
    history = History(with_columns(hourly(20)), ORIGINS, 24)
    sun = history.record.covariates[1]
    np.testing.assert_array_equal(history.column(sun, history.ahead), sun.values[history.ahead])
    with pytest.raises(LookAheadError):
        history.column(sun, history.ahead + 1)
    with pytest.raises(InputError, match="column sun: a column known beforehand ends before the forecast"):
        History(history.record, np.array([470]), 24).column(sun, np.array([[493]]))


@given(
    nth=st.integers(1, 3),
    every=st.sampled_from((1, 7)),
    late=st.integers(0, 60),
    offset=st.integers(-5, 5),
    steps=st.integers(1, 50),
)
def test_the_latest_same_time_of_day_is_always_known_and_the_next_one_is_not(
    nth: int, every: int, late: int, offset: int, steps: int
) -> None:
    history = History(hourly(5), np.array([100]), steps)
    index = history.same_time(nth, every=every, late=late, offset=offset)
    assert (index <= 99 - late).all()
    assert ((history.ahead + offset - index) % (24 * every) == 0).all()
    newer = index + 24 * every * nth
    assert ((newer > 99 - late) | (newer == history.ahead + offset)).all()


def test_a_window_is_the_statistic_of_just_the_steps_before_the_origin() -> None:
    history = History(hourly(20), ORIGINS, 1)
    for name in ("mean", "std", "min", "max"):
        for row, origin in enumerate(ORIGINS):
            part = history.record.target.values[origin - 24 : origin]
            expected = np.std(part, ddof=1) if name == "std" else getattr(np, name)(part)
            np.testing.assert_allclose(history.window(24, name)[row, 0], expected, rtol=1e-9)


def test_an_origin_outside_the_record_is_refused() -> None:
    with pytest.raises(InputError, match="an origin lies outside the record"):
        History(hourly(5), np.array([121]), 1)

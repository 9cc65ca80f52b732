"""Settings on the unit cube and back again."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.errors import InputError
from wattswarm.forecast.tuning.space import Choice, Integer, Real, Space

SPACE = Space(
    {
        "rate": Real(1e-4, 1e-2, log=True),
        "dropout": Real(0.0, 0.5),
        "units": Integer(8, 64, log=True),
        "layers": Integer(1, 3),
        "loss": Choice(("l1", "l2", "huber")),
    }
)
PLACES = st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5).map(np.array)


@given(place=PLACES)
def test_every_place_decodes_to_settings_in_range_and_of_their_kind(place: np.ndarray) -> None:
    settings = SPACE.decode(place)
    assert 1e-4 <= settings["rate"] <= 1e-2
    assert 0.0 <= settings["dropout"] <= 0.5
    assert isinstance(settings["units"], int)
    assert 8 <= settings["units"] <= 64
    assert settings["layers"] in {1, 2, 3}
    assert settings["loss"] in {"l1", "l2", "huber"}


@given(place=PLACES)
def test_settings_are_found_again_where_they_are_encoded(place: np.ndarray) -> None:
    settings = SPACE.decode(place)
    again = SPACE.decode(SPACE.encode(settings))
    for name, value in settings.items():
        assert again[name] == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value)


@given(lower=PLACES, share=st.floats(0.0, 1.0))
def test_numbers_rise_with_their_coordinate(lower: np.ndarray, share: float) -> None:
    low, high = SPACE.decode(lower), SPACE.decode(lower + share * (1.0 - lower))
    assert all(low[name] <= high[name] for name in ("rate", "dropout", "units", "layers"))


def test_whole_numbers_and_options_get_even_room() -> None:
    grid = np.linspace(0.0, 1.0, 3000, endpoint=False)
    for axis in (Integer(1, 3), Choice(("a", "b", "c"))):
        counts = Counter(map(axis.decode, grid)).values()
        assert len(counts) == 3
        assert max(counts) - min(counts) <= 2


def test_a_logarithm_gives_each_doubling_the_same_room() -> None:
    axis = Real(1.0, 16.0, log=True)
    assert [axis.decode(at) for at in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([1, 2, 4, 8, 16])


def test_a_space_told_as_json_tells_apart_what_differs() -> None:
    other = Space({**SPACE.axes, "layers": Integer(1, 4)})
    assert json.loads(json.dumps(SPACE.as_json())) == SPACE.as_json()
    assert other.as_json() != SPACE.as_json()


@pytest.mark.parametrize(("low", "high", "log"), [(1.0, 1.0, False), (2.0, 1.0, False), (0.0, 1.0, True)])
def test_a_range_without_room_is_refused(low: float, high: float, log: bool) -> None:
    with pytest.raises(InputError, match="not a range"):
        Real(low, high, log)


def test_a_choice_of_one_and_a_value_that_is_no_option_are_refused() -> None:
    with pytest.raises(InputError, match="needs two options"):
        Choice(("only",))
    with pytest.raises(InputError, match="no such option"):
        SPACE.axes["loss"].encode("l3")

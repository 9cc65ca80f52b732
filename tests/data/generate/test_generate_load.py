"""Generated base load keeps its mean and its week."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.generate import generate_load
from wattswarm.data.generate.load import Shape
from wattswarm.data.series import Floats
from wattswarm.errors import InputError

ZONE = "Europe/Amsterdam"
SHAPES: tuple[Shape, ...] = ("flat", "household", "office", "retail")


def _times(days: int = 7, step_s: int = 900) -> np.ndarray:
    return local_days(date(2024, 5, 6), days, step_s, ZONE)


def _load(shape: Shape, mean_kw: float = 10.0, seed: int = 0, days: int = 7, step_s: int = 900) -> Floats:
    return generate_load(
        shape, mean_kw, times=_times(days, step_s), timezone=ZONE, rng=np.random.default_rng(seed)
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("step_s", [300, 900, 3600])
def test_a_week_has_the_mean_and_no_negative_load(shape: Shape, step_s: int) -> None:
    for seed in range(10):
        load = _load(shape, seed=seed, step_s=step_s)
        assert load.mean() == pytest.approx(10.0, rel=0.1)
        assert (load >= 0).all()


def test_offices_and_shops_work_by_day_and_offices_rest_at_weekends() -> None:
    clock = local_clock(_times(28), ZONE)
    noon, night, weekend = clock.hour == 12, clock.hour == 3, clock.weekday >= 5
    office, retail = _load("office", days=28), _load("retail", days=28)
    assert office[noon & ~weekend].mean() > 2.2 * office[noon & weekend].mean()
    assert office[noon & ~weekend].mean() > 2.2 * office[night & ~weekend].mean()
    assert retail[noon & weekend].mean() > 2.2 * retail[night & weekend].mean()


def test_households_use_more_on_weekend_noons_and_least_at_night() -> None:
    clock = local_clock(_times(28), ZONE)
    load = _load("household", days=28)
    weekend, noon = clock.weekday >= 5, (clock.hour > 10) & (clock.hour < 14)
    assert load[weekend & noon].mean() > 1.05 * load[~weekend & noon].mean()
    assert load[clock.hour < 5].mean() < 0.8 * load.mean()


def test_flat_is_flat_and_no_load_is_zero() -> None:
    assert set(_load("flat")) == {10.0}
    assert set(_load("office", mean_kw=0.0)) == {0.0}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert _load("office", seed=1).tobytes() == _load("office", seed=1).tobytes()
    assert _load("office", seed=1).tobytes() != _load("office", seed=2).tobytes()


def test_bad_options_are_named() -> None:
    with pytest.raises(InputError, match="shape"):
        _load("factory")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="mean_kw"):
        _load("office", mean_kw=-1.0)

"""Generated demand of paper 002 keeps its mean, its urgent share, its hours and its weekends."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.generate import generate_demand
from wattswarm.data.series import Floats
from wattswarm.errors import InputError

ZONE = "America/Los_Angeles"


def _demand(
    seed: int = 0, days: int = 364, step_s: int = 3600, spread: float = 0.0, **options: float
) -> tuple[Floats, Floats]:
    return generate_demand(
        **({"mean_kw": 100.0, "urgent_share": 0.3} | options),
        times=local_days(date(2024, 1, 1), days, step_s, ZONE),
        step_s=step_s,
        timezone=ZONE,
        rng=np.random.default_rng(seed),
        spread=spread,
    )


@pytest.mark.parametrize("step_s", [900, 3600])
def test_mean_and_urgent_share_are_as_asked(step_s: int) -> None:
    urgent, regular = _demand(step_s=step_s)
    hours = len(urgent) * step_s / 3600
    assert (urgent.sum() + regular.sum()) / hours == pytest.approx(100.0, rel=0.03)
    assert urgent.sum() / (urgent + regular).sum() == pytest.approx(0.3, abs=0.01)
    assert min(urgent.min(), regular.min()) >= 0


def test_sessions_are_whole_and_poisson() -> None:
    urgent, regular = _demand()
    sessions = (urgent + regular) / 20.0
    np.testing.assert_allclose(sessions, np.round(sessions), atol=1e-9)
    clock = local_clock(local_days(date(2024, 1, 1), 364, 3600, ZONE), ZONE)
    same = sessions[(clock.hour == 12) & (clock.weekday < 5)]
    assert same.var() / same.mean() == pytest.approx(1.0, abs=0.25)


def test_urgent_share_spreads_as_beta_3_7() -> None:
    urgent, regular = _demand()
    some = urgent + regular > 0
    share = urgent[some] / (urgent + regular)[some]
    assert share.std() == pytest.approx((0.3 * 0.7 / 11) ** 0.5, rel=0.05)
    for extreme in (0.0, 1.0):
        urgent, regular = _demand(days=7, urgent_share=extreme)
        assert (regular if extreme else urgent).sum() == 0


def test_hours_are_those_of_public_charging_and_weekends_are_quieter() -> None:
    total = sum(_demand())
    clock = local_clock(local_days(date(2024, 1, 1), 364, 3600, ZONE), ZONE)
    weekend = clock.weekday >= 5
    assert total[weekend].mean() / total[~weekend].mean() == pytest.approx(0.8 / 1.08, rel=0.06)
    assert total[(clock.hour == 18) & ~weekend].mean() > 8 * total[(clock.hour == 3) & ~weekend].mean()


def test_stations_differ_within_thirty_percent_and_not_at_all_without_spread() -> None:
    spread = [sum(_demand(seed, days=56, spread=1.0)).mean() for seed in range(40)]
    even = [sum(_demand(seed, days=56)).mean() for seed in range(40)]
    assert 60 < min(spread) < 85
    assert 115 < max(spread) < 140
    assert np.std(even) < 3


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    first, again, other = _demand(1, days=7), _demand(1, days=7), _demand(2, days=7)
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() != other[1].tobytes()


@pytest.mark.parametrize(("field", "value"), [("mean_kw", -1.0), ("urgent_share", 1.2), ("spread", -0.1)])
def test_bad_options_are_named(field: str, value: float) -> None:
    with pytest.raises(InputError, match=field):
        _demand(days=1, **{field: value})

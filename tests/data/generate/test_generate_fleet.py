"""The records of the fleet of paper 003: a price within its bounds, and nights from noon to noon."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.data.generate import generate_time_of_use, overnight_fleet
from wattswarm.errors import InputError

ZONE = "America/Phoenix"
DAY = date(2024, 1, 1)


def test_the_price_keeps_its_bounds_and_is_dear_in_the_evening() -> None:
    prices = generate_time_of_use(start=DAY, days=60, timezone=ZONE, rng=np.random.default_rng(0))
    hour = local_clock(prices.times, ZONE).hour
    assert prices.values.min() >= 0.07
    assert prices.values.max() <= 0.30
    assert (
        prices.values[hour == 18].mean() > prices.values[hour == 10].mean() > prices.values[hour == 3].mean()
    )
    plain = generate_time_of_use(start=DAY, days=14, timezone=ZONE, noise=0.0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(plain.values[:168], plain.values[168:])


def test_every_vehicle_comes_after_noon_and_leaves_before_the_next() -> None:
    for seed in range(5):
        night = overnight_fleet(
            start=date(2024, 5, 6), timezone=ZONE, count=400, rng=np.random.default_rng(seed)
        )
        noons = local_days(date(2024, 5, 6), 2, 86_400, ZONE, 12.0)
        assert len(night) == 400
        assert (night.arrival >= noons[0]).all()
        assert (night.departure <= noons[1]).all()
        assert (night.departure - night.arrival >= np.timedelta64(3600, "s")).all()
        assert (np.diff(night.arrival.astype(np.int64)) >= 0).all()
        need = (0.9 - night.arrival_soc) * 50.0
        assert need.min() >= 8.0 - 1e-9
        assert need.max() <= 35.0 + 1e-9
        np.testing.assert_allclose(night.energy_kwh * 0.95, need)


def test_what_no_fleet_can_be_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="count"):
        overnight_fleet(start=date(2024, 5, 6), timezone=ZONE, count=0, rng=rng)
    with pytest.raises(InputError, match="need_kwh"):
        overnight_fleet(start=date(2024, 5, 6), timezone=ZONE, count=3, need_kwh=(8.0, 60.0), rng=rng)
    with pytest.raises(InputError, match="lowest"):
        generate_time_of_use(start=DAY, days=1, timezone=ZONE, lowest=0.3, highest=0.2, rng=rng)

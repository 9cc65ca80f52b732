"""What is known of prices when, around publication and on days of a clock change."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock, local_days
from wattswarm.market import Regime, known_until

ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize("first", [date(2024, 3, 30), date(2024, 6, 3), date(2024, 10, 26)])
@pytest.mark.parametrize("step_s", [900, 3600])
@pytest.mark.parametrize("regime", [Regime.DAM, Regime.GATE])
def test_day_ahead_prices_are_known_to_the_end_of_a_local_day(
    first: date, step_s: int, regime: Regime
) -> None:
    times = local_days(first, 3, step_s, ZONE)
    known = known_until(times, ZONE, regime)
    clock = local_clock(times, ZONE)
    days = np.unique(clock.date)
    for step in range(len(times)):
        day = int(np.searchsorted(days, clock.date[step]))
        tomorrow = regime is Regime.DAM and clock.hour[step] >= 13
        last = min(day + int(tomorrow), len(days) - 1)
        assert (clock.date[: known[step]] <= days[last]).all()
        assert known[step] == len(times) or clock.date[known[step]] > days[last]


@pytest.mark.parametrize(
    ("first", "hours", "publication"),
    [("2024-03-31", 23, 12), ("2024-10-27", 25, 14), ("2024-06-03", 24, 13)],
)
def test_tomorrow_is_published_at_one_by_the_clock_on_the_wall(
    first: str, hours: int, publication: int
) -> None:
    times = local_days(date.fromisoformat(first), 2, 3600, ZONE)
    known = known_until(times, ZONE, Regime.DAM)
    assert len(times) == hours + 24
    assert (known[:publication] == hours).all()
    assert (known[publication:] == hours + 24).all()


def test_real_time_knows_the_step_itself_and_an_oracle_everything() -> None:
    times = local_days(date(2024, 10, 27), 1, 3600, ZONE)
    np.testing.assert_array_equal(known_until(times, ZONE, Regime.RT), np.arange(25) + 1)
    np.testing.assert_array_equal(known_until(times, ZONE, Regime.ORACLE), np.full(25, 25))


@pytest.mark.parametrize("regime", list(Regime))
def test_the_price_of_a_step_is_always_known_in_it_and_never_forgotten(regime: Regime) -> None:
    times = local_days(date(2024, 3, 29), 5, 900, ZONE)
    known = known_until(times, ZONE, regime)
    assert (known >= np.arange(len(times)) + 1).all()
    assert (known <= len(times)).all()
    assert (np.diff(known) >= 0).all()

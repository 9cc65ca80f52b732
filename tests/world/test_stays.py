"""Stays carry their session's identity through cuts, windows and beliefs, and lay out their steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from wattswarm.world import Stays, schedule_sessions


def same(one: Stays, other: Stays) -> bool:
    """Return whether two records hold the same stays."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in vars(one))


def test_stays_taken_apart_and_joined_are_the_same_stays(random_day: Callable[..., Any]) -> None:
    stays = random_day(1).stays
    assert len(stays) > 5
    assert same(stays.take(np.arange(3)).joined(stays.take(np.arange(len(stays)) >= 3)), stays)


def test_every_step_of_every_stay_comes_once_in_turn(random_day: Callable[..., Any]) -> None:
    stays = random_day(2).stays
    for last in (None, 12):
        here = stays if last is None else stays.take(stays.begin < last)
        ends = here.end if last is None else np.minimum(here.end, last)
        pairs = [(at, step) for at in range(len(here)) for step in range(here.begin[at], ends[at])]
        assert list(zip(*(each.tolist() for each in here.each_step(last)), strict=True)) == pairs


def test_every_session_of_the_horizon_has_a_stay_or_was_turned_away(random_day: Callable[..., Any]) -> None:
    for seed in range(6):
        schedule, arrays = (scenario := random_day(seed)).schedule, scenario.arrays
        sessions, stays = schedule.sessions, schedule.stays
        assert sessions.identity[: len(stays)].tolist() == stays.session.tolist()
        assert len(set(sessions.identity.tolist())) == len(sessions) == 14
        at = arrays.port_station[stays.port]
        assert sessions.station[: len(stays)].tolist() == [arrays.station_names[each] for each in at]
        assert set(schedule.model.tolist()) == {"car"}


def test_who_comes_under_which_identity_is_the_same_in_a_shorter_horizon(
    plain_day: Callable[..., Any], sessions_of: Callable[..., Any]
) -> None:
    ports = [{"count": 2, "power_kw": 11}]
    visits = [(h, h + 5.0, 8.0, 0.2, "s") for h in (1.0, 2.0, 3.0, 8.0, 14.0, 30.0, 31.0, 40.0)]
    scenario = plain_day(ports=ports, visits=visits, days=2)
    sessions = replace(sessions_of(visits, scenario.times), user=np.array([f"u{at}" for at in range(8)]))
    users = dict(zip(sessions.identity.tolist(), sessions.user.tolist(), strict=True))
    for steps in (12, 36, 48):
        rng = np.random.default_rng(0)
        vehicles, times = scenario.site.vehicles, scenario.times[:steps]
        kept = schedule_sessions(sessions, scenario.arrays, vehicles, times, rng).sessions
        assert dict(zip(kept.identity.tolist(), kept.user.tolist(), strict=True)).items() <= users.items()
        assert len(kept) == sum(begin < steps - 0.5 for begin, *_ in visits)

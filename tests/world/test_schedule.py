"""Who stands where and when: first come, first served, and never a target that nobody could reach."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.data.sessions import Sessions
from wattswarm.site.schema import CurvePoint
from wattswarm.world import Schedule, schedule_sessions


def spans(schedule: Schedule) -> list[tuple[int, int, int]]:
    """Return port, begin and end of each stay."""
    columns = (schedule.stays.port, schedule.stays.begin, schedule.stays.end)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def test_who_comes_first_is_served_first_and_the_rest_wait_or_leave(plain_day: Callable[..., Any]) -> None:
    visits = [
        (1.0, 5.0, 10.0, 0.2, "s"),
        (2.0, 4.0, 10.0, 0.2, "s"),  # leaves before the port is free
        (3.0, 8.0, 10.0, 0.2, "s"),  # waits until 5
        (4.0, 9.0, 10.0, 0.2, "s"),  # waits until 8
    ]
    schedule = plain_day(ports=[{"count": 1, "power_kw": 11}], visits=visits).schedule
    assert spans(schedule) == [(0, 1, 5), (0, 5, 8), (0, 8, 9)]
    assert schedule.turned_away == 1
    assert schedule.turned_away_kwh == 10.0
    assert schedule.queue[:10, 0].tolist() == [0, 0, 1, 2, 2, 1, 1, 1, 0, 0]
    assert "1 sessions found no free port" in schedule.notes[0]


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_no_port_ever_holds_two_and_nobody_waits_beside_a_free_port(
    plain_day: Callable[..., Any], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    visits = [
        (float(a), float(a + s), 5.0, 0.2, "s")
        for a, s in zip(np.sort(rng.integers(0, 20, 20)), rng.integers(1, 8, 20), strict=True)
    ]
    schedule = plain_day(ports=[{"count": 3, "power_kw": 11}], visits=visits).schedule
    taken = np.zeros((24, 3), int)
    for port, begin, end in spans(schedule):
        taken[begin:end, port] += 1
    assert taken.max() <= 1
    assert (taken[schedule.queue[:, 0] > 0].sum(1) == 3).all()
    assert len(schedule.stays) + schedule.turned_away == 20
    present = sum(np.isin(np.arange(24), np.arange(int(a), min(int(d), 24))) for a, d, *_ in visits)
    np.testing.assert_array_equal(taken.sum(1) + schedule.queue[:, 0], present)


def test_only_vehicles_with_a_curve_use_fast_ports(plain_day: Callable[..., Any]) -> None:
    ports = [{"count": 1, "kind": "DC", "power_kw": 50}, {"count": 1, "power_kw": 11}]
    visits = [(0.0, 4.0, 10.0, 0.2, "s")] * 3
    scenario = plain_day(ports=ports, visits=visits)
    slow = scenario.site.vehicles[0]
    fast = slow.model_copy(
        update={"name": "fast", "dc_curve": plain_curve((0.0, 80.0), (0.5, 80.0), (1.0, 10.0))}
    )
    times, arrays, rng = scenario.times, scenario.arrays, np.random.default_rng(0)
    visitors = sessions_named(scenario, visits, ["car", "car", "fast"])
    mixed = schedule_sessions(visitors, arrays, (slow, fast), times, rng)
    assert mixed.turned_away == 1
    by_port = dict(zip(mixed.stays.port.tolist(), mixed.stays.charge_kw.tolist(), strict=True))
    assert by_port == {0: 50.0, 1: 11.0}
    # Where no vehicle has a curve, a fast port serves everybody as a slow one would.
    assert schedule_sessions(visitors, arrays, (slow,), times, rng).turned_away == 1


def plain_curve(*corners: tuple[float, float]) -> Any:
    """Write a charging curve."""
    return tuple(CurvePoint(soc=soc, power_kw=power) for soc, power in corners)


def sessions_named(scenario: Any, visits: Any, names: list[str]) -> Any:
    """Write visits of named vehicles."""
    hour = np.timedelta64(3600, "s")
    begin, end, energy, soc, station = (np.array(column) for column in zip(*visits, strict=True))
    return Sessions(
        scenario.times[0] + begin.astype(int) * hour,
        scenario.times[0] + end.astype(int) * hour,
        energy,
        soc,
        np.full(len(visits), np.nan),
        station,
        np.array(names),
        "Europe/Amsterdam",
    )


@pytest.mark.parametrize("minimum_kw", [0.0, 4.2])
def test_full_power_reaches_every_target_where_no_limit_binds(
    random_day: Callable[..., Any], play: Callable[..., Any], minimum_kw: float
) -> None:
    lowered = 0.0
    for seed in range(12):
        scenario = random_day(seed, minimum_kw=minimum_kw)
        limits = np.full_like(scenario.arrays.import_limit_kw, 1e5)
        wide = dataclasses.replace(scenario.arrays, import_limit_kw=limits, export_limit_kw=limits.copy())
        flows = play(dataclasses.replace(scenario, arrays=wide), np.inf).flows
        assert flows.shortfall_kwh.max() <= 1e-9, seed
        lowered += scenario.schedule.beyond_reach_kwh
    assert lowered > 10


def test_what_cannot_be_reached_is_counted_and_lowered(plain_day: Callable[..., Any]) -> None:
    schedule = plain_day(
        ports=[{"count": 1, "power_kw": 10, "efficiency": 0.9}], visits=[(0.0, 2.0, 35.0, 0.2, "s")]
    ).schedule
    assert schedule.stays.arrival_kwh[0] == pytest.approx(12.0)
    assert schedule.stays.target_kwh[0] == pytest.approx(12.0 + 2 * 10 * 0.9)
    assert schedule.beyond_reach_kwh == pytest.approx(15.0)
    assert "15 kWh asked for could not be reached" in schedule.notes[0]


@pytest.mark.parametrize(
    ("visit", "share", "span"),
    [
        ((-2.0, 6.0), 6 / 8, (0, 6)),
        ((20.0, 30.0), 4 / 10, (20, 24)),
        ((-6.0, 34.0), 24 / 40, (0, 24)),
        ((23.25, 25.25), 0.75 / 2, (23, 24)),
    ],
)
def test_sessions_across_the_ends_of_the_day_keep_their_share_of_energy(
    plain_day: Callable[..., Any], visit: tuple[float, float], share: float, span: tuple[int, int]
) -> None:
    schedule = plain_day(
        ports=[{"count": 1, "power_kw": 22, "efficiency": 1.0}],
        vehicle={"ac_kw": 22},
        visits=[(*visit, 8.0, 0.2, "s")],
    ).schedule
    assert spans(schedule) == [(0, *span)]
    assert schedule.stays.target_kwh[0] - schedule.stays.arrival_kwh[0] == pytest.approx(8.0 * share)


def test_sessions_outside_the_day_are_left_out(plain_day: Callable[..., Any]) -> None:
    visits = [(-5.0, -1.0, 5.0, 0.2, "s"), (24.0, 26.0, 5.0, 0.2, "s"), (23.9, 26.0, 5.0, 0.2, "s")]
    schedule = plain_day(ports=[{"count": 3, "power_kw": 11}], visits=visits).schedule
    assert len(schedule.stays) == 0
    assert schedule.turned_away == 0


def test_times_are_rounded_to_steps_and_every_stay_has_one(plain_day: Callable[..., Any]) -> None:
    visits = [(1.4, 2.6, 5.0, 0.2, "s"), (5.6, 5.9, 5.0, 0.2, "s")]
    schedule = plain_day(ports=[{"count": 2, "power_kw": 11}], visits=visits).schedule
    assert sorted((b, e) for _, b, e in spans(schedule)) == [(1, 3), (6, 7)]


def test_sessions_go_to_the_stations_they_name(random_day: Callable[..., Any]) -> None:
    scenario = random_day(0)
    assert set(scenario.arrays.port_station[scenario.stays.port]) == {0, 1}
    assert scenario.schedule.notes == () or "busiest" not in scenario.schedule.notes[0]


def test_the_busiest_charging_points_of_a_foreign_file_stand_for_the_ports(
    random_day: Callable[..., Any], sessions_of: Callable[..., Any]
) -> None:
    scenario = random_day(0)
    visits = []
    for rank in range(8):
        # Point p0 has the most sessions, p7 the fewest; the site has 4 + 2 ports.
        visits += [(float(2 * n), float(2 * n + 1), 3.0, 0.2, f"p{rank}") for n in range(10 - rank)]
    sessions = sessions_of(sorted(visits), scenario.times)
    schedule = schedule_sessions(
        sessions, scenario.arrays, scenario.site.vehicles, scenario.times, np.random.default_rng(0)
    )
    assert len(schedule.stays) + schedule.turned_away == sum(10 - rank for rank in range(6))
    at = scenario.arrays.port_station[schedule.stays.port]
    assert (at == 0).sum() == 10 + 9 + 8 + 7
    assert (at == 1).sum() == 6 + 5
    assert schedule.notes[0].startswith("the 6 busiest of 8 charging points")


def test_an_unknown_state_of_charge_leaves_room_for_what_was_asked(plain_day: Callable[..., Any]) -> None:
    schedule = plain_day(
        ports=[{"count": 3, "power_kw": 11, "efficiency": 0.9}],
        vehicle={"capacity_kwh": 50, "target_soc": 0.8, "minimum_soc": 0.1, "maximum_soc": 0.9},
        visits=[
            (0.0, 23.0, 20.0, np.nan, "s"),
            (0.0, 23.0, 43.0, np.nan, "s"),
            (0.0, 23.0, 70.0, np.nan, "s"),
        ],
    ).schedule
    order = np.argsort(schedule.stays.port)
    arrival, target = schedule.stays.arrival_kwh[order], schedule.stays.target_kwh[order]
    # To the target; from the floor, as far as the ceiling allows; from empty to the ceiling.
    np.testing.assert_allclose(arrival, [40 - 18, 5.0, 0.0])
    np.testing.assert_allclose(target, [40.0, 43.7, 45.0])
    np.testing.assert_allclose(schedule.stays.floor_kwh[order], [5.0, 5.0, 0.0])


@pytest.mark.parametrize("taper_from", [1.0, 0.8])
def test_a_session_at_full_power_hardly_depends_on_the_step(
    plain_day: Callable[..., Any], play: Callable[..., Any], taper_from: float
) -> None:
    """Not at all at constant power; with a taper from 80 % by less than half a percent here."""
    metered = []
    for minutes in (5, 15, 60):
        scenario = plain_day(
            ports=[{"count": 1, "power_kw": 11}],
            vehicle={"taper_from_soc": taper_from},
            visits=[(2.0, 8.0, 60.0, 0.3, "s")],
            minutes=minutes,
        )
        metered.append(float(play(scenario, np.inf).flows.dispatch.charge_kw.sum() * minutes / 60))
    spread = max(metered) / min(metered) - 1
    assert spread < (1e-9 if taper_from == 1.0 else 0.005), metered

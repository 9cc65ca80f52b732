"""A session keeps the number, payer and vehicle that its file names; one without a number is given one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.data import Sessions, examine, read_sessions
from wattswarm.data.generate import generate_sessions
from wattswarm.errors import InputError

Write = Callable[..., Path]
CASES = Path(__file__).parents[3] / "shared" / "cases"


def table(*rows: tuple[int, int, float, str], **columns: list[str]) -> Sessions:
    """Write sessions of begin and end [h], energy [kWh] and station."""
    begin, end, energy, station = zip(*rows, strict=True)
    midnight, hour = np.datetime64("2024-06-03T00:00:00"), np.timedelta64(3600, "s")
    nothing = np.full(len(rows), np.nan)
    return Sessions(
        arrival=midnight + np.array(begin) * hour,
        departure=midnight + np.array(end) * hour,
        energy_kwh=np.array(energy, np.float64),
        arrival_soc=nothing,
        capacity_kwh=nothing,
        station=np.array(station),
        vehicle=np.full(len(rows), ""),
        timezone="UTC",
        **{name: np.array(values) for name, values in columns.items()},
    )


def test_acn_json_keeps_session_and_user(write: Write) -> None:
    plain = {
        "connectionTime": "Wed, 25 Apr 2018 11:08:04 GMT",
        "disconnectTime": "Wed, 25 Apr 2018 13:20:10 GMT",
        "kWhDelivered": 7.9,
        "timezone": "America/Los_Angeles",
    }
    items = [
        {**plain, "_id": "x", "sessionID": "s1", "stationID": "A", "userID": "000000743"},
        {**plain, "_id": "y", "sessionID": "s2", "stationID": "B", "userID": None},
    ]
    sessions = read_sessions(write(json.dumps({"_items": items}), name="acn.json"))
    assert sessions.identity.tolist() == ["s1", "s2"]
    assert sessions.user.tolist() == ["000000743", ""]


def test_a_table_keeps_session_user_and_vehicle_through_its_repairs(write: Write) -> None:
    path = write(
        "transaction_id,arrival,departure,energy_kwh,station,id_tag,vin,vehicle",
        "t1,2024-06-03T08:00Z,2024-06-03T09:00Z,5,A,TAG1,WVWZZZ1,city car",
        "t1,2024-06-03T08:00Z,2024-06-03T09:00Z,5,A,TAG1,WVWZZZ1,city car",
        "t2,2024-06-03T07:00Z,2024-06-03T07:30Z,5,A,TAG2,WVWZZZ2,city car",
        "t3,2024-06-03T10:00Z,,5,A,TAG3,WVWZZZ3,city car",
    )
    sessions = read_sessions(path, repair=frozenset({"duplicates", "missing"}))
    assert sessions.identity.tolist() == ["t2", "t1"]
    assert sessions.user.tolist() == ["TAG2", "TAG1"]
    assert sessions.vehicle_id.tolist() == ["WVWZZZ2", "WVWZZZ1"]
    assert sessions.vehicle.tolist() == ["city car", "city car"]


def test_the_doctor_says_how_many_users_a_file_names(write: Write) -> None:
    rows = [f"2024-06-0{day}T08:00Z,2024-06-0{day}T09:00Z,5,{user}" for day, user in ((3, "a"), (4, "b"))]
    head = "arrival,departure,energy_kwh,user_id"
    assert "2 users" in examine(write(head, *rows)).facts
    assert "2 users, named in 2 sessions" in examine(write(head, *rows, rows[0][:-1].replace("3", "5"))).facts
    unnamed = [row.rsplit(",", 1)[0] for row in rows]
    assert "users are not named" in examine(write("arrival,departure,energy_kwh", *unnamed)).facts


def test_a_session_without_a_number_is_called_by_station_and_arrival() -> None:
    sessions = table((8, 9, 5.0, "A"), (8, 9, 5.0, "B"), (10, 11, 5.0, ""))
    assert sessions.identity.tolist() == [
        "A@2024-06-03T08:00:00Z",
        "B@2024-06-03T08:00:00Z",
        "session@2024-06-03T10:00:00Z",
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(3, 5), st.sampled_from([1.0, 2.0]), st.sampled_from(["A", "B", ""])
        ),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    st.randoms(use_true_random=False),
)
def test_numbers_are_unique_and_do_not_depend_on_the_order_of_rows(rows, chance) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = (dict(zip(each, table(*each).identity.tolist(), strict=True)) for each in (rows, shuffled))
    assert one == other
    assert len(set(one.values())) == len(rows)


def test_a_made_number_yields_to_one_that_the_file_gives() -> None:
    given_name = "A@2024-06-03T08:00:00Z"
    sessions = table((7, 9, 5.0, "B"), (8, 9, 5.0, "A"), identity=[given_name, ""])
    assert sessions.identity.tolist() == [given_name, f"{given_name}#2"]


def test_cuts_and_moves_leave_numbers_alone() -> None:
    sessions = table((8, 9, 5.0, "A"), (8, 10, 6.0, "A"), (9, 11, 5.0, "A"))
    last = sessions.take(np.array([False, True, True]))
    assert last.identity.tolist() == sessions.identity[1:].tolist()
    moved = replace(last, arrival=last.arrival + np.timedelta64(7, "D"))
    assert moved.identity.tolist() == sessions.identity[1:].tolist()


def test_two_sessions_of_one_number_are_refused() -> None:
    with pytest.raises(InputError, match=r"two sessions have one identity(.|\n)*x"):
        table((8, 9, 5.0, "A"), (10, 11, 5.0, "A"), identity=["x", "x"])


def test_generated_sessions_have_numbers_too_the_same_each_time() -> None:
    def drawn(days: int) -> Sessions:
        return generate_sessions(
            start=date(2024, 6, 3),
            days=days,
            timezone="Europe/Amsterdam",
            ports_by_station={"A": 4},
            kind="public",
            per_port_per_day=2.0,
            vehicles=(),
            rng=np.random.default_rng(1),
        )

    sessions = drawn(3)
    assert len(set(sessions.identity.tolist())) == len(sessions) > 10
    assert drawn(3).identity.tolist() == sessions.identity.tolist()
    assert all(name.startswith("A@2024-06-0") for name in sessions.identity)


@pytest.mark.parametrize(
    ("file", "users"),
    [("norway_residential_2018_2020", 96), ("us_workplace_2014_2015", 85), ("acn_caltech_jpl_2019_2021", 0)],
)
def test_real_files_keep_their_users_and_numbers(
    shared: Callable[[str], Path], file: str, users: int
) -> None:
    repair = frozenset({"missing", "range", "overlaps"})
    sessions = read_sessions(shared(f"ev_sessions_{file}.parquet"), timezone="UTC", repair=repair)
    assert len(set(sessions.identity.tolist())) == len(sessions)
    assert not any("@" in name for name in sessions.identity.tolist())
    assert len(set(sessions.user.tolist()) - {""}) == users


@pytest.mark.parametrize(
    ("case", "users", "numbers"),
    [
        ("acn_csv_userinputs.csv", {"000000011"}, {f"s{at}" for at in range(5)}),
        ("sess_fm.csv", {""}, {f"Home@2024-06-0{at}Z" for at in ("3T14:15:00", "4T06:00:00", "5T06:00:00")}),
    ],
)
def test_the_cases_from_the_field_that_are_read_keep_who_came(
    case: str, users: set[str], numbers: set[str]
) -> None:
    if not (CASES / case).exists():
        pytest.skip(f"the shared cases are absent: {case}")
    sessions = read_sessions(CASES / case, timezone="America/Los_Angeles")
    assert set(sessions.user.tolist()) == users
    assert set(sessions.identity.tolist()) == numbers

"""Charging sessions are read from ACN-Data JSON, ACN tables and any table with declared units."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wattswarm.data import read_sessions
from wattswarm.errors import InputError

Write = Callable[..., Path]


def acn_item(**changes: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "_id": "5bc90cb9f9af8b0d7fe77cd2",
        "connectionTime": "Wed, 25 Apr 2018 11:08:04 GMT",
        "disconnectTime": "Wed, 25 Apr 2018 13:20:10 GMT",
        "kWhDelivered": 7.932,
        "sessionID": "2_39_78_362_2018-04-25 11:08:04.400812",
        "siteID": "0002",
        "stationID": "2-39-78-362",
        "timezone": "America/Los_Angeles",
        "userInputs": None,
    }
    return item | changes


def test_acn_json_takes_the_last_request_else_the_energy_delivered(write: Write) -> None:
    asked = [{"kWhRequested": 5.0, "userID": 1}, {"kWhRequested": 12.5, "userID": 1}]
    zero = [{"kWhRequested": 0, "userID": 2}]
    items = [
        acn_item(),
        acn_item(sessionID="b", stationID="B", userInputs=asked),
        acn_item(sessionID="c", stationID="C", userInputs=zero, kWhDelivered=3.5),
    ]
    sessions = read_sessions(write(json.dumps({"_items": items}), name="acn.json"))
    assert dict(zip(sessions.station, sessions.energy_kwh, strict=True)) == {
        "2-39-78-362": 7.932,
        "B": 12.5,
        "C": 3.5,
    }
    assert sessions.arrival[0] == np.datetime64("2018-04-25T11:08:04")
    assert sessions.timezone == "America/Los_Angeles"
    assert any("in 2 sessions without a positive one" in note for note in sessions.provenance.repairs)


def test_acn_json_with_a_departure_before_the_arrival_names_the_session(write: Write) -> None:
    backwards = acn_item(sessionID="b", stationID="B", disconnectTime="Wed, 25 Apr 2018 10:00:00 GMT")
    with pytest.raises(InputError, match=r"session 2.*departure is not after(.|\n)*--repair range"):
        read_sessions(write(json.dumps({"_items": [acn_item(), backwards]}), name="acn.json"))


def test_json_that_holds_no_sessions_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="no list of sessions"):
        read_sessions(write('{"a": 1}', name="x.json"))
    with pytest.raises(InputError, match="not well formed"):
        read_sessions(write('{"a": ', name="x.json"))


def test_acn_csv_with_local_offsets_is_read_in_utc(write: Write) -> None:
    path = write(
        "arrival,departure,requested_energy (kWh),delivered_energy (kWh),station_id,session_id,"
        "estimated_departure,claimed",
        "2019-05-01 08:18:45-07:00,2019-05-01 16:52:36-07:00,60.0,44.069,CA-305,s1,2019-05-01 16:20-07:00,1",
        "2019-05-01 07:00:00-07:00,2019-05-01 09:00:00-07:00,0.0,4.0,CA-306,s2,2019-05-01 09:00:00-07:00,0",
    )
    sessions = read_sessions(path)
    assert list(sessions.station) == ["CA-306", "CA-305"]
    np.testing.assert_array_equal(
        sessions.arrival, np.array(["2019-05-01T14:00:00", "2019-05-01T15:18:45"], "datetime64[s]")
    )
    np.testing.assert_allclose(sessions.energy_kwh, [4.0, 60.0])


def test_semicolon_table_with_decimal_commas_is_read(write: Write) -> None:
    path = write(
        "session_ID;Start_plugin;start;end;kWh;arrival_soc;capacity_kwh;vehicle",
        "1;x;21.12.2018 10:20;21.12.2018 10:23;0,30;0,25;75;Leaf",
        "2;x;21.12.2018 10:24;21.12.2018 10:32;10,87;0,5;;",
    )
    sessions = read_sessions(path, timezone="Europe/Oslo")
    np.testing.assert_allclose(sessions.energy_kwh, [0.30, 10.87])
    np.testing.assert_allclose(sessions.arrival_soc, [0.25, 0.5])
    np.testing.assert_allclose(sessions.capacity_kwh, [75, np.nan])
    assert list(sessions.vehicle) == ["Leaf", ""]
    assert sessions.arrival[0] == np.datetime64("2018-12-21T09:20")


def test_watt_hours_become_kilowatt_hours(write: Write) -> None:
    path = write("arrival,departure,energy_wh", "2024-01-01T08:00Z,2024-01-01T09:00Z,7400")
    np.testing.assert_allclose(read_sessions(path).energy_kwh, [7.4])


def test_energy_without_a_unit_is_refused(write: Write) -> None:
    path = write("arrival,departure,energy", "2024-01-01T08:00Z,2024-01-01T09:00Z,7400")
    with pytest.raises(InputError, match="energy of a session and its unit"):
        read_sessions(path)


TABLE = "arrival,departure,energy_kwh,station_id,session_id"
GOOD = "2024-01-01T08:00Z,2024-01-01T09:00Z,5,A,1"


@pytest.mark.parametrize(
    ("row", "what", "repair"),
    [
        ("2024-01-01T10:00Z,,5,A,2", "departure is missing", "missing"),
        ("2024-01-01T10:00Z,2024-01-01T11:00Z,,A,2", "energy is missing", "missing"),
        ("2024-01-01T10:00Z,2024-01-01T10:00Z,5,A,2", "departure is not after the arrival", "range"),
        ("2024-01-01T10:00Z,2024-01-01T11:00Z,501,A,2", "energy is beyond", "range"),
        ("2024-01-01T10:00Z,2024-01-01T11:00Z,-1,A,2", "energy is beyond", "range"),
        ("2024-01-01T10:00Z,2024-03-01T11:00Z,5,A,2", "stay is too long", "range"),
        (GOOD, "the session appears twice", "duplicates"),
        ("2024-01-01T08:30Z,2024-01-01T11:00Z,5,A,2", "begins before the previous one", "overlaps"),
    ],
)
def test_each_bad_session_is_refused_by_row_and_mended_by_its_repair(
    write: Write, row: str, what: str, repair: str
) -> None:
    path = write(TABLE, GOOD, row)
    with pytest.raises(InputError, match=rf"row 3: .*{what}(.|\n)*--repair {repair}"):
        read_sessions(path)
    kept = read_sessions(path, repair=frozenset({repair}))
    assert len(kept) == (2 if repair == "overlaps" else 1)
    assert any(note.startswith(f"{repair}: 1 ") for note in kept.provenance.repairs)


def test_two_sessions_of_one_number_are_refused_whatever_the_repairs(write: Write) -> None:
    path = write(TABLE, GOOD, "2024-01-02T08:00Z,2024-01-02T09:00Z,6,A,1")
    with pytest.raises(InputError, match="row 3: two different sessions have the same number"):
        read_sessions(path, repair=frozenset({"duplicates", "range", "missing", "overlaps"}))


def test_an_overlap_names_the_session_that_holds_the_station(write: Write) -> None:
    path = write(
        TABLE,
        "2024-01-01T08:00Z,2024-01-01T20:00Z,5,A,1",
        "2024-01-01T09:00Z,2024-01-01T10:00Z,5,A,2",
        "2024-01-01T11:00Z,2024-01-01T12:00Z,5,A,3",
        "2024-01-01T20:00Z,2024-01-01T21:00Z,5,A,4",
    )
    with pytest.raises(InputError, match=r"row 3(.|\n)*\(row 2\)(.|\n)*1 more defect:"):
        read_sessions(path)


def test_a_departure_in_the_second_pass_of_the_autumn_hour_is_after_its_arrival(write: Write) -> None:
    path = write("arrival,departure,energy_kwh", "2024-10-27 02:50,2024-10-27 02:10,1")
    sessions = read_sessions(path, timezone="Europe/Amsterdam")
    assert sessions.arrival[0] == np.datetime64("2024-10-27T00:50")
    assert sessions.departure[0] == np.datetime64("2024-10-27T01:10")

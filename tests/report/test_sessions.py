"""sessions.csv holds every session once a policy, and its sums are the bill."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wattswarm.control import Run
from wattswarm.report import Comparison, compare_runs
from wattswarm.report.sessions import sessions_csv

PAGE = Path(__file__).parents[2] / "docs" / "sessions-csv.md"
ITEMS = ("import_cost", "export_income", "wear", "customer_income", "v2g_reward", "unmet_penalty")


def rows_of(comparison: Comparison, policy: str) -> list[dict[str, str]]:
    """Read the rows of a policy."""
    rows = csv.DictReader(io.StringIO(sessions_csv(comparison).decode()))
    return [row for row in rows if row["policy"] == policy]


def total(rows: list[dict[str, str]], name: str) -> float:
    """Add up a column, empty cells as nothing."""
    return math.fsum(float(row[name] or 0.0) for row in rows)


def test_the_sums_of_sessions_are_the_bill_of_each_policy(hub: Comparison) -> None:
    for row in hub.rows:
        rows, told = rows_of(hub, row.policy), row.measures
        for name in ITEMS:
            assert total(rows, name) == pytest.approx(told.money[name], abs=1e-9), name
        assert total(rows, "profit") == pytest.approx(told.profit, abs=1e-9)
        sums = {
            name: total(rows, name) for name in ("import_kwh", "export_kwh", "delivered_kwh", "asked_kwh")
        }
        assert sums == pytest.approx({name: getattr(told, name) for name in sums}, abs=1e-9)
        assert total(rows, "discharged_kwh") == pytest.approx(told.v2g_kwh, abs=1e-9)


def test_every_session_stands_once_under_its_identity(hub: Comparison) -> None:
    schedule, policy = hub.scenario.schedule, hub.best.policy
    rows = rows_of(hub, policy)
    assert [row["session"] for row in rows] == [*schedule.sessions.identity.tolist(), ""]
    assert [row["status"] for row in rows].count("served") == len(schedule.stays)
    assert rows[-1]["status"] == "rest of the site"
    ports = [hub.scenario.arrays.port_names[port] for port in schedule.stays.port]
    assert [row["port"] for row in rows if row["status"] == "served"] == ports
    assert rows[0]["arrival_utc"] == str(schedule.sessions.arrival[0])
    assert {row["policy"] for row in csv.DictReader(io.StringIO(sessions_csv(hub).decode()))} == {
        "perfect foresight",
        *(row.policy for row in hub.rows),
    }


def test_who_was_turned_away_is_listed_with_nothing(
    idle: Callable[..., Run], site: Callable[..., Any], make_sessions: Callable[..., Any]
) -> None:
    scenario = make_sessions(site(ports=[{"power_kw": 11.0}]), [(1, 9, 20.0), (2, 8, 7.0)], user=["a", "b"])
    rows = rows_of(compare_runs([idle(scenario)], None), "uncontrolled")
    assert [row["status"] for row in rows] == ["served", "turned away", "rest of the site"]
    assert [row["user"] for row in rows] == ["a", "b", ""]
    assert rows[1]["port"] == rows[1]["departure_soc"] == ""
    assert float(rows[1]["requested_kwh"]) == scenario.schedule.turned_away_kwh == 7.0
    assert all(float(rows[1][name]) == 0.0 for name in ("charged_kwh", "delivered_kwh", "asked_kwh", *ITEMS))


def test_a_payer_and_a_vehicle_are_named_as_the_file_names_them(
    idle: Callable[..., Run], site: Callable[..., Any], make_sessions: Callable[..., Any]
) -> None:
    visits = [(1, 3, 5.0), (4, 6, 5.0), (7, 9, 5.0)]
    scenario = make_sessions(
        site(ports=[{"power_kw": 11.0}]),
        visits,
        user=["=1+1", "", 'a, "b"'],
        vehicle_id=["WVW1", "", ""],
        vehicle=["city car", "van", ""],
    )
    rows = rows_of(compare_runs([idle(scenario)], None), "uncontrolled")[:-1]
    assert [row["user"] for row in rows] == ["=1+1", "", 'a, "b"']
    assert [row["vehicle"] for row in rows] == ["WVW1", "van", ""]
    assert [row["model"] for row in rows] == ["vehicle"] * 3


def test_the_page_names_every_column_in_its_order(hub: Comparison) -> None:
    named = re.findall(r"^\| `([a-z0-9_]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert named == list(csv.DictReader(io.StringIO(sessions_csv(hub).decode())).fieldnames or ())


def test_the_code_of_the_page_runs(hub_runs: list[Run]) -> None:
    code = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"run": hub_runs[0]}
    exec("".join(code), names)
    paid = hub_runs[0].scenario.import_price.min() * sum(names["table"].import_kwh)
    assert sum(names["cost"].values()) > paid

"""The doctor says what a file holds and lists every defect, and never raises for a bad file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings, strategies as st

from wattswarm.data import examine, read_series

Write = Callable[..., Path]


def test_a_clean_file_is_described_in_plain_words(write: Write) -> None:
    findings = examine(
        write("time_start,price_eur_per_mwh", "2024-05-01T00:00Z,-10", "2024-05-01T01:00Z,30", name="a.csv")
    )
    report = str(findings)
    assert findings.readable
    assert findings.kind == "price"
    for fact in ("2 rows", "step 1 h", "min -0.01, mean 0.01, max 0.03 EUR/kWh", "50.00 % negative"):
        assert fact in report
    assert report.endswith("readable as it is")


def test_every_defect_is_listed_with_row_and_remedy(write: Write) -> None:
    path = write(
        "time_start,price_eur_per_mwh",
        "2024-05-01T00:00Z,10",
        "2024-05-01T00:00Z,10",
        "2024-05-01T01:00Z,",
        "2024-05-01T02:00Z,99999",
        "2024-05-01T04:00Z,10",
        "2024-05-01T05:00Z,10",
    )
    findings = examine(path)
    places = {
        (defect.repair, defect.where.removeprefix(f"{path}, ").split(",")[0]) for defect in findings.defects
    }
    assert places == {("duplicates", "row 3"), ("gaps", "row 4"), ("range", "row 5"), ("gaps", "after row 5")}
    assert not findings.readable
    assert str(findings).endswith("readable with --repair duplicates --repair gaps --repair range")
    repaired = read_series(path, repair=frozenset({"duplicates", "gaps", "range"}))
    assert len(repaired.values) == 6


def test_the_findings_go_through_json(write: Write) -> None:
    findings = examine(write("time_start,price_eur_per_mwh", "2024-05-01T00:00Z,10"))
    plain = json.loads(json.dumps(findings.as_dict()))
    assert plain["readable"] is False
    assert plain["defects"][0]["what"] == "there are too few rows"


def test_a_wide_table_is_examined_column_by_column(write: Write) -> None:
    findings = examine(
        write(
            "time_start,a_mw,b_mw", "2024-05-01T00:00Z,1,2", "2024-05-01T01:00Z,3,", "2024-05-01T02:00Z,3,4"
        )
    )
    report = str(findings)
    assert "2 columns or nodes of load: name one with --column" in report
    assert "a_mw: 3 values" in report
    assert [defect.where.split(", ")[1] for defect in findings.defects] == ["row 3"]


def test_sessions_are_described_by_days_and_stations(write: Write) -> None:
    rows = [f"2024-05-0{d}T08:00Z,2024-05-0{d}T12:00Z,{d},S{d % 2}" for d in range(1, 6)]
    report = str(examine(write("arrival,departure,energy_kwh,station_id", *rows)))
    for fact in ("5 sessions on 5 of 5 days", "2 stations", "median 4.00 h", "mean 3, max 5 kWh"):
        assert fact in report


def test_an_absent_or_strange_file_is_reported_and_not_raised(write: Write, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", write("a,b", "1,2"), write("hello"), write("{", name="x.json")):
        findings = examine(path)
        assert (findings.readable, len(findings.defects)) == (False, 1)
        assert findings.defects[0].mend


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from((b"", b"time_start,power_kw\n", b"arrival,departure,kwh\n")),
)
def test_no_bytes_break_the_doctor(tmp_path: Path, data: bytes, head: bytes) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(head + data)
    findings = examine(path, timezone="Europe/Amsterdam")
    assert all("the reader failed" not in defect.what for defect in findings.defects)
    assert str(findings)
    assert np.all([defect.what for defect in findings.defects])

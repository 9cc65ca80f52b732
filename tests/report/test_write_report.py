"""A report is written whole or not at all, for any site."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date

import pytest

from wattswarm.errors import InputError
from wattswarm.files import write_files
from wattswarm.report import compare_runs, write_report
from wattswarm.report.tables import steps_csv
from wattswarm.world import build_scenario

PARTS = {
    "nothing at all": {},
    "only a load": {"base_load": {"mean_kw": 5.0}},
    "only a storage": {"storage": {"capacity_kwh": 50.0, "power_kw": 20.0}},
    "only sun": {"solar": {"peak_kw": 20.0}},
    "ports that nobody visits": {"ports": [{"power_kw": 11.0}]},
}


def test_a_report_holds_page_summary_tables_and_figures(tmp_path, hub, meta):
    paths = write_report(tmp_path / "new" / "out", hub, meta)
    names = [path.relative_to(tmp_path / "new" / "out").as_posix() for path in paths]
    assert names[:5] == ["report.html", "summary.json", "policies.csv", "steps.csv", "sessions.csv"]
    assert {"figures/gain.png", "figures/power.png", "figures/vehicles.png", "figures/storages.png"} <= set(
        names
    )
    assert all(path.stat().st_size > 0 for path in paths)
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in paths if path.suffix == ".png")
    assert not list(tmp_path.rglob(".writing-*"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "new" / "out" / "policies.csv").read_text())))
    assert [row["policy"] for row in rows] == [*(row.policy for row in hub.rows), "perfect foresight"]
    assert float(rows[0]["profit"]) == pytest.approx(hub.best.measures.profit)


def test_steps_add_up_to_the_policies(hub):
    rows = list(csv.DictReader(io.StringIO(steps_csv(hub).decode())))
    hours = hub.scenario.arrays.dt_h
    for row in hub.rows:
        own = [each for each in rows if each["policy"] == row.policy]
        assert len(own) == hub.scenario.steps
        assert sum(float(each["profit"]) for each in own) == pytest.approx(row.measures.profit, abs=1e-6)
        assert sum(float(each["import_kw"]) for each in own) * hours == pytest.approx(row.measures.import_kwh)
        assert own[0]["time_local"] == "2024-06-03T00:00:00"
        assert own[0]["time_utc"] == "2024-06-02T22:00:00"


@pytest.mark.parametrize(("name", "gain"), list(zip(PARTS, (0.0, 4.0, 0.0, -4.0, 4.0), strict=True)))
def test_a_site_that_lacks_something_still_gets_its_report(tmp_path, idle, site, meta, name, gain, bound):
    values = site(**PARTS[name]).model_dump()
    values["arrivals"]["per_port_per_day"] = 0.0
    scenario = build_scenario(type(site()).model_validate(values), start=date(2024, 6, 3), days=1)
    assert len(scenario.stays) == 0
    found = compare_runs([idle(scenario), idle(scenario, "other", gain)], bound(gain))
    paths = write_report(tmp_path, found, meta)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["policies"][0]["satisfied_share"] is None
    assert summary["policies"][0]["carbon_kg"] is None
    assert not any(path.name == "vehicles.png" for path in paths)
    assert any(path.name == "storages.png" for path in paths) == ("storage" in name)


def test_a_failing_write_leaves_everything_as_it_was(tmp_path, monkeypatch):
    write_files(tmp_path, {"a.txt": b"old", "b.txt": b"old"})
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_files(tmp_path, {"a.txt": b"new", "b.txt": b"new", "deep/c.txt": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old", "b.txt": b"old"}


def test_a_folder_that_could_not_be_filled_is_not_left_behind(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError):
        write_files(tmp_path / "new" / "out", {"a.txt": b"new"})
    assert list(tmp_path.iterdir()) == []


def test_a_file_or_folder_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        write_files(tmp_path / "file", {"a.txt": b"new"})
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(InputError, match=r"b\.txt"):
        write_files(tmp_path, {"a.txt": b"new", "b.txt": b"new"})
    assert not (tmp_path / "a.txt").exists()

"""Every mistake gets one clear error on stderr, exit code 2, and leaves nothing behind."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

if TYPE_CHECKING:
    from tests.command.conftest import Command


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with files that are no data, and two that are."""
    (tmp_path / "text.txt").write_text("hello\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "folder").mkdir()
    hours = np.datetime64("2024-06-01T00:00", "s") + np.arange(24 * 20) * np.timedelta64(3600, "s")
    stamps = np.char.add(np.datetime_as_string(hours), "Z")
    rows = "".join(f"{stamp},{50 + at % 24}\n" for at, stamp in enumerate(stamps))
    (tmp_path / "prices.csv").write_text("time_start,price_eur_per_mwh\n" + rows)
    (tmp_path / "bare.csv").write_text("time_start,price\n" + rows)
    pl.DataFrame({"month": [1, 2], "value": [3.0, 4.0]}).write_parquet(tmp_path / "other.parquet")
    (tmp_path / "sessions.csv").write_text(
        "arrival,departure,energy_kwh\n2024-06-03T08:00:00Z,2024-06-03T16:00:00Z,20\n"
    )
    return tmp_path


WRONG = {
    "text as prices": (["run", "--prices", "text.txt"], ["text.txt", "no table", "hello", "header"]),
    "an empty file": (["run", "--prices", "empty.csv"], ["empty.csv", "empty"]),
    "a folder as a file": (["run", "--prices", "folder"], ["--prices", "folder, not a file", "to mend"]),
    "a missing file": (["run", "--solar", "gone.csv"], ["--solar", "no such file", "gone.csv", "to mend"]),
    "a foreign schema": (["run", "--prices", "other.parquet"], ["other.parquet", "month", "time_start"]),
    "sessions as prices": (["run", "--prices", "sessions.csv"], ["sessions.csv", "no series", "to mend"]),
    "prices as sessions": (["run", "--sessions", "prices.csv"], ["prices.csv", "no sessions", "to mend"]),
    "no unit": (["run", "--prices", "bare.csv"], ["bare.csv", "unit", "--unit"]),
    "a wrong unit": (
        ["run", "--prices", "bare.csv", "--column", "price", "--unit", "foo"],
        ["--unit", "foo"],
    ),
    "a unit of power": (["run", "--prices", "bare.csv", "--column", "price", "--unit", "kW"], ["kW"]),
    "a wrong column": (["run", "--prices", "prices.csv", "--column", "x"], ["no such column", "found:    x"]),
    "no policy": (["run", "--policy", "edf"], ["--policy", "edf", "did you mean earliest-deadline-first"]),
    "no days": (["run", "--days", "0"], ["--days", "found:    0", "1 to 366"]),
    "a day of another style": (["run", "--start", "31/12"], ["--start", "31/12", "YYYY-MM-DD"]),
    "a day before the grid": (["run", "--start", "0001-01-01"], ["--start", "1990"]),
    "a seed below zero": (["run", "--seed", "-1"], ["--seed", "found:    -1"]),
    "a rate of zero": (["run", "--prices", "prices.csv", "--rate", "0"], ["--rate", "above 0"]),
    "a rate for nothing": (["run", "--prices", "prices.csv", "--rate", "2"], ["--rate", "both in EUR"]),
    "a rate without prices": (["run", "--rate", "2"], ["--rate", "--prices"]),
    "a zone for nothing": (["run", "--timezone", "Europe/Paris"], ["--timezone", "none is given"]),
    "a zone of Mars": (["run", "--timezone", "Mars/Base"], ["--timezone", "Mars/Base", "IANA"]),
    "no repair": (["run", "--repair", "magic"], ["--repair", "magic", "gaps"]),
    "no regime": (["run", "--regime", "FAX"], ["--regime", "FAX", "DAM"]),
    "no site": (["run", "hubb"], ["hubb", "did you mean hub?"]),
    "a folder as a site": (["bound", "folder"], ["folder is a folder", "YAML"]),
    "a file as a folder": (["run", "--out", "text.txt"], ["--out", "text.txt is a file"]),
    "a file above the folder": (["bound", "--out", "text.txt/x"], ["--out", "text.txt is a file"]),
    "too long a horizon": (["run", "--prices", "prices.csv", "--days", "60"], ["horizon", "--days"]),
    "one horizon to compare": (["compare", "--seeds", "1"], ["--seeds", "2 or more"]),
    "no policy to compare": (["compare", "--policy", "mpc"], ["--policy", "mpc-perfect"]),
    "no quantity": (["doctor", "prices.csv", "--quantity", "foo"], ["--quantity", "irradiance"]),
    "nothing to examine": (["doctor", "gone.csv"], ["gone.csv", "no such file"]),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_once_on_stderr_with_code_2_and_leaves_nothing(
    mistake: str, here: Path, wattswarm: Command
) -> None:
    words, told = WRONG[mistake]
    before = sorted(here.rglob("*"))
    answer = wattswarm(*words)
    assert answer.code == 2
    assert answer.err.count("error: ") == 1
    assert "Traceback" not in answer.err
    for part in told:
        assert part in answer.err
    assert answer.out == ""
    assert sorted(here.rglob("*")) == before


SITE_MISTAKES = {
    "a negative export limit": ("export_limit_kw: ", "export_limit_kw: -5 # ", "export_limit_kw"),
    "a target above the battery": ("target_soc: ", "target_soc: 1.2 # ", "target_soc"),
    "a misspelt field": ("import_limit_kw: ", "import_limit_kv: ", "import_limit_kv"),
    "a port minimum above its power": ("  - count: ", "  - minimum_kw: 999\n        count: ", "minimum_kw"),
}


@pytest.mark.parametrize("mistake", SITE_MISTAKES)
def test_a_mistake_in_a_site_file_names_file_and_field(
    mistake: str, tmp_path: Path, wattswarm: Command
) -> None:
    old, new, field = SITE_MISTAKES[mistake]
    text = files("wattswarm.site.examples").joinpath("hub.yaml").read_text()
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new, 1))
    answer = wattswarm("run", "mine.yaml")
    assert answer.code == 2
    assert "mine.yaml" in answer.err
    assert field in answer.err
    assert not (tmp_path / "wattswarm-out").exists()


@pytest.mark.parametrize(
    "words", [["run", "--days", "x"], ["run", "--foo"], ["fun"], ["doctor"], ["run", "hub", "pool"]]
)
def test_wrong_usage_exits_with_2_on_stderr(words: list[str], wattswarm: Command) -> None:
    answer = wattswarm(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert "Usage: wattswarm" in answer.err


def test_an_error_is_one_line_a_part_so_that_programs_can_read_it(wattswarm: Command) -> None:
    lines = wattswarm("run", "--policy", "nonsense").err.splitlines()
    assert lines[0].startswith("error: ")
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["found", "expected", "to mend"]

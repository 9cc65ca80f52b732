"""`wattswarm forecast` from a file to tables, figures and a model; mistakes leave nothing behind."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.conftest import DOCS

from wattswarm.command.forecast import order
from wattswarm.forecast.contract import Forecaster
from wattswarm.forecast.files import load_model
from wattswarm.forecast.reading import read_record
from wattswarm.forecast.registry import forecaster
from wattswarm.runtime import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command.conftest import Command

NAIVE = ("--models", "persistence,naive-day,naive-week")
DAYS = 80


@pytest.fixture(autouse=True)
def double_again() -> Iterator[None]:
    """Forecasting computes in single precision; other tests must not."""
    yield
    prepare()


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Hourly prices of a market with a daily wave, and wind beside them."""
    steps = np.arange(DAYS * 24)
    noise = np.random.default_rng(0).normal(0, 3, len(steps))
    values = 50 + 20 * np.sin(2 * np.pi * steps / 24) + noise
    return _write(tmp_path / "prices.csv", values)


def _write(path: Path, values: np.ndarray, name: str = "price_eur_per_mwh", drop: int = -1) -> Path:
    times = np.datetime64("2024-02-01", "s") + np.arange(len(values)) * np.timedelta64(3600, "s")
    rows = [f"{time}Z,{value:.3f},{value / 2:.2f}" for time, value in zip(times, values, strict=True)]
    if drop >= 0:
        del rows[drop]
    path.write_text("\n".join([f"time_start,{name},wind_mw", *rows]) + "\n")
    return path


def test_models_are_ranked_written_and_the_best_is_kept(
    wattswarm: Command, prices: Path, tmp_path: Path
) -> None:
    answer = wattswarm("forecast", prices, *NAIVE, "--out", "out", "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    folder = tmp_path / "out"
    assert told == json.loads((folder / "forecast.json").read_text())
    assert {"errors.png", "week.png", "calibration.png", "forecast.csv", "model.safetensors"} <= {
        path.name for path in folder.iterdir()
    }
    errors = [each["mae"] for each in told["models"]]
    assert errors == sorted(errors)
    assert told["best"] == told["models"][0]["model"] != "persistence"
    by_name = {each["model"]: each for each in told["models"]}
    assert by_name["naive-day"]["rmae"] == 1.0
    assert by_name["persistence"]["mae_by_lead"][0] < by_name["persistence"]["mae_by_lead"][6]
    assert told["models"][-1]["better_than_next"] is None
    assert told["models"][0]["better_than_next"]["p"] < 0.5
    with (folder / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(each["count"] for each in told["models"])
    mine = [row for row in rows if row["model"] == told["best"]]
    apart = [float(row["truth"]) - float(row["mean"]) for row in mine]
    assert np.mean(np.abs(apart)) == pytest.approx(errors[0], rel=1e-3)

    record = read_record(prices)
    saved = load_model(folder / "model.safetensors")
    saved.refuse_other(record)
    assert saved.model.name == told["best"]
    assert saved.card["series"]["end"] == told["series"]["end"]
    assert saved.model.predict(record, np.array([record.steps - 24])).mean.shape == (1, 24)

    page = (DOCS / "forecasting.md").read_text().split("\n## forecast.json\n")[1]
    fields = set(re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE))
    assert fields == {*told, *told["models"][0]}


def test_the_same_command_does_nothing_twice_and_another_is_refused(wattswarm: Command, prices: Path) -> None:
    words = ("forecast", prices, "--models", "naive-day,naive-week", "--quick", "--json")
    first, again = (json.loads(wattswarm(*words).out) for _ in range(2))
    assert first["models"] == again["models"]
    more = wattswarm("forecast", prices, *NAIVE, "--quick", "--json")
    assert len(json.loads(more.out)["models"]) == 3
    other = wattswarm(*words, "--ask", "one-step")
    assert other.code == 2
    assert "another backtest" in other.err


def test_people_read_a_table_of_eighty_columns(wattswarm: Command, prices: Path) -> None:
    answer = wattswarm("forecast", prices, *NAIVE, "--quick", "--ask", "one-step")
    table = [line for line in answer.out.splitlines() if line.startswith(("naive", "persistence"))]
    assert len(table) == 3
    assert max(map(len, table)) <= 80
    assert "learned from 2024-02-" in answer.out


def test_columns_beside_need_a_word_on_when_they_are_known(wattswarm: Command, prices: Path) -> None:
    words = ("forecast", prices, *NAIVE, "--quick", "--beside", "wind_mw")
    answer = wattswarm(*words)
    assert answer.code == 2
    assert "wind_mw=beforehand" in answer.err
    told = json.loads(wattswarm(*words, "--known", "wind_mw=afterwards", "--json").out)
    assert told["beside"] == [{"name": "wind_mw", "known": "afterwards", "late": 12}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--models", "naive-dya"), "naive-day"),
        (("--ask", "tomorrow"), "--ask"),
        (("--quantity", "prices"), "--quantity"),
        (("--known", "wind_mw=always"), "--known"),
        (("--beside", "sun", "--known", "sun=beforehand"), "wind_mw"),
        (("--train-until", "yesterday"), "YYYY-MM-DD"),
        (("--test-from", "2030-01-01"), "--test-from"),
        (("--refit-days", -1), "--refit-days"),
        (("--late", "nan"), "--late"),
        (("--tune", "pelikan"), "pelican"),
        (("--tune", "random", "--trials", 2), "not enough trainings"),
        (("--unit", "INR/kWh"), "--unit"),
        (("--timezone", "Mars/Olympus"), "Mars/Olympus"),
        (("--repair", "everything"), "everything"),
    ],
)
def test_mistakes_in_words_are_named_and_leave_nothing(
    wattswarm: Command, prices: Path, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    answer = wattswarm("forecast", prices, *NAIVE, "--out", "out", *words)
    assert answer.code == 2
    assert message in answer.err
    assert not (tmp_path / "out").exists()


WAVE = 50 + 20 * np.sin(np.arange(DAYS * 24.0))


@pytest.mark.parametrize(
    ("values", "name", "drop", "message"),
    [
        (WAVE, "price_eur_per_mwh", 100, "row 101"),
        (np.where(np.arange(len(WAVE)) == 9, np.nan, WAVE), "price_eur_per_mwh", -1, "row 11"),
        (np.full(len(WAVE), 7.0), "price_eur_per_mwh", -1, "never changes"),
        (WAVE, "price_eur_per_kwh", -1, "per MWh"),
        (WAVE, "price", -1, "unit"),
        (WAVE[: 30 * 24], "price_eur_per_mwh", -1, "too short"),
    ],
)
def test_mistakes_in_files_are_named_by_row_and_leave_nothing(
    wattswarm: Command, tmp_path: Path, values: np.ndarray, name: str, drop: int, message: str
) -> None:
    path = _write(tmp_path / "bad.csv", values, name, drop)
    answer = wattswarm("forecast", path, *NAIVE, "--out", "out")
    assert answer.code == 2
    assert message in answer.err
    assert not (tmp_path / "out").exists()


def test_local_times_of_a_change_of_clock_without_their_zone_are_refused(
    wattswarm: Command, tmp_path: Path
) -> None:
    path = _write(tmp_path / "local.csv", WAVE)
    path.write_text(path.read_text().replace("Z,", ",").replace("time_start", "time_start_local"))
    assert wattswarm("forecast", path, *NAIVE, "--out", "out").code == 2
    answer = wattswarm("forecast", path, *NAIVE, "--timezone", "Europe/Berlin", "--out", "out")
    # 02:00 of 31 March 2024 was never on a clock in Berlin.
    assert answer.code == 2
    assert "2024-03-31" in answer.err
    assert not (tmp_path / "out").exists()


def test_the_mean_of_models_that_are_judged_anyway_costs_no_training(
    wattswarm: Command, prices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = {"trees": 10, "threads": 1}
    small = {"lear": {"windows": (21,)}, "boosting": trees, "boosting-l1": trees}

    def made(name: str) -> Forecaster:
        more = {"settings": small} if name == "ensemble" else small.get(name, {})
        return forecaster(name, **more)

    monkeypatch.setattr(order, "forecaster", made)
    words = ("--models", "ensemble,naive-day,boosting,boosting-l1,lear", "--quick", "--out", "out", "--json")
    answer = wattswarm("forecast", prices, *words)
    assert answer.code == 0, answer.err
    told = {each["model"]: each for each in json.loads(answer.out)["models"]}
    assert not (tmp_path / "out" / "backtest" / "ensemble.npz").exists()
    members = ("lear", "boosting", "boosting-l1")
    assert told["ensemble"]["fits"] == sum(told[each]["fits"] for each in members)
    assert told["ensemble"]["mae"] <= max(told[each]["mae"] for each in members)
    with (tmp_path / "out" / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    first = {
        row["model"]: float(row["mean"]) for row in rows if row["time_start_utc"] == rows[0]["time_start_utc"]
    }
    assert first["ensemble"] == pytest.approx(np.mean([first[each] for each in members]), abs=2e-6)

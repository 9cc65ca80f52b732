"""A kept model forecasts what follows a newer file, and drives MPC, or is refused for what does not fit."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wattswarm.data.series import Floats
from wattswarm.forecast.ask import Ask, day_ahead, next_day, one_step
from wattswarm.forecast.backtest.conformal import learn_margins
from wattswarm.forecast.files import save_model
from wattswarm.forecast.reading import read_record
from wattswarm.forecast.registry import forecaster
from wattswarm.runtime import prepare

if TYPE_CHECKING:
    from tests.command.conftest import Command

ZONE = "Europe/Amsterdam"
DAYS = 50
RUN: tuple[object, ...] = ("run", "yard.yaml", "--prices", "prices.csv", "--timezone", ZONE, "--days", 1)
RUN = (*RUN, "--start", "2024-07-10", "--policy", "mpc-forecast", "--out", "out")
FORECAST = ("--forecast", "model")
SITE = """
name: two ports
currency: EUR
step_minutes: {minutes}
location: {{latitude: 52.4, longitude: 4.9, timezone: Europe/Amsterdam}}
nodes:
  - {{name: grid, import_limit_kw: 30}}
stations:
  - name: yard
    node: grid
    ports:
      - {{count: 2, kind: AC, power_kw: 11}}
vehicles:
  - {{name: car, capacity_kwh: 40, ac_kw: 11, target_soc: 0.85}}
"""


@pytest.fixture(autouse=True)
def double_again() -> Iterator[None]:
    """Forecasting computes in single precision; other tests must not."""
    yield
    prepare()


def wave(days: int = DAYS) -> Floats:
    """Return hourly prices with a wave a day, dear every second day, EUR/MWh."""
    hours = np.arange(days * 24)
    return 60 + 30 * np.sin(2 * np.pi * hours / 24) + 15 * (hours // 24 % 2)


def write(path: Path, values: Floats, column: str = "price_eur_per_mwh") -> None:
    """Write prices from local midnight of 1 June 2024 on."""
    times = np.datetime64("2024-05-31T22:00", "s") + np.arange(len(values)) * np.timedelta64(3600, "s")
    rows = [f"{time}Z,{value:.3f}" for time, value in zip(times, values, strict=True)]
    path.write_text("\n".join([f"time_start,{column}", *rows]) + "\n")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with prices, a site, and a model of whole days that learned from the prices' first month."""
    write(tmp_path / "prices.csv", wave())
    (tmp_path / "yard.yaml").write_text(SITE.format(minutes=15))
    keep(tmp_path, "model", day_ahead)
    return tmp_path


def keep(folder: Path, name: str, ask: object, unit: str | None = None) -> None:
    record = read_record(folder / "prices.csv", timezone=ZONE, unit=unit).until(30 * 24)
    asked: Ask = ask(record) if callable(ask) else ask  # type: ignore[assignment]  # one is made of a record
    model = forecaster("naive-day").fit(record, asked)
    past = model.predict(record, asked.origins(record, 5 * 24))
    save_model(folder / name / "model.safetensors", model, record, asked, learn_margins(record, past))


def test_what_follows_a_newer_file_is_forecast_with_bands_and_nothing_is_trained(
    here: Path, wattswarm: Command
) -> None:
    words = ("forecast", "prices.csv", "--timezone", ZONE, "--apply", "model", "--out", "next")
    answer = wattswarm(*words, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told == json.loads((here / "next" / "next.json").read_text())
    with (here / "next" / "next.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24 == len(told["steps"])
    assert rows[0]["time_start_utc"] == "2024-07-20T22:00:00Z"
    np.testing.assert_allclose([float(row["mean"]) for row in rows], wave()[-24:] / 1000, atol=1e-6)
    # Every second day is 15 EUR/MWh dearer, which the bands have learned.
    assert float(rows[3]["q95"]) - float(rows[3]["mean"]) == pytest.approx(0.015, abs=1e-6)
    assert float(rows[3]["mean"]) - float(rows[3]["q05"]) == pytest.approx(0.015, abs=1e-6)
    assert {path.name for path in (here / "next").iterdir()} == {"next.csv", "next.json"}
    table = wattswarm(*words).out.splitlines()
    assert max(map(len, table[1:-1])) <= 80
    assert "learned until 2024-06-30T22:00:00Z" in table[0]


def test_mpc_plans_on_the_kept_model_and_the_record_says_so(here: Path, wattswarm: Command) -> None:
    answer = wattswarm(*RUN, *FORECAST, "--policy", "mpc-climatology", "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert "MPC, forecast prices" in {each["policy"] for each in told["policies"]}
    assert "expected by naive-day" in (here / "out" / "summary.json").read_text()


def test_with_a_model_and_no_policy_the_usual_panel_has_it_too(here: Path, wattswarm: Command) -> None:
    words = ("compare", "yard.yaml", "--prices", "prices.csv", "--timezone", ZONE, "--seeds", 2)
    answer = wattswarm(*words, "--days", 1, "--start", "2024-07-10", *FORECAST, "--json")
    assert answer.code == 0, answer.err
    names = {each["policy"] for each in json.loads(answer.out)["policies"]}
    assert {"MPC, forecast prices", "MPC, climatology + AR(1)"} <= names
    assert (here / "wattswarm-out" / "compare.json").exists()


def _short(folder: Path) -> None:
    keep(folder, "model", one_step())


def _in_dollars(folder: Path) -> None:
    write(folder / "prices.csv", wave(), "price_usd_per_mwh")


def _hourly_site_of_quarters(folder: Path) -> None:
    times = np.datetime64("2024-05-31T22:00", "s") + np.arange(DAYS * 96) * np.timedelta64(900, "s")
    rows = [f"{time}Z,{value}" for time, value in zip(times, np.repeat(wave(), 4), strict=True)]
    (folder / "prices.csv").write_text("\n".join(["time_start,price_eur_per_mwh", *rows]) + "\n")
    keep_quarters = read_record(folder / "prices.csv", timezone=ZONE).until(30 * 96)
    ask = next_day(keep_quarters)
    save_model(
        folder / "model" / "model.safetensors",
        forecaster("naive-day").fit(keep_quarters, ask),
        keep_quarters,
        ask,
    )
    (folder / "yard.yaml").write_text(SITE.format(minutes=60))


def _with_wind(folder: Path) -> None:
    lines = (folder / "prices.csv").read_text().splitlines()
    rows = [f"{line},{at % 7}" for at, line in enumerate(lines[1:])]
    (folder / "windy.csv").write_text("\n".join([f"{lines[0]},wind_mw", *rows]) + "\n")
    record = read_record(folder / "windy.csv", timezone=ZONE, covariates={"wind_mw": "afterwards"})
    ask = day_ahead(record)
    save_model(folder / "model" / "model.safetensors", forecaster("naive-day").fit(record, ask), record, ask)


def _of_weeks(folder: Path) -> None:
    record = read_record(folder / "prices.csv", timezone=ZONE)
    ask = day_ahead(record)
    save_model(folder / "model" / "model.safetensors", forecaster("naive-week").fit(record, ask), record, ask)
    lines = (folder / "prices.csv").read_text().splitlines()
    (folder / "prices.csv").write_text("\n".join([lines[0], *lines[1 + 36 * 24 :]]) + "\n")


def _nothing(_folder: Path) -> None: ...


def _damaged(folder: Path) -> None:
    (folder / "model" / "model.safetensors").write_bytes(b"no model")


@pytest.mark.parametrize(
    ("change", "words", "told"),
    [
        (_nothing, RUN, ["--policy", "mpc-forecast", "--forecast"]),
        (_nothing, (*RUN[:-4], "--policy", "uncontrolled", *FORECAST), ["--forecast", "mpc-forecast among"]),
        (_nothing, ("run", "--policy", "mpc-forecast", *FORECAST), ["--forecast", "--prices with a file"]),
        (_nothing, (*RUN, "--forecast", "nowhere"), ["nowhere", "no such file"]),
        (_nothing, (*RUN, *FORECAST, "--regime", "RT"), ["every step", "--ask path"]),
        (_nothing, (*RUN, *FORECAST, "--timezone", "UTC"), ["timezone", ZONE, f"--timezone {ZONE}"]),
        (_short, (*RUN, *FORECAST), ["far enough", "1 h", "24 h"]),
        (_in_dollars, (*RUN, *FORECAST), ["unit", "USD/kWh", "EUR/kWh"]),
        (_hourly_site_of_quarters, (*RUN, *FORECAST), ["15 min", "60 min", "step_minutes"]),
        (_with_wind, (*RUN, *FORECAST), ["no such column", "wind_mw"]),
        (_of_weeks, (*RUN, *FORECAST), ["too little history before an origin", "168"]),
        (_damaged, (*RUN, *FORECAST), ["damaged"]),
        (
            _nothing,
            ("forecast", "prices.csv", "--apply", "model", "--timezone", "UTC", "--out", "out"),
            ["timezone", ZONE],
        ),
        (
            _nothing,
            ("forecast", "prices.csv", "--apply", "model", "--quick", "--out", "out"),
            ["--quick", "already trained"],
        ),
    ],
)
def test_a_model_that_does_not_fit_is_refused_and_nothing_is_written(
    change: object, words: tuple[object, ...], told: list[str], here: Path, wattswarm: Command
) -> None:
    change(here)  # type: ignore[operator]  # one of the functions above
    answer = wattswarm(*words)
    assert answer.code == 2, answer.out
    for word in told:
        assert word in answer.err
    assert not (here / "out").exists()


def test_a_model_of_whole_days_wants_a_record_that_ends_at_midnight(here: Path, wattswarm: Command) -> None:
    lines = (here / "prices.csv").read_text().splitlines()
    (here / "prices.csv").write_text("\n".join(lines[:-5]) + "\n")
    answer = wattswarm("forecast", "prices.csv", "--timezone", ZONE, "--apply", "model", "--out", "out")
    assert answer.code == 2
    assert "ends within a day" in answer.err
    assert "19 h" in answer.err
    assert not (here / "out").exists()

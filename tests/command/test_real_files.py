"""The command line on real files: prices of operators, sessions and measured sun."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.command.conftest import Command

PRICES_NL = "nl_dayahead_hourly_2015_2025.parquet"
PRICES_IEX = "iex_dam_15min_2024_2025.parquet"
SESSIONS = "ev_sessions_acn_caltech_jpl_2019_2021.parquet"
SUN = "pvdaq_system50_ac_power_15min_2011_2013.parquet"
SMALL = ("run", "workplace", "--days", 1, "--policy", "price-threshold", "--json")


@pytest.mark.parametrize(("prices", "currency"), [(PRICES_NL, "EUR"), (PRICES_IEX, "INR")])
def test_real_prices_and_sessions_run_in_the_currency_of_the_prices(
    prices: str, currency: str, real_data: Path, wattswarm: Command
) -> None:
    answer = wattswarm(*SMALL, "--prices", real_data / prices, "--sessions", real_data / SESSIONS)
    assert answer.code == 0, answer.err
    summary = json.loads(answer.out)
    assert summary["site"]["currency"] == currency
    assert summary["bound"]["profit"] >= max(each["profit"] for each in summary["policies"]) - 1e-6
    assert not any("generated" in note and "prices" in note for note in summary["notes"])


def test_a_file_of_many_nodes_asks_for_a_column_and_then_runs(real_data: Path, wattswarm: Command) -> None:
    prices = real_data / "ercot_dam_hourly_2021_2022.parquet"
    asked = wattswarm(*SMALL, "--prices", prices)
    assert asked.code == 2
    assert "--column" in asked.err
    answered = wattswarm(*SMALL, "--prices", prices, "--column", "lz_houston_usd_per_mwh")
    assert answered.code == 0, answered.err
    assert json.loads(answered.out)["site"]["currency"] == "USD"


def test_measured_sun_with_holes_runs_once_the_repair_is_allowed(real_data: Path, wattswarm: Command) -> None:
    assert "--repair gaps" in wattswarm(*SMALL, "--solar", real_data / SUN).err
    repaired = wattswarm(*SMALL, "--solar", real_data / SUN, "--repair", "gaps")
    assert repaired.code == 0, repaired.err


def test_wall_clock_sessions_need_a_zone_and_then_run(real_data: Path, wattswarm: Command) -> None:
    sessions = real_data / "ev_sessions_us_workplace_2014_2015.parquet"
    asked = wattswarm(*SMALL, "--sessions", sessions)
    assert asked.code == 2
    assert "--timezone" in asked.err
    zone = ("--timezone", "America/New_York", "--repair", "missing", "--repair", "range")
    answered = wattswarm(*SMALL, "--sessions", sessions, *zone, "--repair", "duplicates")
    assert answered.code == 0, answered.err


@pytest.mark.parametrize(
    "name",
    [
        PRICES_NL,
        PRICES_IEX,
        SESSIONS,
        "caiso_moer_15min_2019_2021.parquet",
        "epf_fr_2y_actual_and_forecasts.parquet",
        "pjm_zonal_load_hourly_2023_2024.parquet",
        "pvdaq_system50_nsrdb_weather_30min_2011_2013.parquet",
    ],
)
def test_doctor_has_a_verdict_on_every_kind_of_file(name: str, real_data: Path, wattswarm: Command) -> None:
    answer = wattswarm("doctor", real_data / name, "--json")
    found = json.loads(answer.out)
    assert answer.code == (0 if found["readable"] else 2)
    assert found["readable"] or found["defects"]
    assert not any("the reader failed" in each["what"] for each in found["defects"])

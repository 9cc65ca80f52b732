"""The study of markets chooses by validation alone, judges all on the same days, and does nothing twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.forecasting.markets.comparisons import COMPARISONS, IEX, Comparison, Entry, Market
from wattswarm.papers.forecasting.markets.judging import judge_comparison
from wattswarm.papers.forecasting.markets.run import run_markets
from wattswarm.papers.forecasting.markets.tables import Table

DAYS = 140
MARKET = Market(
    "Wave",
    "prices.csv",
    "Asia/Kolkata",
    1000.0,
    "INR/MWh",
    train_until=date(2024, 3, 15),
    test_from=date(2024, 4, 20),
    test_until=date(2024, 5, 10),
)
ENTRIES = (
    Entry("naive-day"),
    Entry("naive-week"),
    Entry("lear", 21, ({"windows": (28,)},)),
    Entry("boosting", 0, ({"trees": 1, "threads": 1}, {"trees": 40, "threads": 1}), seeds=2),
)


def write(folder: Path, *, shock: float = 0.0) -> None:
    """Write hourly prices with a wave a day, in INR/MWh; after the test begins other ones if shocked."""
    hours = np.arange(DAYS * 24)
    values = 4000 + 1500 * np.sin(2 * np.pi * hours / 24) + 600 * (hours // 24 % 7 > 4)
    values = values + np.random.default_rng(0).normal(0, 200, len(hours))
    values[(111 + 2) * 24 :] += shock
    times = np.datetime64("2023-12-31T18:30", "s") + hours * np.timedelta64(3600, "s")
    rows = [f"{time}Z,{value:.2f}" for time, value in zip(times, values, strict=True)]
    (folder / "prices.csv").write_text("\n".join(["time_start,price_inr_per_mwh", *rows]) + "\n")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Table]:
    folder = tmp_path_factory.mktemp("markets")
    write(folder)
    (table,) = run_markets(
        Options(folder / "out", folder), comparisons=(Comparison(MARKET, "day ahead", ENTRIES),)
    )
    return folder, table


def test_all_are_judged_on_the_same_days_the_smallest_error_first(told: tuple[Path, Table]) -> None:
    _, table = told
    rows = {row.model: row for row in table.rows}
    assert set(rows) == {"naive-day", "naive-week", "lear", "boosting", "lear + boosting"}
    assert [row.mae for row in table.rows] == sorted(row.mae for row in table.rows)
    assert table.days == 20
    assert table.forecasts == 480
    assert (table.learned_until, table.judged_from) == ("2024-03-15", "2024-04-20")
    assert rows["naive-day"].rmae == pytest.approx(1.0)
    # Errors of yesterday's noise of 200 INR/MWh against today's.
    assert 200 < rows["naive-day"].mae < 500
    assert rows["lear"].p["boosting"] is not None
    assert rows["lear"].p["lear"] is None
    assert rows["lear + boosting"].p["lear"] is not None
    assert rows["boosting"].seeds == 2
    assert rows["boosting"].spread[0] < rows["boosting"].mae < rows["boosting"].spread[1]
    assert rows["naive-day"].refit_days is None
    assert rows["lear"].refit_days == 21
    assert 0.75 < rows["lear"].coverage_90 <= 1.0


def test_settings_are_chosen_before_the_test_whatever_happens_in_it(
    told: tuple[Path, Table], tmp_path: Path
) -> None:
    _, table = told
    chosen = {row.model: row.settings for row in table.rows}["boosting"]
    assert chosen.startswith("trees 40")
    write(tmp_path, shock=9000.0)
    comparison = Comparison(MARKET, "day ahead", (ENTRIES[0], replace(ENTRIES[3], seeds=1)))
    shocked = judge_comparison(comparison, tmp_path, tmp_path / "out", quick=False)
    rows = {row.model: row for row in shocked.rows}
    assert rows["boosting"].settings == chosen
    assert rows["boosting"].mae > 2 * table.rows[0].mae


def test_trees_and_net_are_averaged_as_validation_has_it(tmp_path: Path) -> None:
    write(tmp_path)
    trees = Entry("boosting", 0, ({"trees": 1, "threads": 1},))
    better = Entry("boosting-l1", 0, ({"trees": 40, "threads": 1},))
    net = Entry("mlp", 0, ({"epochs": 1, "units": 4, "look_back": 8},), seeds=2)
    comparison = Comparison(MARKET, "day ahead", (ENTRIES[0], trees, better, net))
    table = judge_comparison(comparison, tmp_path, tmp_path / "out", quick=False)
    rows = {row.model: row for row in table.rows}
    assert set(rows) == {"naive-day", "boosting", "boosting-l1", "mlp", "boosting-l1 + mlp"}
    assert rows["boosting-l1 + mlp"].mae <= max(rows["boosting-l1"].mae, rows["mlp"].spread[1])


def test_the_page_has_every_row_and_what_is_done_is_not_done_again(told: tuple[Path, Table]) -> None:
    folder, table = told
    page = (folder / "out" / "markets.md").read_text()
    short, long = page.split("\n## In short\n")[1].split("\n## ")
    assert [line.split(" | ")[0][2:] for line in long.splitlines() if line.startswith("| ")][1:] == [
        row.model for row in table.rows
    ]
    assert short.count("**") == 2
    assert f"**{table.rows[0].mae:.4g}** ({table.rows[0].model})" in short
    assert "| Wave, day ahead | " in short
    assert f"Smallest MAE: **{table.rows[0].model}**" in page
    assert "boosting (trees 40, threads 1)" in page
    assert len(json.loads((folder / "out" / "markets.json").read_text())[0]["rows"]) == 5
    done: list[str] = []
    comparisons = (table.comparison,)
    again = run_markets(Options(folder / "out", folder, tell=done.append), comparisons=comparisons)
    assert done == [f"wrote {folder / 'out' / 'markets.md'}"]
    assert (folder / "out" / "markets.md").read_text() == page
    assert again[0].rows == table.rows


def test_a_missing_record_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=IEX.file):
        run_markets(Options(tmp_path / "out", tmp_path, quick=True))
    assert not (tmp_path / "out").exists()


def test_every_market_has_lear_refitted_weekly_but_on_paths_and_two_rivals() -> None:
    for comparison in COMPARISONS:
        models = {entry.model: entry for entry in comparison.entries}
        assert {"persistence", "naive-day", "naive-week", "arima", "lear", "boosting"} <= set(models)
        assert models["lear"].refit_days == (0 if comparison.ask == "24 h path" else 7)


def test_in_haste_the_real_markets_come_out_small_and_the_page_says_so(
    real_data: Path, tmp_path: Path
) -> None:
    (table,) = run_markets(Options(tmp_path, real_data, quick=True), comparisons=COMPARISONS[-1:])
    assert table.days == 14
    assert "Made with `--quick`" in (tmp_path / "markets.md").read_text()

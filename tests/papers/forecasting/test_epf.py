"""Published forecasts come out with the figures that their authors print, beside ours on the same hours."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from wattswarm.errors import InputError
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.forecasting.epf import MARKETS, Market, run_epf

GERMANY, *OTHERS = MARKETS
NAIVE = ("naive-day", "naive-week")


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.code)
def test_four_weeks_of_naive_forecasts_stand_below_the_published_ones(
    market: Market, real_data: Path, tmp_path: Path
) -> None:
    found = run_epf(Options(tmp_path, real_data, quick=True), markets=(market,), models=NAIVE)
    rows = found[market.name]
    by_name = {row.model: row for row in rows}
    assert len(rows) == 10 + 3
    assert by_name["naive-week"].rmae == pytest.approx(1.0)
    best = by_name["dnn_ensemble, published"]
    assert best.mae < by_name["naive-week"].mae
    assert best.p["lear_ensemble"] is not None
    assert best.p["dnn_ensemble"] is None
    assert [row.mae for row in rows] == sorted(row.mae for row in rows)
    assert len(json.loads((tmp_path / "epf.json").read_text())[market.name]) == len(rows)
    # A title, a space and two lines of heads.
    assert (tmp_path / "epf.md").read_text().count("\n") == 2 + len(rows) + 2


def test_where_there_is_no_past_the_first_year_is_learned_from_and_not_judged(
    real_data: Path, tmp_path: Path
) -> None:
    market = OTHERS[0]
    rows = run_epf(Options(tmp_path, real_data, quick=True), markets=(market,), models=("naive-day",))[
        market.name
    ]
    table = pl.read_parquet(real_data / market.published)[364 * 24 : (364 + 28) * 24]
    expected = (table["dnn_1"] - table["real_price"]).abs().mean()
    assert {row.model: row.mae for row in rows}["dnn_1, published"] == pytest.approx(expected)


def test_published_errors_are_those_of_the_paper(real_data: Path) -> None:
    table = pl.read_parquet(real_data / GERMANY.published)
    # Table of mean absolute errors of the German market in the paper.
    for column, printed in (("dnn_ensemble", 3.41), ("lear_ensemble", 3.61)):
        assert (table[column] - table["real_price"]).abs().mean() == pytest.approx(printed, abs=0.006)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=GERMANY.past):
        run_epf(Options(tmp_path / "out", tmp_path, quick=True))
    assert not (tmp_path / "out").exists()

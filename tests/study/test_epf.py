"""Published forecasts come out with the figures that their authors print, beside ours on the same hours."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from wattswarm.errors import InputError
from wattswarm.study.epf import PRICES, PUBLISHED, run_epf


def test_four_weeks_of_naive_forecasts_stand_below_the_published_ones(
    real_data: Path, tmp_path: Path
) -> None:
    rows = run_epf(real_data, tmp_path, quick=True, models=("naive-day", "naive-week"))
    by_name = {row.model: row for row in rows}
    assert len(rows) == 10 + 3
    assert by_name["naive-week"].rmae == pytest.approx(1.0)
    best = by_name["dnn_ensemble, published"]
    assert best.mae < by_name["naive-week"].mae
    assert best.p["lear_ensemble"] is not None
    assert best.p["dnn_ensemble"] is None
    assert [row.mae for row in rows] == sorted(row.mae for row in rows)
    assert len(json.loads((tmp_path / "epf.json").read_text())) == len(rows)
    assert (tmp_path / "epf.md").read_text().count("\n") == len(rows) + 2


def test_published_errors_are_those_of_the_paper(real_data: Path) -> None:
    table = pl.read_parquet(real_data / PUBLISHED)
    # Table of mean absolute errors of the German market in the paper.
    for column, printed in (("dnn_ensemble", 3.41), ("lear_ensemble", 3.61)):
        assert (table[column] - table["real_price"]).abs().mean() == pytest.approx(printed, abs=0.006)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=PRICES):
        run_epf(tmp_path, tmp_path / "out", quick=True)
    assert not (tmp_path / "out").exists()

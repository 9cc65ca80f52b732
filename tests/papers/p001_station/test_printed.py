"""The paper's headlines computed against every row of its own table (models.md 3.6)."""

from __future__ import annotations

import pytest

from wattswarm.papers.p001_station.problem.printed import (
    HEADLINES,
    against_every_row,
    headline_table,
    nearest_row,
    paired_t_that_fits,
    rmse_against_text,
)

COST, SATISFACTION, TIME, RMSE = HEADLINES


def test_the_cost_headline_fits_the_lstm_row_alone() -> None:
    told = against_every_row(COST)
    assert told["LSTM"] == pytest.approx(12.38, abs=0.005)
    assert told["BiLSTM"] == pytest.approx(7.54, abs=0.005)
    assert told["MARL"] == pytest.approx(15.98, abs=0.005)
    assert told["GA"] == pytest.approx(22.36, abs=0.005)
    assert told["PSO"] == pytest.approx(20.69, abs=0.005)
    assert nearest_row(COST) == "LSTM"


def test_the_four_headlines_lean_on_four_different_rows() -> None:
    assert [nearest_row(each) for each in HEADLINES] == ["LSTM", "GA", "MARL", "BiLSTM"]
    assert against_every_row(SATISFACTION)["GA"] == pytest.approx(10.47, abs=0.005)
    assert against_every_row(TIME)["MARL"] == pytest.approx(0.46)


def test_no_row_of_the_table_gives_any_headline_exactly() -> None:
    for each in HEADLINES:
        assert each.printed not in [round(value, each.digits) for value in against_every_row(each).values()]


def test_the_rmse_headline_fits_neither_the_text_nor_the_table() -> None:
    assert against_every_row(RMSE)["BiLSTM"] == pytest.approx(13.92, abs=0.005)
    told = rmse_against_text()
    assert told["saved"] == pytest.approx(8.11, abs=0.005)
    assert told["needed"] == pytest.approx(0.7428, abs=5e-5)


def test_the_papers_p_and_effect_size_do_not_fit_together() -> None:
    told = paired_t_that_fits()
    assert told["t"] == pytest.approx(2.59, abs=0.005)
    assert told["p"] == pytest.approx(0.029, abs=0.0005)
    assert told["d"] == pytest.approx(0.91, abs=0.01)


def test_the_table_marks_the_nearest_row_of_each_headline() -> None:
    lines = headline_table().splitlines()
    assert len(lines) == 2 + len(HEADLINES)
    assert all(line.count("**") == 2 for line in lines[2:])

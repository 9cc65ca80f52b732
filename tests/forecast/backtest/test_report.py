"""Models are ranked by what they err, each tested against the next; overlapping paths are shown once."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock
from wattswarm.data.series import Series
from wattswarm.forecast.ask import next_day
from wattswarm.forecast.backtest.report import apart, forecasts_csv, judge, summary
from wattswarm.forecast.backtest.rolling import Result, Span
from wattswarm.forecast.contract import LEVELS, Forecast
from wattswarm.forecast.record import Record

DAY = 24
FIRST = 30 * DAY


def _record() -> Record:
    steps = np.arange(40 * DAY)
    times = np.datetime64("2024-01-01", "s") + steps * np.timedelta64(3600, "s")
    values = np.sin(2 * np.pi * steps / 24) + 0.01 * steps
    return Record(Series("price", "EUR/kWh", times, values, 3600, "Europe/Berlin"))


def _result(record: Record, name: str, off: float) -> Result:
    """A path every hour that is off by some amount, more so further ahead."""
    ask = next_day(record)
    origins = ask.origins(record, FIRST)
    truth = record.target.values[origins[:, None] + np.arange(DAY)]
    mean = truth + off * (1 + np.arange(DAY))
    quantiles = mean[..., None] + np.asarray(LEVELS) - 0.5
    dates = local_clock(record.times[origins], "Europe/Berlin").date
    told = Forecast(origins, mean, quantiles)
    return Result(name, told, truth, dates, 1, 2.0, 0.5, told)


def test_the_model_that_errs_least_comes_first_whatever_the_order_asked_in() -> None:
    record = _record()
    results = [_result(record, f"off by {off}", off) for off in (0.2, 0.1, -0.3)]
    rows = judge(results, record, next_day(record))
    assert [row.result.model for row in rows] == ["off by 0.1", "off by 0.2", "off by -0.3"]
    np.testing.assert_allclose(rows[0].mae_by_lead, 0.1 * (1 + np.arange(DAY)))
    np.testing.assert_allclose(rows[2].rmse_by_lead, 0.3 * (1 + np.arange(DAY)))
    assert rows[0].better is not None
    assert rows[0].better.p < 1e-6
    assert rows[-1].better is None
    # The wave repeats, so the same time yesterday errs by a day's rise.
    assert rows[0].measures.rmae == pytest.approx(0.1 * 12.5 / 0.24)


def test_overlapping_paths_are_shown_once_a_step() -> None:
    record = _record()
    result = _result(record, "a", 0.1)
    origins = result.forecast.origins[apart(result)]
    assert np.all(np.diff(origins) == DAY)
    rows = judge([result], record, next_day(record))
    lines = list(csv.DictReader(io.StringIO(forecasts_csv(rows, record).decode())))
    assert len(lines) == len(origins) * DAY == len({line["time_start_utc"] for line in lines})
    assert lines[0]["origin_utc"] == lines[0]["time_start_utc"] == "2024-01-31T00:00:00Z"
    assert float(lines[1]["mean"]) == pytest.approx(float(lines[1]["truth"]) + 0.2, abs=1e-5)
    assert [float(lines[0][f"q{level}"]) for level in ("05", "95")] == pytest.approx(
        [float(lines[0]["mean"]) - 0.45, float(lines[0]["mean"]) + 0.45], abs=2e-6
    )


def test_what_cannot_be_told_is_null() -> None:
    record = _record()
    rows = judge([_result(record, "perfect", 0.0), _result(record, "again", 0.0)], record, next_day(record))
    span = Span(calibrate_from=10 * DAY, test_from=FIRST, end=record.steps)
    told = summary(rows, record, next_day(record), span)
    assert told["best"] == "perfect"
    assert told["yardstick"] == "naive-day"
    assert told["models"][0]["better_than_next"] == {"model": "again", "statistic": 0.0, "p": 0.5, "days": 10}
    assert told["models"][1]["better_than_next"] is None
    assert told["models"][0]["mae"] == 0.0

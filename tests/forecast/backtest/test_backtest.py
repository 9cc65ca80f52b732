"""The rolling origin sees nothing of what comes, refits when due, and goes on where it was stopped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins, day_ahead
from wattswarm.forecast.backtest.rolling import Result, Span, backtest, latest_margins, mean_of
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.record import Record

DAY = 24
SPAN = Span(calibrate_from=20 * DAY, test_from=41 * DAY, end=60 * DAY, calibration_days=21)


@dataclass
class Log:
    """What a forecaster was shown."""

    ends: list[np.datetime64] = field(default_factory=list)
    starts: list[np.datetime64] = field(default_factory=list)
    stretches: list[np.datetime64] = field(default_factory=list)


@dataclass(frozen=True)
class Average:
    """Forecasts the mean of what it learned from, and remembers what it was shown."""

    log: Log = field(repr=False)
    steps: int = DAY
    level: float = 0.0
    name: str = "average"

    def reach(self, _record: Record) -> int:
        return 0

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> Average:
        self.log.starts.append(record.target.start)
        self.log.ends.append(record.target.end)
        return replace(self, steps=ask.steps, level=float(record.target.values.mean()) + seed)

    def predict(self, record: Record, origins: Origins) -> Forecast:
        self.log.stretches.append(record.times[origins[0]])
        return Forecast(origins, np.full((len(origins), self.steps), self.level))


def _record(days: int = 60, seed: int = 0) -> Record:
    times = np.datetime64("2024-01-01", "s") + np.arange(days * DAY) * np.timedelta64(3600, "s")
    values = np.random.default_rng(seed).normal(5.0, 1.0, days * DAY)
    return Record(Series("price", "EUR/kWh", times, values, 3600, "UTC"))


def _run(record: Record, span: Span = SPAN, **options: object) -> tuple[Log, Result | None]:
    log = Log()
    return log, backtest(Average(log), record, day_ahead(record), span, **options)  # type: ignore[arg-type]


def test_every_test_day_is_forecast_once_by_a_model_that_saw_none_of_it() -> None:
    record = _record()
    log, result = _run(record)
    assert result is not None
    np.testing.assert_array_equal(result.forecast.origins, np.arange(41 * DAY, 60 * DAY, DAY))
    np.testing.assert_array_equal(result.truth.ravel(), record.target.values[41 * DAY :])
    np.testing.assert_array_equal(result.dates, record.times[41 * DAY :: DAY].astype("datetime64[D]"))
    assert log.ends == log.stretches
    level = {int(o): record.target.values[: 41 * DAY + int(o - 41 * DAY) // (7 * DAY) * 7 * DAY].mean()
             for o in result.forecast.origins}  # fmt: skip
    np.testing.assert_allclose(result.forecast.mean[:, 0], list(level.values()))


def test_what_comes_later_changes_no_forecast_and_no_band() -> None:
    record = _record()
    cut = 50 * DAY
    values = record.target.values.copy()
    values[cut:] += 100.0
    (_, plain), (_, other) = (
        _run(each) for each in (record, replace(record, target=replace(record.target, values=values)))
    )
    assert plain is not None
    assert other is not None
    before = plain.forecast.origins <= cut
    for mine, theirs in (
        (plain.forecast.mean, other.forecast.mean),
        (plain.forecast.quantiles, other.forecast.quantiles),
    ):
        assert mine is not None
        assert theirs is not None
        np.testing.assert_array_equal(mine[before], theirs[before])


def test_refits_are_as_often_as_asked_and_see_the_window_asked_for() -> None:
    record = _record()
    log, result = _run(record)
    assert result is not None
    # 21 days of calibration and 19 of test, by weeks.
    assert len(log.ends) == result.fits == 3 + 3
    assert np.all(np.diff(log.ends) == np.timedelta64(7, "D"))
    once, _ = _run(record, replace(SPAN, refit_days=0))
    assert once.ends == log.ends[:1]
    assert once.stretches == log.stretches
    recent, _ = _run(record, replace(SPAN, window_days=10, gap=5))
    assert [end - start for start, end in zip(recent.starts, recent.ends, strict=True)] == [
        np.timedelta64(10 * 86_400, "s")
    ] * 6
    assert all(
        first - end == np.timedelta64(5, "h")
        for first, end in zip(recent.stretches, recent.ends, strict=True)
    )


@pytest.mark.parametrize("refit_days", [0, 7])
def test_a_stopped_run_goes_on_and_comes_out_the_same(tmp_path: Path, refit_days: int) -> None:
    record, span = _record(), replace(SPAN, refit_days=refit_days)
    _, whole = _run(record, span)
    shown: list[tuple[str, int, int]] = []
    _, stopped = _run(
        record, span, out=tmp_path, progress=lambda *told: shown.append(told), stop=lambda: len(shown) == 4
    )
    assert stopped is None
    assert shown[-1] == ("average", 4, 6)
    log, result = _run(record, span, out=tmp_path)
    assert len(log.stretches) == 2
    assert whole is not None
    assert result is not None
    assert whole.forecast.quantiles is not None
    np.testing.assert_array_equal(result.forecast.mean, whole.forecast.mean)
    np.testing.assert_array_equal(result.forecast.quantiles, whole.forecast.quantiles)
    done, again = _run(record, span, out=tmp_path)
    assert not done.ends
    assert again is not None
    assert again.fits == result.fits


def test_a_folder_of_another_backtest_is_refused_and_named(tmp_path: Path) -> None:
    _run(_record(), out=tmp_path)
    for record, span, seed in ((_record(seed=1), SPAN, 0), (_record(), SPAN, 1)):
        with pytest.raises(InputError, match="another backtest"):
            _run(record, span, seed=seed, out=tmp_path)
    with pytest.raises(InputError, match="refit_days=3"):
        _run(_record(), replace(SPAN, refit_days=3), out=tmp_path)


def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path) -> None:
    _run(_record(), out=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match="damaged"):
        _run(_record(), out=tmp_path)
    assert file.stat().st_size == 100


@pytest.mark.parametrize(
    ("change", "stretch"),
    [
        ({"train_from": 15 * DAY}, "training"),
        ({"test_from": 30 * DAY}, "calibration"),
        ({"end": 42 * DAY}, "test"),
    ],
)
def test_too_short_a_stretch_is_refused_by_name(change: dict[str, int], stretch: str) -> None:
    with pytest.raises(InputError, match=f"the {stretch} stretch"):
        _run(_record(), replace(SPAN, **change))


def test_the_mean_of_two_models_is_their_mean_with_bands_of_its_own_errors() -> None:
    record = _record()
    (_, one), (_, two) = _run(record), _run(record, seed=4)
    assert one is not None
    assert two is not None
    both = mean_of([one, two], record, SPAN)
    np.testing.assert_allclose(both.forecast.mean, one.forecast.mean + 2.0)
    np.testing.assert_array_equal(both.truth, one.truth)
    assert (both.model, both.fits) == ("average + average", one.fits + two.fits)
    # The second is four too high: the mean is two too high, and its bands know it.
    assert both.forecast.quantiles is not None
    inside = (both.forecast.quantiles[..., 0] <= both.truth) & (
        both.truth <= both.forecast.quantiles[..., -1]
    )
    assert inside.mean() > 0.85
    np.testing.assert_allclose(
        np.median(both.forecast.quantiles[..., 2] - both.forecast.mean), -2.0, atol=0.3
    )


def test_the_latest_margins_are_those_of_the_last_days_alone() -> None:
    record = _record()
    (_, result) = _run(record)
    assert result is not None
    mean = result.raw.mean.copy()
    mean[result.raw.origins < SPAN.end - SPAN.calibration_days * DAY] += 99.0
    wild = replace(result, raw=replace(result.raw, mean=mean))
    margins = latest_margins(result, record, SPAN).margins
    np.testing.assert_array_equal(latest_margins(wild, record, SPAN).margins, margins)
    longer = replace(SPAN, calibration_days=22)
    assert np.abs(latest_margins(wild, record, longer).margins).max() > 50.0 > np.abs(margins).max()

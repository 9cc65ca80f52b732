"""Generated prices have the mean, spread, memory and negative hours of the Dutch day-ahead market of 2023."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wattswarm.data.calendar import local_clock
from wattswarm.data.generate import generate_prices
from wattswarm.data.series import Series
from wattswarm.errors import InputError

ZONE = "Europe/Amsterdam"

# Netherlands day-ahead 2023, hourly, local days (Ember European wholesale prices, CC BY 4.0); money over the
# year's mean of 95.8 EUR/MWh.
NL_2023 = {
    "deviation": 0.512,
    "negative share": 0.0361,
    "daily spread": 1.123,
    "memory of 1 h": 0.924,
    "memory of 24 h": 0.644,
    "memory of 168 h": 0.541,
}
TOLERANCE = {
    "deviation": 0.06,
    "negative share": 0.012,
    "daily spread": 0.15,
    "memory of 1 h": 0.03,
    "memory of 24 h": 0.07,
    "memory of 168 h": 0.1,
}


def _prices(days: int = 365, seed: int = 0, start: date = date(2023, 1, 1), **options: object) -> Series:
    return generate_prices(
        start=start,
        days=days,
        timezone=ZONE,
        rng=np.random.default_rng(seed),
        **options,  # type: ignore[arg-type]
    )


def _figures(price: np.ndarray, times: np.ndarray) -> dict[str, float]:
    day = np.unique(local_clock(times, ZONE).date, return_index=True)[1]
    spread = np.maximum.reduceat(price, day) - np.minimum.reduceat(price, day)
    figures = {
        "deviation": price.std() / price.mean(),
        "negative share": (price < 0).mean(),
        "daily spread": spread.mean() / price.mean(),
    }
    return figures | {
        f"memory of {lag} h": float(np.corrcoef(price[lag:], price[:-lag])[0, 1]) for lag in (1, 24, 168)
    }


def test_four_years_have_the_figures_of_the_dutch_market() -> None:
    series = _prices(days=1461, seed=4)
    assert series.values.mean() == pytest.approx(0.09, rel=0.06)
    figures = _figures(series.values, series.times)
    for name, expected in NL_2023.items():
        assert figures[name] == pytest.approx(expected, abs=TOLERANCE[name]), name


def test_the_stored_figures_are_those_of_the_measured_market(shared: Callable[[str], Path]) -> None:
    import polars as pl

    table = (
        pl.read_parquet(shared("nl_dayahead_hourly_2015_2025.parquet"))
        .sort("time_start")
        .drop_nulls()
        .drop_nans()
    )
    times = table["time_start"].dt.replace_time_zone(None).to_numpy().astype("datetime64[s]")
    of_2023 = local_clock(times, ZONE).date.astype("datetime64[Y]") == np.datetime64("2023")
    price = table["price_eur_per_mwh"].to_numpy().astype(float)[of_2023]
    figures = _figures(price, times[of_2023])
    assert price.mean() == pytest.approx(95.8, abs=0.1)
    for name, expected in NL_2023.items():
        assert figures[name] == pytest.approx(expected, abs=0.003), name


def test_day_has_two_peaks_about_a_midday_dip_that_summer_and_weekends_deepen() -> None:
    series = _prices(days=1461, seed=2)
    clock = local_clock(series.times, ZONE)
    summer = np.isin(clock.month, (5, 6, 7, 8))
    weekend = clock.weekday >= 5

    def mean(hour: int, rows: np.ndarray) -> float:
        return float(series.values[rows & (clock.hour == hour)].mean())

    dips = {}
    for name, rows in (("winter", ~summer & ~weekend), ("summer", summer & ~weekend)):
        assert mean(13, rows) < min(mean(8, rows), mean(19, rows)) - 0.01
        assert mean(3, rows) < mean(8, rows)
        dips[name] = mean(19, rows) - mean(13, rows)
    dips["summer weekend"] = mean(19, summer & weekend) - mean(13, summer & weekend)
    assert dips["winter"] < dips["summer"] < dips["summer weekend"]


def test_negative_hours_gather_about_sunny_weekend_noons() -> None:
    series = _prices(days=1461, seed=3)
    clock = local_clock(series.times, ZONE)
    negative = series.values < 0
    noon = (clock.hour >= 10) & (clock.hour < 17)
    assert noon[negative].mean() > 0.6
    assert negative[noon & (clock.weekday >= 5)].mean() > 2 * negative[noon & (clock.weekday < 5)].mean()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.2])
def test_the_share_of_negative_hours_is_as_asked(share: float) -> None:
    values = _prices(days=2922, seed=5, negative_share=share).values
    assert (values < 0).mean() == pytest.approx(share, abs=0.15 * share + 1e-12)


def test_spikes_come_in_the_evening_and_only_where_asked() -> None:
    with_spikes, without = _prices(seed=6), _prices(seed=6, spikes=False)
    extra = with_spikes.values - without.values
    assert (extra >= 0).all()
    assert extra.max() > 0.05
    hours = local_clock(with_spikes.times, ZONE).hour[extra > 1e-12]
    assert ((hours > 17) & (hours < 21)).all()


def test_prices_scale_with_the_mean_and_carry_the_currency() -> None:
    euro, rupee = _prices(seed=7), _prices(seed=7, mean=4.5, currency="INR")
    np.testing.assert_allclose(rupee.values, 50 * euro.values, rtol=1e-12)
    assert (rupee.currency, euro.currency) == ("INR", "EUR")
    assert euro.provenance.reader == "prices seed 7"


def test_days_of_a_clock_change_keep_their_23_and_25_hours() -> None:
    assert len(_prices(days=1, start=date(2024, 3, 31)).values) == 23
    assert len(_prices(days=1, start=date(2024, 10, 27), step_s=900).values) == 100
    steps = np.diff(_prices(days=366, start=date(2024, 1, 1)).times).astype(np.int64)
    assert (steps == 3600).all()


def test_quarter_hours_have_the_figures_of_hours() -> None:
    series = _prices(days=1461, seed=8, step_s=900)
    assert (series.values < 0).mean() == pytest.approx(0.04, abs=0.012)
    assert series.values.std() / series.values.mean() == pytest.approx(0.512, abs=0.06)
    assert np.abs(np.diff(series.values)).mean() < 0.012


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert _prices(seed=1).values.tobytes() == _prices(seed=1).values.tobytes()
    assert _prices(seed=1).values.tobytes() != _prices(seed=2).values.tobytes()


@pytest.mark.parametrize(("field", "value"), [("mean", 0.0), ("negative_share", 0.5), ("step_s", 0)])
def test_bad_options_are_named(field: str, value: float) -> None:
    with pytest.raises(InputError, match=field):
        _prices(days=1, **{field: value})
